"""A cache in the format of CRDS, made from rules: pmap, imap and rmaps that the client reads."""

from __future__ import annotations

import hashlib
import socket
from pathlib import Path
from typing import Any

import pytest

CONTEXT = "jwst_0001.pmap"
DATE = ("META.OBSERVATION.DATE", "META.OBSERVATION.TIME")
DETECTOR = "META.INSTRUMENT.DETECTOR"
SUBARRAY = "META.SUBARRAY.NAME"

SETTINGS: dict[str, Any] = {
    "observatory": "jwst",
    "operational_context": CONTEXT,
    "edit_context": CONTEXT,
    "crds_version": {"str": "14.0.0"},
    "server_version": {"str": "14.0.0"},
    "reference_url": {"checked": ""},
    "mapping_url": {"checked": ""},
    "bad_files": "",
    "bad_files_set": set(),
    "bad_files_list": [],
    "context_names": [],
    "status": "cached",
    "connected": False,
    "effective_mode": "local",
    "last_synced": "2026-01-01",
}


def mapping(kind: str, name: str, parkey: object, selector: str, **more: object) -> str:
    """Return the text of a mapping, with its check sum."""
    header = {"mapping": kind, "observatory": "JWST", "name": name, "parkey": parkey}
    header |= {"derived_from": "new", "sha1sum": "0", **more}
    text = f"header = {header!r}\nselector = {selector}\n"
    lines = [line for line in text.splitlines(keepends=True) if "sha1sum" not in line]
    total = hashlib.sha1("".join(lines).encode()).hexdigest()
    return text.replace("'sha1sum': '0'", f"'sha1sum': '{total}'")


class Cache:
    """
    A CRDS cache.

    Parameters
    ----------
    path : Path
        Its folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rules: dict[str, dict[str, str]] = {}
        self.mappings = path / "mappings" / "jwst"
        self.mappings.mkdir(parents=True)
        settings = path / "config" / "jwst"
        settings.mkdir(parents=True)
        (settings / "server_config").write_text(repr(SETTINGS))

    def rule(
        self,
        instrument: str,
        reftype: str,
        selector: str,
        *,
        parkey: tuple[str, ...] = (DETECTOR,),
        useafter: bool = True,
        **more: object,
    ) -> None:
        """Add an rmap, and write the mappings that name it."""
        name = f"jwst_{instrument}_{reftype}_0001.rmap".lower()
        keys = (parkey, DATE) if useafter else (parkey,)
        more |= {"instrument": instrument, "filekind": reftype.upper()}
        (self.mappings / name).write_text(mapping("REFERENCE", name, keys, selector, **more))
        self.rules.setdefault(instrument, {})[reftype.upper()] = name
        self._write_contexts()

    def _write_contexts(self) -> None:
        contexts = {}
        for instrument, kinds in self.rules.items():
            name = f"jwst_{instrument}_0001.imap".lower()
            text = mapping("INSTRUMENT", name, ("REFTYPE",), repr(kinds), instrument=instrument)
            (self.mappings / name).write_text(text)
            contexts[instrument] = name
        text = mapping("PIPELINE", CONTEXT, ("META.INSTRUMENT.NAME",), repr(contexts))
        (self.mappings / CONTEXT).write_text(text)

    def folder(self, instrument: str, *, flat: bool = False) -> Path:
        """Return the folder of an instrument's references, made if missing."""
        found = self.path / "references" / "jwst" / ("" if flat else instrument.lower())
        found.mkdir(parents=True, exist_ok=True)
        return found


def use(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let CRDS use a cache, without a server."""
    monkeypatch.setenv("CRDS_PATH", str(cache))
    monkeypatch.setenv("CRDS_CONTEXT", CONTEXT)
    monkeypatch.setenv("CRDS_IGNORE_MAPPING_CHECKSUM", "1")
    monkeypatch.delenv("CRDS_SERVER_URL", raising=False)


def cut_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whoever wants to talk to the network fail."""

    def cut(*_: object, **__: object) -> None:
        raise OSError("the network is cut off")

    monkeypatch.setattr(socket.socket, "connect", cut)
