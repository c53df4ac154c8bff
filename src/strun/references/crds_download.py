"""Files that CRDS downloads into its cache: whole and right, or not there at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

STALLED = 60.0
"""Seconds without a byte after which a server counts as gone; crds itself would wait for ever."""

Progress = Callable[[str, int, int], None]
"""Told the name of a file, the bytes that came and the bytes that it has."""

_progress: list[Progress] = []


class Downloads(NamedTuple):
    """
    What became of the files that a look-up needed.

    Those that are done come with their size in bytes, those that failed with what is wrong; of
    those that the cache did not have it says where they were looked for.
    """

    done: list[tuple[str, int]]
    failed: list[tuple[str, str]]
    missing: list[str]


def watch(progress: Progress) -> None:
    """Let a function be told of every block that comes; the last one that asked is told."""
    _progress[:] = [progress]


def _checking(cacher: type[Any], downloads: Downloads) -> type[Any]:
    """Return a kind of crds's downloader that looks at a file before others can see it."""

    class Checking(cacher):  # type: ignore[misc]
        def download_files(self, names: list[str], localpaths: dict[str, str]) -> int:
            downloads.missing.extend(localpaths[name] for name in names)
            bytes_come: int = super().download_files(names, localpaths)
            return bytes_come

        def download_core(self, name: str, localpath: str) -> None:
            # crds checks what is in its place already, and a file that was cut stays there
            part = f"{localpath}.{os.getpid()}.part"
            try:
                self._fetch(name, part)
                self.verify_file(name, part)
                os.replace(part, localpath)
            except Exception as err:
                downloads.failed.append((name, " ".join(str(err).split())))
                raise
            finally:
                with contextlib.suppress(FileNotFoundError):
                    os.remove(part)
            downloads.done.append((name, self.catalog_file_size(name)))

        def _fetch(self, name: str, part: str) -> None:
            from crds.core import config

            if config.get_download_plugin():
                self.plugin_download(name, part)
                return
            size, come = self.catalog_file_size(name), 0
            with open(part, "wb") as stream:
                for block in self.get_data_http(name):
                    come += stream.write(block)
                    for progress in _progress:
                        progress(name, come, size)

    return Checking


@contextlib.contextmanager
def checked_downloads() -> Iterator[Downloads]:
    """
    Let crds put a file in its cache only after size and check sum are those of the server.

    What it yields is filled while crds works.
    """
    import socket

    from crds.client import api

    downloads = Downloads([], [], [])
    usual, timeout = api.FileCacher, socket.getdefaulttimeout()
    api.FileCacher = _checking(usual, downloads)
    if timeout is None:
        socket.setdefaulttimeout(STALLED)
    try:
        yield downloads
    finally:
        api.FileCacher = usual
        socket.setdefaulttimeout(timeout)
