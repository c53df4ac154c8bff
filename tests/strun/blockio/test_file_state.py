from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from strun.blockio.file_state import has_changed, state_of
from strun.blockio.source import FitsFile
from strun.errors import InputError


def later(path: Path) -> None:
    """Give a file a later time of change."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))


def test_a_file_has_changed_when_its_time_or_size_has(folder: Path) -> None:
    path = Path("a")
    path.write_text("one")
    before = state_of(path.stat())
    assert not has_changed("a", before)
    later(path)
    assert has_changed("a", before)
    before = state_of(path.stat())
    os.truncate(path, 2)
    os.utime(path, ns=(0, before[1]))
    assert has_changed("a", before)


def test_a_file_that_is_gone_or_never_was_has_not_changed(folder: Path) -> None:
    Path("a").write_text("one")
    assert not has_changed("a", None)
    assert not has_changed("b", state_of(Path("a").stat()))


def test_require_unchanged_says_which_file_was_written_to(ramp: Path) -> None:
    with FitsFile.open(ramp) as file:
        file.require_unchanged()
        later(ramp)
        with pytest.raises(InputError, match=rf"{ramp}: was changed while it was used; run again"):
            file.require_unchanged()


def test_require_unchanged_looks_at_the_packed_file(ramp: Path) -> None:
    packed = ramp.with_name("x_uncal.fits.gz")
    packed.write_bytes(gzip.compress(ramp.read_bytes(), 1))
    with FitsFile.open(packed) as file:
        file.require_unchanged()
        later(packed)
        with pytest.raises(InputError, match="was changed while it was used"):
            file.require_unchanged()


def test_require_unchanged_has_nothing_to_say_of_bytes(ramp: Path) -> None:
    with FitsFile.from_bytes(ramp.read_bytes()) as file:
        file.require_unchanged()
