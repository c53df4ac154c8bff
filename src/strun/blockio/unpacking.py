"""Files that cannot be read in place: unpacked once to a plain file that has no name."""

from __future__ import annotations

import gzip
import os
import tempfile
import zlib
from typing import IO, TYPE_CHECKING

from strun.errors import FitsError, OutputError

if TYPE_CHECKING:
    from astropy.io import fits

_PIECE = 1 << 20


def temporary_file() -> IO[bytes]:
    """Return a file without a name, which vanishes when it is closed."""
    try:
        return tempfile.TemporaryFile(prefix="strun-")
    except OSError as err:
        raise OutputError(
            f"{tempfile.gettempdir()}: no temporary file can be made: {err.strerror}; set TMPDIR"
        ) from err


def no_room_for(what: str, err: OSError) -> OutputError:
    """Return the error that a temporary file cannot hold something."""
    return OutputError(f"{tempfile.gettempdir()}: no room for {what}: {err.strerror}; set TMPDIR")


def _no_room(path: str, err: OSError) -> OutputError:
    return OutputError(
        f"{path}: cannot be unpacked in {tempfile.gettempdir()}: {err.strerror}; set TMPDIR"
    )


def _kept(plain: IO[bytes], path: str) -> int:
    """Return a descriptor of the file that stays when `plain` is closed."""
    try:
        plain.flush()
    except OSError as err:
        raise _no_room(path, err) from err
    return os.dup(plain.fileno())


def nameless(data: bytes) -> int:
    """Return a descriptor of a file without a name that holds `data`."""
    with temporary_file() as plain:
        try:
            plain.write(data)
        except OSError as err:
            raise _no_room("<memory>", err) from err
        return _kept(plain, "<memory>")


def unzipped(fd: int, path: str) -> int:
    """
    Return a descriptor of the unpacked contents of a gzip file; `fd` is closed.

    Raises FitsError when the packed file is cut or its checksum is wrong.
    """
    with os.fdopen(fd, "rb") as packed, temporary_file() as plain:
        try:
            with gzip.GzipFile(fileobj=packed) as contents:
                while piece := contents.read(_PIECE):
                    plain.write(piece)
        except (EOFError, zlib.error, gzip.BadGzipFile) as err:
            raise FitsError(f"{path}: the gzip file is damaged ({err}); get a whole copy") from err
        except OSError as err:
            raise _no_room(path, err) from err
        return _kept(plain, path)


def _copy_image(hdu: fits.CompImageHDU, plain: IO[bytes]) -> None:
    """Write an image plane by plane, in the encoding that it was packed from."""
    plain.write(hdu.header.tostring().encode("ascii"))
    shape = hdu.shape
    size = 0
    for index in range(shape[0]) if len(shape) > 2 else [slice(None)]:
        block = hdu.section[index]
        raw = block.astype(block.dtype.newbyteorder(">")).tobytes()
        size += plain.write(raw)
    plain.write(b"\0" * (-size % 2880))


# decoders in C end the process that they are in when they meet what they do not expect
_CODE = (
    "import sys; packed, plain, *sys.path = sys.argv[1:]\n"
    "from strun.blockio.unpacking import expand; expand(int(packed), int(plain))"
)


def expanded(fd: int, path: str) -> int:
    """
    Return a descriptor of the same file with its compressed images written plainly.

    Raises FitsError when astropy, in a process of its own, cannot unpack an image.
    """
    import subprocess
    import sys

    with temporary_file() as plain:
        fds = fd, plain.fileno()
        # -P: a folder jwst where the user happens to be is not this package
        words = [sys.executable, "-P", "-c", _CODE, *map(str, fds), *sys.path]
        done = subprocess.run(
            words, pass_fds=fds, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if done.returncode:
            said = done.stdout.decode(errors="replace").strip() or "the decoder crashed"
            raise FitsError(
                f"{path}: a compressed image cannot be unpacked ({said}); get a whole copy"
            )
        return _kept(plain, path)


def expand(packed: int, plain: int) -> None:
    """Write a file to another with its images unpacked; on an error say it on stdout and exit."""
    import sys

    try:
        with os.fdopen(packed, "rb") as source, os.fdopen(plain, "wb") as target:
            _expand(source, target)
    except Exception as err:
        # damaged tiles end in any error of the decoders: zlib's, IndexError, RuntimeError
        print(" ".join(str(err).split()) or type(err).__name__)
        sys.exit(1)


def _expand(source: IO[bytes], target: IO[bytes]) -> None:
    from astropy.io import fits

    source.seek(0)
    with fits.open(source, do_not_scale_image_data=True) as hdus:
        for hdu in hdus:
            if isinstance(hdu, fits.CompImageHDU):
                _copy_image(hdu, target)
            else:
                start = hdu.fileinfo()
                size = start["datLoc"] - start["hdrLoc"] + start["datSpan"]
                target.write(os.pread(source.fileno(), size, start["hdrLoc"]))
