"""Files that cannot be read in place: unpacked once to a plain file that has no name."""

from __future__ import annotations

import gzip
import os
import tempfile
import zlib
from typing import IO, TYPE_CHECKING

from jwst.errors import FitsError, OutputError

if TYPE_CHECKING:
    from astropy.io import fits

__all__ = ["expanded", "nameless", "unzipped"]

_PIECE = 1 << 20


def _temporary() -> IO[bytes]:
    try:
        return tempfile.TemporaryFile(prefix="strun-")
    except OSError as err:
        raise OutputError(
            f"{tempfile.gettempdir()}: no temporary file can be made: {err.strerror}; set TMPDIR"
        ) from err


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
    with _temporary() as plain:
        try:
            plain.write(data)
        except OSError as err:
            raise _no_room("<memory>", err) from err
        return _kept(plain, "<memory>")


def unzipped(fd: int, path: str) -> int:
    """
    Return a descriptor of the unpacked contents of a gzip file; `fd` is closed.

    Raises
    ------
    FitsError
        When the packed file is cut or its check sum is wrong.
    """
    with os.fdopen(fd, "rb") as packed, _temporary() as plain:
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


def expanded(fd: int, path: str) -> int:
    """
    Return a descriptor of the same file with its compressed images written plainly.

    Raises
    ------
    FitsError
        When astropy cannot unpack an image.
    """
    from astropy.io import fits

    with _temporary() as plain, os.fdopen(os.dup(fd), "rb") as packed:
        packed.seek(0)
        try:
            with fits.open(packed, do_not_scale_image_data=True) as hdus:
                for hdu in hdus:
                    if isinstance(hdu, fits.CompImageHDU):
                        _copy_image(hdu, plain)
                    else:
                        start = hdu.fileinfo()
                        size = start["datLoc"] - start["hdrLoc"] + start["datSpan"]
                        plain.write(os.pread(fd, size, start["hdrLoc"]))
        except Exception as err:
            # damaged tiles end in any error of the decoders: zlib's, IndexError, RuntimeError
            raise FitsError(f"{path}: a compressed image cannot be unpacked ({err})") from err
        return _kept(plain, path)
