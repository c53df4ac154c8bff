"""Files that appear all or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from strun.blockio.together import Together
from strun.errors import OutputError


def write(together: Together, *names: str) -> None:
    for name in names:
        with together.publish(name) as fd:
            os.write(fd, b"new " + name.encode())


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(params=[{}, {"a": b"old"}, {"a": b"old", "b": b"old"}], ids=["none", "one", "both"])
def before(request: pytest.FixtureRequest, folder: Path) -> dict[str, bytes]:
    """Return the files that lie there already."""
    for name, data in request.param.items():
        (folder / name).write_bytes(data)
    return dict(request.param)


@pytest.mark.parametrize("durable", [False, True])
def test_files_appear_at_the_end(folder: Path, before: dict[str, bytes], durable: bool) -> None:
    with Together(durable=durable) as together:
        write(together, "a", "b")
        assert contents(folder) == before
    assert contents(folder) == {"a": b"new a", "b": b"new b"}


def test_no_file_appears_after_an_error(folder: Path, before: dict[str, bytes]) -> None:
    with pytest.raises(TypeError), Together() as together:
        write(together, "a", "b", None)  # type: ignore[arg-type]
    assert contents(folder) == before


def test_a_file_that_is_given_up_does_not_appear(folder: Path) -> None:
    with Together() as together:
        write(together, "a")
        with pytest.raises(ValueError, match="not this"), together.publish("b"):
            raise ValueError("not this")
        write(together, "c")
    assert contents(folder) == {"a": b"new a", "c": b"new c"}


@pytest.mark.parametrize("error", [PermissionError(13, "no"), KeyboardInterrupt()])
@pytest.mark.parametrize("after", [False, True], ids=["instead", "after"])
def test_first_name_is_taken_back_when_the_second_fails(
    folder: Path,
    before: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    after: bool,
) -> None:
    replace = os.replace

    def fail_at_b(source: str, target: str) -> None:
        is_b = target.endswith("/b")
        if after or not is_b:
            replace(source, target)
        if is_b:
            monkeypatch.setattr(os, "replace", replace)
            raise error

    monkeypatch.setattr(os, "replace", fail_at_b)
    kind = OutputError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(kind), Together() as together:
        write(together, "a", "b", "c")
    assert contents(folder) == before


def test_signal_right_after_a_second_name_leaves_none(
    folder: Path, before: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def interrupted(source: str, target: str, **rest: object) -> None:
        link(source, target, **rest)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "link", interrupted)
    with pytest.raises(KeyboardInterrupt), Together() as together:
        write(together, "a", "b")
    assert contents(folder) == before


def test_last_file_gets_its_name_last(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, named = os.replace, []

    def note(source: str, target: str) -> None:
        named.append(os.path.basename(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", note)
    with Together() as together:
        write(together, "a", "b", "c")
    assert named == ["a", "b", "c"]
