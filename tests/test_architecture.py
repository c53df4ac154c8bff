"""The house as DESIGN says it: who may import whom, and how large rooms and files are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).resolve().parents[1] / "src"

LAYERS = [
    {"strun.cli"},
    {"strun.batch"},
    {"strun.quicklook", "strun.diff"},
    {"strun.steps"},
    {"strun.provenance"},
    {"strun.references"},
    {"strun.effects", "strun.testing"},
    {"strun.engine"},
    {"strun.parameters"},
    {"strun.datamodels"},
    {"strun.logs"},
    {"strun.log_handlers"},
    {"strun.blockio"},
    {"strun.streams", "strun.installation", "strun.class_path"},
    {"strun.errors"},
    {"strun"},
]
"""A room may import those below it, and itself."""

LARGEST_SHARE = 0.15
LONGEST_FILE = 300
TYPES_ALONE = 60
"""Imports under TYPE_CHECKING: where they are many, classes know each other too well."""


class Import(NamedTuple):
    """An import of a module by another, and whether it is for type checkers alone."""

    module: str
    imported: str
    for_types: bool


def module_of(path: Path) -> str:
    """Return the name that a file is imported by."""
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


@cache
def modules() -> dict[str, Path]:
    """Return all modules of the two packages by their names."""
    return {module_of(path): path for path in sorted(SOURCE.rglob("*.py"))}


def _targets(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """Yield the modules that a statement imports, of the two packages."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        assert node.level == 0, "imports are absolute"
        inner = [f"{node.module}.{alias.name}" for alias in node.names]
        names = [name if name in modules() else str(node.module) for name in inner]
    yield from (name for name in names if name in modules())


@cache
def imports() -> tuple[Import, ...]:
    """Return every import of the two packages, in functions too."""
    found = []
    for module, path in modules().items():
        tree = ast.parse(path.read_text())
        for_types = {
            id(node)
            for test in ast.walk(tree)
            if isinstance(test, ast.If) and getattr(test.test, "id", "") == "TYPE_CHECKING"
            for node in ast.walk(test)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for name in _targets(node):
                    found.append(Import(module, name, id(node) in for_types))
    return tuple(found)


def room_of(module: str) -> str:
    """Return the room of a module: a folder of strun, a file beside them, a folder of jwst."""
    return ".".join(module.split(".")[:2])


def test_rooms_of_the_design_are_those_that_are_there() -> None:
    rooms = {room_of(module) for module in modules() if module.split(".")[0] == "strun"}
    assert rooms == set().union(*LAYERS)


def test_imports_go_down_the_list() -> None:
    rank = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}
    wrong = set()
    for each in imports():
        here, there = room_of(each.module), room_of(each.imported)
        if here in rank and there in rank and here != there and rank[there] <= rank[here]:
            wrong.add((each.module, each.imported))
    assert not wrong


def test_strun_never_imports_jwst() -> None:
    assert [each for each in imports() if each.module.startswith("strun") and _is_jwst(each)] == []


def _is_jwst(each: Import) -> bool:
    return each.imported.split(".")[0] == "jwst"


# pipelines are made of steps, and the faces show them
_GATHER = {"jwst.pipeline", "jwst.step", "jwst.stpipe", "jwst.datamodels"}


def test_a_step_imports_strun_and_its_own_folder_alone() -> None:
    steps = [e for e in imports() if _is_jwst(e) and room_of(e.module) not in _GATHER]
    assert [e for e in steps if room_of(e.imported) != room_of(e.module)] == []


def circles() -> list[set[str]]:
    """Return the sets of modules that import each other, deferred imports counted."""
    graph: dict[str, set[str]] = {name: set() for name in modules()}
    for each in imports():
        if not each.for_types:
            graph[each.module].add(each.imported)
    reach: dict[str, set[str]] = {}
    for start in graph:
        seen, queue = set(), list(graph[start])
        while queue:
            name = queue.pop()
            if name not in seen:
                seen.add(name)
                queue += graph[name]
        reach[start] = seen
    found: list[set[str]] = []
    for name in graph:
        if name in reach[name] and not any(name in circle for circle in found):
            found.append({other for other in reach[name] if name in reach[other]})
    return found


def test_no_circle_of_files() -> None:
    assert circles() == []


def test_imports_for_types_alone_are_few() -> None:
    count = sum(each.for_types and each.module.startswith("strun.") for each in imports())
    assert count <= TYPES_ALONE


@cache
def lengths() -> dict[str, int]:
    """Return the lines of each module."""
    return {name: len(path.read_text().splitlines()) for name, path in modules().items()}


def test_no_file_is_long() -> None:
    assert [name for name, lines in lengths().items() if lines > LONGEST_FILE] == []


def test_no_room_holds_most_of_the_lines() -> None:
    total, rooms = sum(lengths().values()), dict.fromkeys(map(room_of, lengths()), 0)
    for name, lines in lengths().items():
        rooms[room_of(name)] += lines
    assert [room for room, lines in rooms.items() if lines > LARGEST_SHARE * total] == []
