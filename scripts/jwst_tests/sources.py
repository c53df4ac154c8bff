"""Copies of the tests of jwst and stpipe in a scratch folder. Standard library only."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from parity.environments import Environment

STPIPE = "1.1.0"
SUITES = {"jwst": "jwst 3.0.0", "stpipe_tests": f"stpipe {STPIPE}"}
TESTED = (
    *("dq_init", "saturation", "superbias", "refpix", "firstframe", "lastframe", "reset", "rscd"),
    *("linearity", "group_scale", "dark_current", "charge_migration", "jump", "persistence"),
    *("ramp_fitting", "gain_scale", "guider_cds", "pipeline", "stpipe"),
)
# of pipelines that are not here
_OTHERS = [f"test_calwebb_{name}*" for name in ("ami3", "coron3", "image", "spec", "tso3")]
# what those tests import from elsewhere in jwst: helpers for tests, and a check of the result
_SUPPORT = (
    "tests/__init__.py",
    "tests/helpers.py",
    "lib/basic_utils.py",
    "lib/reffile_utils.py",
    "lib/stripe_utils.py",
    "lib/tests/__init__.py",
    "lib/tests/helpers.py",
    "lib/tests/test_reffile_utils.py",
)


def copy_tests(oracle: Environment, folder: Path) -> None:
    """Copy the tests of jwst and of stpipe into a folder, unless they are there."""
    stamp = folder / f"copied-from-stpipe-{STPIPE}"
    if stamp.is_file():
        return
    shutil.rmtree(folder, ignore_errors=True)
    theirs = _package(oracle)
    # no __init__.py above the tests: the folder extends this package's modules
    for name in TESTED:
        shutil.copytree(
            theirs / name / "tests",
            folder / "jwst" / name / "tests",
            ignore=shutil.ignore_patterns("__pycache__", *_OTHERS),
        )
    for name in _SUPPORT:
        target = folder / "jwst" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(theirs / name, target)
    _unpack_stpipe(oracle, folder / "stpipe_tests")
    stamp.touch()


def _package(oracle: Environment) -> Path:
    command = "import importlib.util; print(importlib.util.find_spec('jwst').origin)"
    found = oracle.run([oracle.program("python"), "-c", command])
    if found.returncode:
        raise RuntimeError(f"{oracle.folder}: jwst is not installed there\n{found.stderr}")
    return Path(found.stdout.strip()).parent


def _unpack_stpipe(oracle: Environment, target: Path) -> None:
    """Unpack the tests of stpipe's source distribution, which alone has them."""
    with tempfile.TemporaryDirectory() as scratch:
        options = ("--quiet", "--no-deps", "--no-binary", ":all:", "--dest", scratch)
        command = [oracle.program("python"), "-m", "pip", "download", *options]
        subprocess.run(
            [*command, f"stpipe=={STPIPE}"], check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr
        )
        (archive,) = Path(scratch).glob("stpipe-*.tar.gz")
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, filter="data")
        shutil.copytree(Path(scratch) / f"stpipe-{STPIPE}" / "tests", target)
