"""What is timed: exposures, steps and references."""

from __future__ import annotations

from dataclasses import dataclass

# each with its only reference
TIMED = {"dq_init": "mask", "linearity": "linearity"}


@dataclass(frozen=True)
class Work:
    """One row: an exposure (how it is made), a step, and the reference it needs."""

    name: str
    step: str
    make: tuple[str, ...]
    reference: tuple[str, ...]
    slow: bool = False


def works(*, quick: bool) -> list[Work]:
    """Return the rows of the table."""
    shape = ("--shape", "512", "512", "--corner", "1", "1") if quick else ()
    rows = []
    for mode, groups in (("nircam_image", 10), ("miri_image", 40)):
        make = ("exposure", mode, "--groups", str(4 if quick else groups), *shape)
        for step, kind in TIMED.items():
            reference = (kind, mode)
            rows.append(Work(f"{step}, {mode}, float32", step, make, reference))
    uncal = ("exposure", "nircam_image", "--groups", "10", "--dtype", "uint16", "--hdus", "ASDF")
    rows.append(Work("dq_init, nircam_image, uint16", "dq_init", uncal, ("mask", "nircam_image")))
    deep = ("exposure", "nircam_deep8", "--groups", "10", *shape)
    inverse = ("linearity", "nircam_deep8", "--inverse-terms", "5", *shape)
    rows.append(Work("linearity, reads of 8 frames", "linearity", deep, inverse, slow=True))
    place = ("--shape", "64", "64", "--corner", "9", "9")
    small = ("exposure", "nircam_image", "--groups", "5", *place)
    loop = "one small exposure (a shell loop)"
    rows += [
        Work(f"{step}, {loop}", step, small, (kind, "nircam_image")) for step, kind in TIMED.items()
    ]
    if not quick:
        series = ("time-series", "niriss_soss", "--integrations", "78", "--groups", "10")
        rows += [
            Work(f"{step}, time series of 2 GB", step, series, (kind, "niriss_soss"), True)
            for step, kind in TIMED.items()
        ]
    return rows
