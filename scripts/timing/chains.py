"""Rows of the table: raw exposures through pipelines, as far as a step or to the rate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from parity.environments import Environment
from parity.probe import MISSING, missing_classes
from parity.steps import MIRI_ALONE, NEAR_INFRARED_ALONE, PIPELINES, SKIPPED_BY_DEFAULT, STEPS

from timing.commands import run_many, run_words
from timing.processes import WORK, Timing, emptied, made, make, measure

AFTER_DARK = ("refpix", "jump", "ramp_fit", "gain_scale")


@dataclass(frozen=True)
class Exposure:
    """A raw exposure and the references that need more than its mode to be made."""

    name: str
    mode: str
    make: tuple[str, ...]
    references: Mapping[str, tuple[str, ...]]
    place: tuple[str, ...] = ()
    slow: bool = False
    repeated: int = 0
    """Integrations of a time series, in which those of the exposure come in turn."""


@dataclass(frozen=True)
class Chain:
    """One row: an exposure, a pipeline, and the steps of it that are skipped.

    With `fresh`, nothing is there that a run before has kept; `copies` are exposures in one call;
    with `split`, its steps have rows of their own too.
    """

    name: str
    exposure: Exposure
    pipeline: str
    skipped: frozenset[str]
    fresh: bool = False
    copies: int = 0
    split: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """Steps that run."""
        instrument = "MIRI" if self.exposure.mode.startswith("miri") else "other"
        every = PIPELINES[self.pipeline].parts(instrument)
        return tuple(part for part in every if part not in self.skipped)


def chains(*, quick: bool) -> list[Chain]:
    """Return the rows of the table."""
    place = ("--shape", "512", "512", "--corner", "1", "1") if quick else ()
    nircam, miri = ("4", "12") if quick else ("10", "40")
    own = ("--shape", "320", "320", "--corner", "1", "1")
    off = SKIPPED_BY_DEFAULT | {"ipc"}
    shallow = Exposure(
        f"NIRCam SHALLOW4, {nircam} groups",
        "nircam_shallow4",
        ("--groups", nircam, "--hdus", "ZEROFRAME"),
        {"dark": ("--groups", str(5 * int(nircam)))},
        place,
        slow=not quick,
    )
    fast = Exposure(
        f"MIRI FASTR1, {miri} groups",
        "miri_image",
        ("--groups", miri, "--hdus", "REFOUT"),
        {
            "dark": ("--groups", str(int(miri) + 5), "--integrations", "2"),
            "reset": ("--groups", "15", "--integrations", "2"),
        },
        place,
        slow=not quick,
    )
    several = replace(
        fast,
        name="MIRI FASTR1, 4 x 8 groups",
        make=("--integrations", "4", "--groups", "8", "--hdus", "REFOUT"),
    )
    small = Exposure(
        "NIRCam SUB320, 3 x 6 groups",
        "nircam_sub320",
        ("--groups", "6", "--integrations", "3"),
        {"dark": ("--groups", "8")},
        own,
    )
    rows = []
    for exposure in (shallow, fast, several, small):
        # MIRI's reference pixels come after the dark
        later = AFTER_DARK if exposure.mode == "miri_image" else AFTER_DARK[1:]
        dark, rate = off.union(later), f"{exposure.name}, to rate"
        rows += [
            Chain(f"{exposure.name}, to linearity", exposure, "calwebb_dark", off),
            Chain(f"{exposure.name}, to dark_current", exposure, "calwebb_detector1", dark),
            Chain(rate, exposure, "calwebb_detector1", off, split=exposure in (shallow, fast)),
        ]
    rows.insert(
        2,
        Chain(
            f"{shallow.name}, to dark_current, dark not prepared",
            shallow,
            "calwebb_detector1",
            off.union(AFTER_DARK[1:]),
            fresh=True,
        ),
    )
    tiny = replace(
        small,
        name="NIRCam 64 x 64, 5 groups",
        make=("--groups", "5"),
        place=("--shape", "64", "64", "--corner", "1", "1"),
    )
    rows.append(Chain(f"{tiny.name}, to rate", tiny, "calwebb_detector1", off))
    for exposure in (small, tiny):
        many = f"{exposure.name}, to rate, 20 exposures"
        rows.append(Chain(many, exposure, "calwebb_detector1", off, copies=20))
    for size, integrations in () if quick else ((2, 196), (8, 784)):
        series = Exposure(
            f"NIRISS SOSS, raw time series of {size} GB",
            "niriss_soss",
            ("--groups", "10", "--integrations", "2"),
            {"dark": ("--groups", "10")},
            ("--shape", "256", "2048", "--corner", "1", "1793"),
            repeated=integrations,
        )
        if size == 2:
            rows.append(Chain(f"{series.name}, to linearity", series, "calwebb_dark", off))
        rows.append(Chain(f"{series.name}, to rate", series, "calwebb_detector1", off))
    return rows


def run_chain(
    chain: Chain, before: list[list[str]], ours: Environment, oracle: Environment, *, turns: int
) -> list[str]:
    """Return a row of the table, or nothing when this package lacks a step of it.

    Many copies are compared with as many calls of jwst, of which one is a row `before`.
    """
    facts, exposure = PIPELINES[chain.pipeline], chain.exposure
    paths = [facts.class_path, *(STEPS[part].class_path for part in chain.parts)]
    lacking = missing_classes(ours, paths)
    if lacking:
        first = next(path for path in paths if path in lacking)
        print(f"{chain.name}: {MISSING} ({first}), left out", flush=True)
        return []
    raw = _raw(exposure, ours)
    options = _options(chain, ours)
    if chain.copies:
        one = next(row for row in before if chain.name.startswith(row[0]))
        words = [facts.class_path, *options]
        return run_many(chain.name, words, raw, one, ours, turns=turns, count=chain.copies)
    return run_words(
        chain.name,
        [facts.class_path, str(raw), *options],
        raw,
        ours,
        # of long series jwst takes tens of GB
        None if exposure.repeated else oracle,
        turns=turns,
        slow=exposure.slow,
        fresh=chain.fresh,
    )


def _raw(exposure: Exposure, ours: Environment) -> Path:
    raw = made(ours, ("raw", exposure.mode, *exposure.make, *exposure.place))
    if not exposure.repeated:
        return raw
    path = raw.with_name(f"series-{exposure.repeated}-{exposure.mode}_uncal.fits")
    if not path.is_file():
        repeat = ("repeated", str(raw), str(path), "--integrations", str(exposure.repeated))
        make(ours, repeat)
    return path


def run_steps(
    chain: Chain, ours: Environment, oracle: Environment, *, turns: int
) -> Iterator[list[str]]:
    """Yield a row for each step of a pipeline, run alone on the product of the step before."""
    facts, exposure = PIPELINES[chain.pipeline], chain.exposure
    raw, options, folder = _raw(exposure, ours), _options(chain, ours), emptied(WORK / "steps")
    saved = [f"--steps.{part}.save_results=true" for part in chain.parts[:-1]]
    words = [facts.class_path, str(raw), *options, *saved, f"--output_dir={folder}"]
    measure([ours.program("strun"), *words], ours.variables, Timing())
    before = raw
    for part in chain.parts:
        mine = [o.replace(f"steps.{part}.", "") for o in options if f"steps.{part}." in o]
        name = f"{exposure.name}, {part} alone"
        command = [STEPS[part].class_path, str(before), *mine]
        if part != "gain_scale":
            yield run_words(name, command, before, ours, oracle, turns=turns, slow=True)
        found = [path for path in folder.iterdir() if path.stem.endswith((part, f"{part}step"))]
        before = found[0] if found else before


def _options(chain: Chain, ours: Environment) -> list[str]:
    """Return a skip, or the references, of every step of the pipeline, whatever instrument."""
    facts = PIPELINES[chain.pipeline]
    miri = chain.exposure.mode == "miri_image"
    elsewhere = NEAR_INFRARED_ALONE if miri else MIRI_ALONE
    none = elsewhere | {"refpix", "sirskernel"}
    options = []
    for part in dict.fromkeys((*facts.near_infrared, *facts.miri)):
        if part in chain.skipped:
            options.append(f"--steps.{part}.skip=true")
            continue
        for kind in STEPS[part].references:
            value = "N/A" if kind in none else str(_reference(chain.exposure, kind, ours))
            options.append(f"--steps.{part}.override_{kind}={value}")
    return options


def _reference(exposure: Exposure, kind: str, ours: Environment) -> str:
    words = exposure.references.get(kind, ())
    return str(made(ours, (kind, exposure.mode, *words, *exposure.place)))
