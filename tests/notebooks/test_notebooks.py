"""The notebooks run from their first cell to their last."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("matplotlib")
pytest.importorskip("ipykernel")
nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

ROOT = Path(__file__).resolve().parents[2]


# made in one process; a notebook makes what is not there, in one for each: the masks are left to it
_FILES = """
import sys

from synthetic.__main__ import main

folder = sys.argv[1]
main(["linearity", "miri_image", f"{folder}/linearity.fits"])
for kind in ("saturation", "superbias", "linearity", "gain", "readnoise"):
    main([kind, "nircam_sub320", f"{folder}/rates/refs/{kind}.fits"])
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for what the notebooks make, with what takes them long."""
    folder = tmp_path_factory.mktemp("notebooks")
    (folder / "rates" / "refs").mkdir(parents=True)
    environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts")}
    subprocess.run([sys.executable, "-c", _FILES, folder], env=environment, check=True)
    return folder


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", ["dq_init", "linearity", "detector1"])
def test_notebook_runs(name: str, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRUN_DEMO", str(files))
    monkeypatch.setenv(
        "PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    )
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    resources = {"metadata": {"path": str(ROOT / "notebooks")}}
    nbclient.NotebookClient(notebook, timeout=120, resources=resources).execute()
    said = str([cell.get("outputs") for cell in notebook.cells])
    assert "error:" not in said
    assert re.search(r"same: \d HDUs", said)
    assert said.count("image/png") >= 2
