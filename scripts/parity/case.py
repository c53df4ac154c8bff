"""What a comparison case is, and the files it needs."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from astropy.io import fits
from synthetic import Content, make_exposure, make_from_header, make_linearity, make_mask

from parity.steps import STEPS

SAME = "same product"
BOTH_REFUSE = "both refuse"
WE_REFUSE = "only we refuse"
JWST_REFUSES = "only jwst refuses"


@dataclass(frozen=True)
class Case:
    """One exposure, one reference, one step.

    Attributes
    ----------
    name : str
        Unique; also the seed of the random numbers.
    step : {'dq_init', 'linearity'}
        The step to run.
    mode : str
        One of `synthetic.MODES`.
    shape, corner : tuple of int, optional
        Of the exposure, when not the mode's own.
    content : Content
        What the exposure holds.
    keywords : mapping
        Primary keywords of the exposure to change (None: take away).
    reference : mapping or str
        Arguments of `make_mask` or `make_linearity`, or 'N/A'.
    options : mapping
        Parameters of the step. ``user_supplied_dq`` may be the shape of an image to make.
    ours_only : mapping
        Parameters that only our command gets (``force``).
    expect : str
        One of the four texts above. With `JWST_REFUSES`, jwst is given the exposure and
        reference with `mended` put right, and then the products must be the same.
    mended : mapping
        Replacements: ``hdus`` of the content, ``keywords`` of the exposure, and arguments to
        change in the ``reference``.
    quick : bool
        Part of the subset for continuous integration.
    extension : str
        Of the exposure's file name; ``.fits.gz`` packs it.
    template : str
        Name of a file in the directory of real data whose header the exposure gets.
    """

    name: str
    step: str
    mode: str
    shape: tuple[int, int] | None = None
    corner: tuple[int, int] | None = None
    content: Content = field(default_factory=Content)
    keywords: Mapping[str, Any] = field(default_factory=dict)
    reference: Mapping[str, Any] | str = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    ours_only: Mapping[str, Any] = field(default_factory=dict)
    expect: str = SAME
    mended: Mapping[str, Any] = field(default_factory=dict)
    quick: bool = False
    extension: str = ".fits"
    template: str = ""

    @property
    def seed(self) -> int:
        """Seed that depends on nothing but the name."""
        return crc32(self.name.encode())

    @property
    def class_path(self) -> str:
        """Dotted name of the step's class, the same in both packages."""
        return STEPS[self.step].class_path


@dataclass(frozen=True)
class Inputs:
    """Files of a case: those both programs get, or those of one of them."""

    exposure: Path
    options: dict[str, str]


def make_inputs(case: Case, folder: Path, data: Path | None) -> tuple[Inputs, Inputs]:
    """Write the files of a case; return ours and jwst's (the same unless `case.mended`)."""
    folder.mkdir(parents=True, exist_ok=True)
    ours = _make(case, folder, data)
    if not case.mended:
        return ours, ours
    content = replace(case.content, hdus=case.mended.get("hdus", case.content.hdus))
    reference = case.reference
    if not isinstance(reference, str):
        reference = {**reference, **case.mended.get("reference", {})}
    keywords = case.mended.get("keywords", case.keywords)
    put_right = replace(case, content=content, keywords=keywords, reference=reference)
    (folder / "mended").mkdir(exist_ok=True)
    return ours, _make(put_right, folder / "mended", data)


def _make(case: Case, folder: Path, data: Path | None) -> Inputs:
    exposure = folder / f"{case.name}_uncal.fits"
    if case.template:
        assert data is not None, "a case with a template needs --data"
        source = data / case.template
        if case.content.groups:
            make_from_header(exposure, source, content=case.content, seed=case.seed)
        else:
            shutil.copyfile(source, exposure)
    else:
        make_exposure(
            exposure,
            case.mode,
            shape=case.shape,
            corner=case.corner,
            content=case.content,
            keywords=case.keywords,
            seed=case.seed,
        )
    options = {key: str(value) for key, value in case.options.items()}
    if isinstance(case.options.get("user_supplied_dq"), tuple):
        options["user_supplied_dq"] = str(_user_dq(case, folder))
    options[f"override_{STEPS[case.step].references[0]}"] = _reference(case, folder)
    if case.extension == ".fits.gz":
        exposure = _packed(exposure)
    return Inputs(exposure, options)


def _reference(case: Case, folder: Path) -> str:
    if isinstance(case.reference, str):
        return case.reference
    make = make_mask if case.step == "dq_init" else make_linearity
    arguments = {"mode": case.mode, "seed": case.seed + 1, **case.reference}
    return str(make(folder / f"{case.name}_{STEPS[case.step].references[0]}.fits", **arguments))


def _user_dq(case: Case, folder: Path) -> Path:
    rng = np.random.default_rng(case.seed + 2)
    image = rng.integers(0, 2**20, case.options["user_supplied_dq"]).astype(np.int32)
    path = folder / f"{case.name}_user.fits"
    fits.PrimaryHDU(image).writeto(path, overwrite=True)
    return path


def _packed(path: Path) -> Path:
    target = path.with_name(path.name + ".gz")
    with path.open("rb") as plain, gzip.GzipFile(target, "wb", compresslevel=1, mtime=0) as packed:
        shutil.copyfileobj(plain, packed)
    path.unlink()
    return target
