"""A disk with room for a few pages: a product is on it whole or not at all."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from fault_driver import STRUN
from fault_numbers import flags_are_right
from in_process import LIMIT

PAGE = 4096
WHOLE = 8
"""Pages that the product takes."""

# a file system of one's own needs a name space of one's own
MOUNT = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
SCRIPT = """
mount -t tmpfs -o size=$0 none out || exit 77
printf old > out/x_dq_init.fits
"$@"
code=$?
find out -mindepth 1 -printf '%f %s\\n'
cp out/x_dq_init.fits copy.fits
exit $code
"""


def run_on_disk(size: int, *words: str) -> subprocess.CompletedProcess[str]:
    """Run strun with a small file system at the folder `out`, and list what is then in it."""
    if shutil.which("unshare") is None:
        pytest.skip("no unshare(1) here")
    done = subprocess.run(
        [*MOUNT, SCRIPT, str(size), STRUN, *words, "--output_dir", "out"],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
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
    flags_are_right("copy.fits")()
