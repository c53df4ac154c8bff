"""Run the lines of model cases in whichever environment this file is executed.

python model_runner.py CASES.json RESULTS.json
"""

from __future__ import annotations

import ast
import importlib
import json
import logging
import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from configobj import ConfigObj

DEF = [(0, 1, "DO_NOT_USE", ""), (1, 2, "DEAD", "")]


def ramp() -> str:
    """Return the path of a small exposure, in the current folder."""
    primary, science = fits.PrimaryHDU(), fits.ImageHDU(np.ones((1, 2, 3, 4), "f4"), name="SCI")
    for keyword, value in {
        "TELESCOP": "JWST",
        "INSTRUME": "MIRI",
        "DETECTOR": "MIRIMAGE",
        "EXP_TYPE": "MIR_IMAGE",
        "DATAMODL": "RampModel",
        "MYKEY": 5,
    }.items():
        primary.header[keyword] = value
    science.header["BUNIT"] = "DN"
    fits.HDUList([primary, science]).writeto("x_uncal.fits", overwrite=True)
    return "x_uncal.fits"


def mask() -> str:
    """Return the path of a small mask, in the current folder."""
    primary = fits.PrimaryHDU()
    for keyword, value in {"TELESCOP": "JWST", "REFTYPE": "MASK", "DATAMODL": "MaskModel"}.items():
        primary.header[keyword] = value
    columns = [("BIT", "i4"), ("VALUE", "u4"), ("NAME", "S40"), ("DESCRIPTION", "S80")]
    table = fits.BinTableHDU(np.array(DEF, columns), name="DQ_DEF")
    image = fits.ImageHDU(np.array([[0, 1, 2, 3]], "u4"), name="DQ")
    fits.HDUList([primary, image, table]).writeto("mask.fits", overwrite=True)
    return "mask.fits"


def exposure() -> str:
    """Return the path of a small exposure that steps take, in a folder of its own."""
    os.makedirs("d", exist_ok=True)
    model = _placed("RampModel", (1, 2, 3, 4))
    model.meta.exposure.type = "MIR_IMAGE"
    model.save("d/x_uncal.fits")
    return "d/x_uncal.fits"


def reference() -> str:
    """Return the path of a mask that fits the exposure."""
    model = _placed("MaskModel", dq=np.arange(12).reshape(3, 4) % 4, dq_def=DEF)
    model.save("d/mask.fits")
    return "d/mask.fits"


def _placed(kind: str, *args: Any, **arrays: Any) -> Any:  # noqa: ANN401
    model = getattr(importlib.import_module("jwst.datamodels"), kind)(*args, **arrays)
    model.meta.instrument.name, model.meta.instrument.detector = "MIRI", "MIRIMAGE"
    for name, value in {"xstart": 1, "ystart": 1, "xsize": 4, "ysize": 3}.items():
        setattr(model.meta.subarray, name, value)
    return model


def run(code: str, shared: str) -> str:
    """Return the text of what the last expression is, or the builtin kind of the error."""
    names: dict[str, Any] = {"np": np, "fits": fits, "ramp": ramp, "mask": mask, "DEF": DEF}
    names |= {"exposure": exposure, "reference": reference, "shared": shared, "os": os}
    names |= {"Path": Path, "ConfigObj": ConfigObj, "__name__": "case"}
    names["dm"] = importlib.import_module("jwst.datamodels")
    for module, kinds in {
        "stpipe": ("Step", "Pipeline"),
        "step": ("DQInitStep", "LinearityStep"),
    }.items():
        found = importlib.import_module(f"jwst.{module}")
        names |= {kind: getattr(found, kind) for kind in kinds}
    tree = ast.parse(code)
    last = tree.body.pop()
    assert isinstance(last, ast.Expr)
    try:
        exec(compile(tree, "case", "exec"), names)
        return repr(eval(compile(ast.Expression(last.value), "case", "eval"), names))
    except Exception as err:  # a refusal is a result; ours are children of several builtins
        kinds = (TypeError, KeyError, AttributeError, ValueError, OSError)
        return " ".join(kind.__name__ for kind in kinds if isinstance(err, kind))


def main(cases_path: str, results_path: str) -> None:
    with open(cases_path, encoding="utf-8") as stream:
        cases = json.load(stream)
    results = {}
    for name, code in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            results[name] = run(code, os.path.dirname(os.path.abspath(cases_path)))
            os.chdir("/")
    with open(results_path, "w", encoding="utf-8") as stream:
        json.dump(results, stream)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    main(*sys.argv[1:])
