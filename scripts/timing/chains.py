"""Rows of the table: raw exposures through pipelines, as far as a step or to the rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parity.environments import Environment
from parity.probe import MISSING, missing_classes
from parity.steps import MIRI_ALONE, NEAR_INFRARED_ALONE, PIPELINES, SKIPPED_BY_DEFAULT, STEPS

from timing.commands import run_words
from timing.processes import made

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


@dataclass(frozen=True)
class Chain:
    """One row: an exposure, a pipeline, and the steps of it that are skipped."""

    name: str
    exposure: Exposure
    pipeline: str
    skipped: frozenset[str]

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
    exposures = [
        Exposure(
            f"NIRCam SHALLOW4, {nircam} groups",
            "nircam_shallow4",
            ("--groups", nircam, "--hdus", "ZEROFRAME"),
            {"dark": ("--groups", str(5 * int(nircam)))},
            place,
            slow=not quick,
        ),
        Exposure(
            f"MIRI FASTR1, {miri} groups",
            "miri_image",
            ("--groups", miri, "--hdus", "REFOUT"),
            {
                "dark": ("--groups", str(int(miri) + 5), "--integrations", "2"),
                "reset": ("--groups", "15", "--integrations", "2"),
            },
            place,
            slow=not quick,
        ),
        Exposure(
            "NIRCam SUB320, 3 x 6 groups",
            "nircam_sub320",
            ("--groups", "6", "--integrations", "3"),
            {"dark": ("--groups", "8")},
            own,
        ),
    ]
    rows = []
    for exposure in exposures:
        # MIRI's reference pixels come after the dark
        later = AFTER_DARK if exposure.mode == "miri_image" else AFTER_DARK[1:]
        off = SKIPPED_BY_DEFAULT | {"ipc"}
        rows += [
            Chain(f"{exposure.name}, to linearity", exposure, "calwebb_dark", off),
            Chain(
                f"{exposure.name}, to dark_current",
                exposure,
                "calwebb_detector1",
                off.union(later),
            ),
            Chain(f"{exposure.name}, to rate", exposure, "calwebb_detector1", off),
        ]
    return rows


def run_chain(chain: Chain, ours: Environment, oracle: Environment, *, turns: int) -> list[str]:
    """Return a row of the table, or nothing when this package lacks a step of it."""
    facts = PIPELINES[chain.pipeline]
    paths = [facts.class_path, *(STEPS[part].class_path for part in chain.parts)]
    lacking = missing_classes(ours, paths)
    if lacking:
        first = next(path for path in paths if path in lacking)
        print(f"{chain.name}: {MISSING} ({first}), left out", flush=True)
        return []
    raw = made(ours, ("raw", chain.exposure.mode, *chain.exposure.make, *chain.exposure.place))
    words = [facts.class_path, str(raw), *_options(chain, ours)]
    return run_words(chain.name, words, raw, ours, oracle, turns=turns, slow=chain.exposure.slow)


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
