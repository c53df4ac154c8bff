"""What pages say that the program, or other files, say too."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest
from examples import ROOT

from jwst.datamodels import RampModel
from jwst.pipeline import Detector1Pipeline
from strun import __version__
from strun.datamodels.keywords import table
from strun.provenance.record import checksum_keyword
from strun.steps.pipeline import Pipeline
from strun.steps.registry import ALIASES, find, find_class
from strun.steps.step import Step

DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
STEPS = [alias for alias in ALIASES if not issubclass(find_class(alias), Pipeline)]
COMMANDS = re.findall(
    r"^\| `strun (\S+) [x\w]*\.fits", (DOCS / "from_jwst.md").read_text(), re.MULTILINE
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_to_files(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    own = [target.partition("#")[0] for target in targets if "://" not in target]
    missing = [target for target in own if target and not (page.parent / target).exists()]
    assert not missing


def test_every_step_has_a_page_in_the_order_of_the_steps() -> None:
    listed = re.findall(r"^(\w+)$", (DOCS / "steps" / "index.md").read_text(), re.MULTILINE)
    assert listed[listed.index(STEPS[0]) :] == STEPS
    for alias in STEPS:
        assert f"```{{strun-step}} {alias}\n" in (DOCS / "steps" / f"{alias}.md").read_text()


@pytest.mark.parametrize("name", sorted(set(COMMANDS)))
def test_steps_of_the_table_of_commands_are_there(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert issubclass(find(name)[0], Step)


def test_keywords_of_all_kinds_of_references_are_named() -> None:
    text = (DOCS / "how_to" / "references.md").read_text()
    kinds = re.search(r"KIND\s+is\s+(.*?)\.", text, re.DOTALL)
    assert kinds is not None
    words = set(re.findall(r"\w+", kinds[1])) - {"or", "sirskernel"}
    wanted = {
        (table().by_path[f"meta.ref_file.{kind}.name"].keyword, checksum_keyword(kind))
        for kind in words
    }
    assert set(re.findall(r"^\| `(R_\w+)` \| `(H_\w+)` \|$", text, re.MULTILINE)) == wanted


@pytest.mark.parametrize(("row", "instrument"), [("near infrared", "NIRCAM"), ("MIRI", "MIRI")])
def test_the_order_of_the_steps_of_a_pipeline_is_told(row: str, instrument: str) -> None:
    text = (DOCS / "steps" / "pipelines.md").read_text()
    told = re.search(rf"^\| {row} \| (.*) \|$", text, re.MULTILINE)
    assert told is not None
    model = RampModel((1, 1, 1, 1))
    model.meta.instrument.name = instrument
    pipeline = Detector1Pipeline()
    order = [name for name in pipeline.order(model) if name in ALIASES]
    assert told[1].split(", ") == [
        f"*{name}*" if getattr(pipeline, name).skip else name for name in order
    ]


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().split()) < 700


def _rows(page: Path) -> dict[str, dict[str, str]]:
    """Return the rows of a page's tables of benchmarks, by work and column."""
    found: dict[str, dict[str, str]] = {}
    head: list[str] = []
    for line in page.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            head = []
        elif cells[0] == "work":
            head = cells
        elif head and cells[0] != "---":
            found[cells[0]] = dict(zip(head, cells, strict=True))
    return found


def test_numbers_of_the_readme_are_those_of_the_benchmark() -> None:
    measured = _rows(ROOT / "benchmarks.md")
    shown = _rows(ROOT / "README.md")
    assert len(shown) == 5
    for work, row in shown.items():
        assert row.items() <= measured[work].items()


def test_a_benchmark_puts_its_rows_into_the_readme() -> None:
    with_rows = runpy.run_path(str(ROOT / "scripts" / "timing" / "tables.py"))["with_rows"]
    head = ("work", "jwst 3.0.0 (s)", "jwst CPU (s)", "strun (s)")
    rows = {
        name: (name, "20", "18", "2")
        for name in ("MIRI FASTR1, 40 groups, to rate", "`strun STEP -h`")
    }
    table = "| work | strun (s) | jwst 3.0.0 (s) |\n| --- | --- | --- |\n{}\n\nAfter.\n"
    old = "| linearity, time series of 2 GB | 0.7 | 6.1 |"
    new = "| MIRI FASTR1, 40 groups, to rate | 2 | 20 |"
    assert with_rows(table.format(old), head, rows) == table.format(new)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=_name)
def test_notebooks_show_outputs_and_no_checks(notebook: Path) -> None:
    cells = json.loads(notebook.read_text())["cells"]
    assert "image/png" in json.dumps([cell.get("outputs") for cell in cells])
    shown = [cell for cell in cells if "remove-cell" not in _tags(cell)]
    assert "assert " not in json.dumps(shown)
    assert str(ROOT) not in json.dumps(cells)


def test_the_citation_is_of_this_version() -> None:
    assert f"version: {__version__}\n" in (ROOT / "CITATION.cff").read_text()


def _tags(cell: dict[str, dict[str, list[str]]]) -> list[str]:
    return cell["metadata"].get("tags", [])
