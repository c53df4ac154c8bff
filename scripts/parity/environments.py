"""The two environments of the comparison, and how each program is called. Standard library only.

Each is taken from a variable when set (``STRUN_ENV``, ``STRUN_ORACLE_ENV``: the path of a virtual
environment), otherwise made once under ``.scratch/`` of the checkout.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
SCRATCH = CHECKOUT / ".scratch"
ORACLE_REQUIREMENTS = ("jwst==3.0.0", "stpipe==1.1.0", "stcal==1.20.0", "stdatamodels==6.0.0")

# What CRDS wants to find before it believes that it is offline.
_SERVER_CONFIG = {
    "observatory": "jwst",
    "operational_context": "jwst_0000.pmap",
    "edit_context": "jwst_0000.pmap",
    "context_names": [],
    "crds_version": {"str": "14.0.0"},
    "server_version": {"str": "14.0.0"},
    "reference_url": {"checked": "", "unchecked": ""},
    "mapping_url": {"checked": "", "unchecked": ""},
    "bad_files": "",
    "bad_files_list": [],
    "bad_files_set": [],
    "status": "cached",
    "connected": False,
    "effective_mode": "local",
    "last_synced": "2026-01-01",
}
_PMAP = """header = {
    'mapping': 'PIPELINE', 'observatory': 'JWST', 'name': 'jwst_0000.pmap',
    'parkey': ('META.INSTRUMENT.NAME',), 'derived_from': 'nothing', 'description': 'empty',
    'sha1sum': '0',
}
selector = {}
"""


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the variables its programs get."""

    folder: Path
    variables: dict[str, str]

    def program(self, name: str) -> str:
        """Return the path of a program installed in the environment."""
        return str(self.folder / "bin" / name)

    def complete(self) -> dict[str, str]:
        """Return all variables that its programs get."""
        return {**_inherited(), **self.variables}

    def run(
        self, command: Sequence[str], *, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, with its output kept."""
        return subprocess.run(
            list(command),
            cwd=cwd,
            env=self.complete(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


def project_environment() -> Environment:
    """Return the environment with this package (and numpy and astropy for the comparison)."""
    given = os.environ.get("STRUN_ENV")
    folder = Path(given) if given else _make("strun", ("--editable", str(CHECKOUT)))
    # No reference may be looked up: both programs get theirs on the command line.
    return Environment(folder, {"CRDS_PATH": str(SCRATCH / "no-crds"), "CRDS_SERVER_URL": ""})


def oracle_environment() -> Environment:
    """Return the environment with jwst 3.0.0 and an empty, offline CRDS."""
    given = os.environ.get("STRUN_ORACLE_ENV")
    folder = Path(given) if given else _make("jwst", ORACLE_REQUIREMENTS)
    variables = {
        "CRDS_PATH": str(_offline_crds()),
        "CRDS_CONTEXT": "jwst_0000.pmap",
        "CRDS_SERVER_URL": "",
        "STPIPE_DISABLE_CRDS_STEPPARS": "true",
    }
    return Environment(folder, variables)


def their_tests_environment() -> Environment:
    """Return the environment with this package and what the tests of jwst and stpipe need."""
    given = os.environ.get("STRUN_TESTS_ENV")
    needed = ("pytest>=9", "asdf>=5", "importlib_metadata", "--editable", str(CHECKOUT))
    # what the package needs and registers may have changed
    made_from = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    folder = Path(given) if given else _make("jwst-tests", needed, made_from)
    variables = {
        "CRDS_PATH": str(SCRATCH / "no-crds"),
        "CRDS_SERVER_URL": "",
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(CHECKOUT / "scripts"),
    }
    return Environment(folder, variables)


def _inherited() -> dict[str, str]:
    mine = ("CRDS_", "STPIPE_", "STRUN_", "PYTHON")
    return {key: value for key, value in os.environ.items() if not key.startswith(mine)}


def _make(name: str, requirements: Sequence[str], made_from: str = "") -> Path:
    """Make an environment under .scratch/ unless it is there with the same requirements."""
    folder = SCRATCH / f"env-{name}"
    stamp = folder / "requirements.json"
    wanted = json.dumps([*requirements, made_from] if made_from else list(requirements))
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return folder
    print(f"making an environment for {name} ...", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True, clear=True)
    install = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", *requirements]
    subprocess.run(install, check=True, stdin=subprocess.DEVNULL)
    stamp.write_text(wanted, encoding="utf-8")
    return folder


def _offline_crds() -> Path:
    folder = SCRATCH / "crds"
    for part in ("config/jwst", "mappings/jwst", "references/jwst"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "config/jwst/server_config").write_text(repr(_SERVER_CONFIG), encoding="utf-8")
    (folder / "mappings/jwst/jwst_0000.pmap").write_text(_PMAP, encoding="utf-8")
    return folder
