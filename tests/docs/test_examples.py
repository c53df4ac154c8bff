"""The commands and the Python of the documentation run, and give what the pages show."""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from examples import ROOT, Block, blocks, matches
from in_process import run_here

README = ROOT / "README.md"
# it works on the full frame of the demo, all others on small exposures
QUICKSTART = ROOT / "docs" / "quickstart.md"
PAGES = sorted((ROOT / "docs").rglob("*.md"))
# what only a shell does
_SHELL = re.compile(r"[|<>;&$`]|^[^'\"]*\*")


def _pages(*languages: str) -> list[Path]:
    return [page for page in PAGES if blocks(page, *languages)]


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files of the demo, and one of small ones."""
    folder = tmp_path_factory.mktemp("examples")
    environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts")}
    for module in ("demo", "examples"):
        subprocess.run(
            [sys.executable, "-m", f"synthetic.{module}", folder / module],
            env=environment,
            check=True,
        )
    return folder


@pytest.fixture
def files(made: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Work in a folder of its own, with the files that a page begins with."""
    page: Path = request.getfixturevalue("page")
    source = made / ("demo" if page == QUICKSTART else "examples")
    folder = tmp_path / "demo"
    # links cost nothing, and a product never takes the place of an input
    shutil.copytree(source, folder, copy_function=os.link)
    for name in ("scripts", "cfgs"):
        (tmp_path / name).symlink_to(ROOT / name)
    return folder


def _run(words: str) -> tuple[int, str]:
    """Return the exit code of a command and what it wrote; strun runs here, others in a shell."""
    name, *rest = shlex.split(words)
    if name in ("strun", "quicklook") and not _SHELL.search(words):
        code, out, err = run_here(rest, command=name)
        return code, err + out
    folder = str(Path(sys.executable).parent)
    done = subprocess.run(
        ["bash", "-c", words],
        env=os.environ | {"PATH": os.pathsep.join([folder, os.environ["PATH"]])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def _check_commands(block: Block, where: str) -> None:
    for command in block.commands:
        code, found = _run(command.words)
        fails = "error:" in command.output or re.match(r"strun (diff|--again)", command.words)
        assert fails or code == 0, f"{where}: {command.words}: exit code {code}\n{found}"
        if command.output.strip():
            assert matches(command.output, found), f"{where}: {command.words} wrote\n{found}"


def _check_options(block: Block, where: str) -> None:
    """Check that commands which cannot be run here have the options that they are given."""
    for command in block.commands:
        words = shlex.split(command.words, comments=True)
        while words and "=" in words[0]:
            del words[0]
        if words[0] == "strun":
            code, _, said = run_here([*words[1:], "-h"])
            assert code == 0, f"{where}: {command.words}: {said}"
        elif words[0].startswith(("./scripts", "scripts", ".ci")):
            assert (ROOT / words[0]).exists(), f"{where}: there is no {words[0]}"


def _check_python(block: Block, names: dict[str, object], where: str) -> None:
    file = re.match(r"# (\w+\.py)\b", block.text)
    if file is not None:
        Path(file[1]).write_text(block.text)
    elif ">>>" in block.text:
        test = doctest.DocTestParser().get_doctest(block.text, names, where, where, 0)
        said = io.StringIO()
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
        runner.run(test, out=said.write, clear_globs=False)
        names.update(test.globs)
        assert not runner.failures, said.getvalue()
    else:
        exec(compile(block.text, where, "exec"), names)


@pytest.fixture
def importable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let modules be imported that a page writes, and forget them."""
    monkeypatch.syspath_prepend("")
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if not hasattr(sys.modules[name], "__file__") or not os.path.isabs(
            sys.modules[name].__file__ or "/"
        ):
            del sys.modules[name]


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("page", _pages("console", "python"), ids=_name)
def test_examples_run(
    page: Path, files: Path, importable: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(page, "console", "python"):
        where = f"{_name(page)}:{block.line}"
        if block.language == "python":
            if block.runs:
                with contextlib.redirect_stderr(io.StringIO()):
                    _check_python(block, names, where)
        elif block.runs:
            _check_commands(block, where)
        else:
            _check_options(block, where)


def test_the_readme_shows_what_the_quickstart_shows() -> None:
    shown = [command for block in blocks(QUICKSTART, "console") for command in block.commands]
    outputs = {command.words: command.output for command in shown}
    for block in blocks(README, "console"):
        for command in block.commands if block.runs else ():
            assert matches(command.output, outputs[command.words]), command.words
