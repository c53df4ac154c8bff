"""A server that answers the client of CRDS, on a port of this machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

from crds_cache import CONTEXT, SETTINGS


class Server(ThreadingHTTPServer):
    """
    A server of mappings and references.

    Parameters
    ----------
    files : Path
        Every file in it, at whatever depth, is served by its name.

    Attributes
    ----------
    asked : list of str
        Names of the remote procedures that were called, and of the files that were fetched.
    cut : dict
        Name of a file to the bytes after which the connection is cut.
    spoiled : set
        Names of files of which one bit is turned on the way.
    """

    daemon_threads = True

    def __init__(self, files: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {path.name: path for path in files.rglob("*") if path.is_file()}
        self.asked: list[str] = []
        self.cut: dict[str, int] = {}
        self.spoiled: set[str] = set()

    @property
    def url(self) -> str:
        """What CRDS_SERVER_URL is set to."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def sums(self) -> dict[str, dict[str, str]]:
        """Return size and check sum of every file, as strings."""
        found = {}
        for name, path in self.files.items():
            data = path.read_bytes()
            found[name] = {"size": str(len(data)), "sha1sum": hashlib.sha1(data).hexdigest()}
        return found

    def answer(self, method: str) -> Any:  # noqa: ANN401
        """Return what a remote procedure returns."""
        if method == "get_server_info":
            places = {
                f"{kind}_url": {"unchecked": {"jwst": f"{self.url}/{kind}s/"}}
                for kind in ("reference", "mapping")
            }
            plain = {k: v for k, v in SETTINGS.items() if k != "bad_files_set"}
            return plain | places | {"force_remote_mode": False, "last_synced": "2026-11-21"}
        if method == "get_file_info_map":
            return self.sums()
        if method == "get_mapping_names":
            return [name for name in self.files if name.endswith(("map",))]
        if method in ("get_default_context", "get_build_context"):
            return CONTEXT
        raise KeyError(method)


class Handler(BaseHTTPRequestHandler):
    """JSON-RPC by POST, files by GET."""

    server: Server
    quiet: ClassVar[bool] = True

    def do_POST(self) -> None:
        """Answer a remote procedure call."""
        length = int(self.headers["Content-Length"])
        call = json.loads(self.rfile.read(length))
        self.server.asked.append(call["method"])
        reply: dict[str, Any] = {"id": call["id"], "error": None, "result": None}
        try:
            reply["result"] = self.server.answer(call["method"])
        except KeyError as err:
            reply["error"] = {"message": f"no such method: {err}"}
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        """Send a file, or a part of it."""
        name = self.path.rsplit("/", 1)[-1]
        self.server.asked.append(name)
        if name not in self.server.files:
            self.send_error(404)
            return
        body = bytearray(self.server.files[name].read_bytes())
        if name in self.server.spoiled:
            body[len(body) // 2] ^= 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.cut.get(name, len(body))])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(files: Path) -> Iterator[Server]:
    """Run a server until the end of the block."""
    server = Server(files)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
