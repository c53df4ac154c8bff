"""Cases of any step, chain of steps or pipeline, read from a table, and their files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

from synthetic import MODES, REFERENCES, Content, Raw, make_exposure, make_raw

from parity.running import Job, Stage
from parity.steps import (
    MIRI_ALONE,
    NEAR_INFRARED_ALONE,
    NEVER_CUT,
    PIPELINES,
    SKIPPED_BY_DEFAULT,
    STEPS,
)

TABLE = Path(__file__).with_name("chain_cases.toml")
SHAPE, CORNER = (60, 76), (101, 37)
NONE = "N/A"
ABSENT = "@none"


@dataclass(frozen=True)
class ChainCase:
    """One exposure, and what is done to it.

    Attributes
    ----------
    name : str
        Unique; also the seed of the random numbers.
    run : tuple of str
        A pipeline, or steps, each of which reads the product of the one before.
    mode : str
        One of `synthetic.MODES`.
    shape, corner : tuple of int
        Of the exposure.
    raw : Raw
        What the exposure holds; of guiders only integrations, groups and `flagged` count.
    keywords : mapping
        Primary keywords of the exposure to change (None: take away).
    references : mapping
        Arguments of the makers in `synthetic.REFERENCES` by reference type, or 'N/A'. What is
        not named gets a reference of the usual kind.
    pars : mapping
        Parameters; those of one step of several are written STEP.PARAMETER. ``{out}`` is the
        folder of the products.
    skipped : tuple of str
        Steps that jwst skips by itself.
    refused : bool
        jwst makes no product and says so.
    lacking : bool
        This package has not what is asked for, and says so.
    empty : bool
        jwst makes no product and does not fail.
    before : tuple of mapping
        Exposures that are run with the same parameters first; in each mapping, in what they differ
        from this one: fields of this class.
    quick : bool
        Part of the subset for continuous integration.
    drawn : bool
        A random case, of which nobody has said which steps are skipped.
    """

    name: str
    run: tuple[str, ...]
    mode: str
    shape: tuple[int, int] = SHAPE
    corner: tuple[int, int] = CORNER
    raw: Raw = field(default_factory=Raw)
    keywords: Mapping[str, Any] = field(default_factory=dict)
    references: Mapping[str, Any] = field(default_factory=dict)
    pars: Mapping[str, Any] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    refused: bool = False
    lacking: bool = False
    empty: bool = False
    before: tuple[Mapping[str, Any], ...] = ()
    quick: bool = False
    drawn: bool = False

    @property
    def earlier(self) -> list[ChainCase]:
        """Cases of the exposures that are run first."""
        own: dict[str, Any] = {"mode": self.mode, "shape": self.shape, "corner": self.corner}
        own |= {"raw": asdict(self.raw), "keywords": self.keywords, "run": self.run}
        return [
            case_from(f"{self.name}-before-{number}", {**own, **each})
            for number, each in enumerate(self.before)
        ]

    @property
    def seed(self) -> int:
        """Seed that depends on nothing but the name."""
        return crc32(self.name.encode())

    @property
    def parts(self) -> tuple[str, ...]:
        """Steps that run: those of a pipeline that are not skipped."""
        if self.run[0] not in PIPELINES:
            return self.run
        every = PIPELINES[self.run[0]].parts(MODES[self.mode].instrument)
        return tuple(part for part in every if not self.skips(part))

    @property
    def class_paths(self) -> tuple[str, ...]:
        """Dotted names of what a program needs for this case."""
        pipelines = (PIPELINES[name].class_path for name in self.run if name in PIPELINES)
        return (*pipelines, *(STEPS[part].class_path for part in self.parts))

    def skips(self, part: str) -> bool:
        """Return whether a pipeline is told to skip a step, or does so by default."""
        return bool(self.pars.get(f"{part}.skip", part in SKIPPED_BY_DEFAULT))


def table_cases() -> list[ChainCase]:
    """Return the cases of the table."""
    with TABLE.open("rb") as stream:
        table = tomllib.load(stream)
    return [
        case_from(f"{title.replace('_', '-')}-{name}", {"run": [title], **entry})
        for title, entries in table.items()
        if title != "random"
        for name, entry in entries.items()
    ]


def case_from(name: str, entry: Mapping[str, Any]) -> ChainCase:
    """Return a case from a line of the table: the fields of `ChainCase`."""
    fields = dict(entry)
    mode = MODES[fields["mode"]]
    fields["raw"] = Raw(**_tuples(fields.get("raw", {})))
    if fields.pop("own_place", False):
        fields |= {"shape": mode.shape, "corner": mode.corner}
    # TOML has no word for nothing
    keywords = fields.get("keywords", {})
    fields["keywords"] = {k: None if v == ABSENT else v for k, v in keywords.items()}
    return ChainCase(name, **_tuples(fields))


def _tuples(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}


@dataclass(frozen=True)
class ChainInputs:
    """The exposure of a case, its references by type ('N/A' if none), and what is run before."""

    exposure: Path
    references: dict[str, str]
    before: tuple[Path, ...] = ()


def make_chain_inputs(case: ChainCase, folder: Path) -> ChainInputs:
    """Write the files of a case."""
    folder.mkdir(parents=True, exist_ok=True)
    exposure = _exposure(case, folder)
    before = tuple(_exposure(each, folder) for each in case.earlier)
    kinds = dict.fromkeys(kind for part in case.parts for kind in STEPS[part].references)
    return ChainInputs(exposure, {kind: _reference(case, kind, folder) for kind in kinds}, before)


def _exposure(case: ChainCase, folder: Path) -> Path:
    exposure = folder / f"{case.name}_uncal.fits"
    place: dict[str, Any] = {"shape": case.shape, "corner": case.corner, "seed": case.seed}
    mode, raw = MODES[case.mode], case.raw
    if mode.is_guider:
        kind = ("float32", ("DQ", "ERR", "ASDF")) if raw.flagged else ("uint16", ("ASDF",))
        content = Content(raw.integrations, raw.groups, *kind)
        make_exposure(exposure, mode, content=content, keywords=case.keywords, **place)
    else:
        make_raw(exposure, mode, raw=raw, keywords=case.keywords, **place)
    return exposure


def _reference(case: ChainCase, kind: str, folder: Path) -> str:
    mode = MODES[case.mode]
    elsewhere = NEAR_INFRARED_ALONE if mode.instrument == "MIRI" else MIRI_ALONE
    given = case.references.get(kind, {})
    if isinstance(given, str):
        return given
    if kind not in REFERENCES or (kind in elsewhere and not given):
        return NONE
    # larger than the exposure on all sides where the detector goes on
    rows, cols = mode.detector_shape
    margin = 0 if kind in NEVER_CUT else 12
    left, below = min(margin, case.corner[0] - 1), min(margin, case.corner[1] - 1)
    right = min(margin, cols - case.corner[0] + 1 - case.shape[1])
    above = min(margin, rows - case.corner[1] + 1 - case.shape[0])
    corner = case.corner[0] - left, case.corner[1] - below
    shape = case.shape[0] + below + max(above, 0), case.shape[1] + left + max(right, 0)
    if kind == "ipc" and given.get("by_pixel"):
        # cut by the corner of the exposure alone
        end = case.corner[1] - 1 + case.shape[0], case.corner[0] - 1 + case.shape[1]
        corner, shape = (1, 1), end
    arguments = {"corner": corner, "shape": shape, "seed": case.seed + 1 + len(kind)}
    arguments |= _tuples(given)
    return str(REFERENCES[kind](folder / f"{case.name}_{kind}.fits", mode, **arguments))


def make_job(case: ChainCase, inputs: ChainInputs, output_dir: Path) -> Job:
    """Return what a program is told."""
    pars = {key: _text(value, output_dir) for key, value in case.pars.items()}
    stages = [_stage(case, name, inputs, pars) for name in case.run]
    first, *later = stages
    return Job(
        case.name, first.class_path, inputs.exposure, output_dir, first.options,
        later=tuple(later), several=True, before=inputs.before,
    )  # fmt: skip


def _stage(case: ChainCase, name: str, inputs: ChainInputs, pars: Mapping[str, str]) -> Stage:
    if name in PIPELINES:
        options = {f"steps.{key}" if "." in key else key: value for key, value in pars.items()}
        for part in _every_part(name):
            if not case.skips(part):
                for kind in STEPS[part].references:
                    options[f"steps.{part}.override_{kind}"] = inputs.references.get(kind, NONE)
        return Stage(PIPELINES[name].class_path, options)
    start = f"{name}."
    alone = len(case.run) == 1
    options = {k.removeprefix(start): v for k, v in pars.items() if alone or k.startswith(start)}
    for kind in STEPS[name].references:
        options[f"override_{kind}"] = inputs.references[kind]
    return Stage(STEPS[name].class_path, options)


def _every_part(pipeline: str) -> list[str]:
    """Return the steps of a pipeline for all instruments: jwst wants all their references."""
    facts = PIPELINES[pipeline]
    return list(dict.fromkeys((*facts.near_infrared, *facts.miri)))


def _text(value: object, output_dir: Path) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.replace("{out}", str(output_dir))
