from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import strun

SOURCE = Path(strun.__file__).parent
RANKS = ["errors", "installation", "streams", "blockio", "datamodels", "stpipe", "batch", "cli"]
STEPS = {"dq_init", "linearity"}


def imports(path: Path) -> Iterator[str]:
    """Yield the rooms of this package that a module imports at run time."""
    tree = ast.parse(path.read_text())
    hidden = {
        id(node)
        for test in ast.walk(tree)
        if isinstance(test, ast.If) and getattr(test.test, "id", "") == "TYPE_CHECKING"
        for node in ast.walk(test)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and id(node) not in hidden:
            parts = node.module.split(".")
            if parts[0] == "strun" and len(parts) > 1:
                yield parts[1]


def test_imports_point_one_way() -> None:
    wrong = []
    for path in SOURCE.rglob("*.py"):
        room = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        if room in RANKS:
            below = RANKS[: RANKS.index(room) + 1]
            wrong += [(str(path), r) for r in imports(path) if r in RANKS and r not in below]
            wrong += [(str(path), r) for r in imports(path) if r in STEPS]
    assert wrong == []


# data alone; what a Dask worker does is seen in the tests of the cluster
_WITHOUT_TESTS = {"__init__", "dask_job"}


def test_every_module_of_batch_has_its_tests() -> None:
    tests = {path.name for path in (Path(__file__).parent / "batch").glob("test_*.py")}
    modules = {path.stem for path in (SOURCE / "batch").glob("*.py")} - _WITHOUT_TESTS
    assert [n for n in modules if not {f"test_{n}.py", f"test_batch_{n}.py"} & tests] == []
