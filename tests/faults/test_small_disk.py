"""A disk with room for a few pages: a product is on it whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from fault_driver import STRUN
from fault_numbers import flags_are_right
from in_process import LIMIT
from step_references import make_exposure, make_references

PAGE = 4096
WHOLE = 8
"""Pages that the product takes."""

# a file system of one's own needs a name space of one's own
MOUNT = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
SCRIPT = """
mount -t tmpfs -o size=$0 none out || exit 77
for name in $OLDER; do printf old > out/$name; done
"$@"
code=$?
find out -mindepth 1 -printf '%f %s\\n' | sort
cp -r out copy
exit $code
"""


def run_on_disk(
    size: int, *words: str, older: str = "x_dq_init.fits"
) -> subprocess.CompletedProcess[str]:
    """
    Run strun with a small file system at the folder `out`, and list what is then in it.

    Older products lie there; all that is there in the end is copied to `copy`.
    """
    if shutil.which("unshare") is None:
        pytest.skip("no unshare(1) here")
    done = subprocess.run(
        [*MOUNT, SCRIPT, str(size), STRUN, *words, "--output_dir", "out"],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
        env={**os.environ, "OLDER": older},
    )
    if done.returncode == 77 or "unshare:" in done.stderr:
        pytest.skip("no mount for users here")
    return done


@pytest.mark.parametrize("pages", range(1, WHOLE + 1))
def test_older_product_stays_when_the_disk_is_full(
    ramp: Path, mask: Path, folder: Path, pages: int
) -> None:
    (folder / "out").mkdir()
    done = run_on_disk(pages * PAGE, "dq_init", ramp.name, "--override_mask", mask.name, "--quiet")
    assert done.returncode == 1
    line = "x_dq_init.fits: cannot be written: no space left on the disk; make room or choose"
    assert line in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == "x_dq_init.fits 3\n"


def test_product_takes_the_place_of_the_older_one_when_both_have_room(
    ramp: Path, mask: Path, folder: Path
) -> None:
    (folder / "out").mkdir()
    size = (WHOLE + 1) * PAGE
    done = run_on_disk(size, "dq_init", ramp.name, "--override_mask", mask.name, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    flags_are_right("copy/x_dq_init.fits")()


BOTH = "x_rate.fits x_rateints.fits"


@pytest.mark.parametrize(
    ("pages", "older"), [(3, BOTH), (8, ""), (13, BOTH), (18, ""), (18, BOTH), (40, BOTH)]
)
def test_two_products_are_both_on_the_disk_or_neither(folder: Path, pages: int, older: str) -> None:
    (folder / "out").mkdir()
    exposure = make_exposure(folder / "x_uncal.fits")
    words = ("calwebb_detector1", exposure.name, *make_references(folder), "--quiet")
    done = run_on_disk(pages * PAGE, *words, older=older)
    sizes = dict(line.split() for line in done.stdout.splitlines())
    if done.returncode:
        assert "no space left on the disk; make room or choose" in done.stderr
        assert done.stderr.count("\n") == 1
        assert sizes == dict.fromkeys(older.split(), "3")
    else:
        assert set(sizes) == {"x_rate.fits", "x_rateints.fits"}
        assert all(int(size) > PAGE for size in sizes.values())
    assert (done.returncode == 0) == (pages == 40)
