from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from strun.batch.inputs import expand
from strun.errors import InputError, InputNotFoundError


def test_files_keep_their_order_and_are_named_once(folder: Path) -> None:
    assert expand(["b.fits", "a.fits", "./b.fits", folder / "c.fits"]) == [
        "b.fits",
        "a.fits",
        str(folder / "c.fits"),
    ]


def test_a_list_has_a_path_a_line_and_comments(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "list.txt").write_text(
        "# two exposures\na.fits\n\n  sub/b #1.fits\r\n#c.fits\n"
    )
    assert expand(["@sub/list.txt", "z.fits"]) == ["a.fits", "sub/b #1.fits", "z.fits"]


def test_a_folder_gives_the_files_that_match_in_the_order_of_names(folder: Path) -> None:
    for name in ("b_uncal.fits", "a_uncal.fits", "a_rate.fits", "A_uncal.fits"):
        (folder / name).touch()
    (folder / "d_uncal.fits").mkdir()
    assert expand(["."], glob="*_uncal.fits") == [
        "./A_uncal.fits",
        "./a_uncal.fits",
        "./b_uncal.fits",
    ]


@pytest.mark.parametrize(("glob", "found"), [("*.fits", ["./x.fits"]), (".*", ["./._x.fits"])])
def test_a_hidden_file_of_a_folder_is_taken_only_when_asked_for(
    folder: Path, glob: str, found: list[str]
) -> None:
    for name in ("x.fits", "._x.fits"):
        (folder / name).touch()
    assert expand(["."], glob=glob) == found


def test_an_exposure_as_a_list_is_refused(ramp: Path) -> None:
    with pytest.raises(InputError, match=r"@x_uncal\.fits: is no text"):
        expand([f"@{ramp.name}"])


def test_a_folder_in_a_list_is_taken_apart_too(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "x.fits").touch()
    (folder / "list").write_text("data\n")
    assert expand(["@list"], glob="*.fits") == ["data/x.fits"]


def test_a_file_whose_name_begins_with_at_is_named_with_its_folder(folder: Path) -> None:
    assert expand(["./@x.fits"]) == ["./@x.fits"]


@pytest.mark.parametrize(
    ("words", "glob", "kind", "text"),
    [
        (["@none.txt"], None, InputNotFoundError, "no such list of inputs"),
        (["@empty"], None, InputError, "the list is empty"),
        (["@."], None, InputError, "cannot be read: Is a directory"),
        (["."], None, InputError, "say which of its files to take"),
        (["."], "*.fits", InputError, r"no file matches \*.fits"),
    ],
)
def test_what_cannot_be_listed_is_said(
    folder: Path, words: list[str], glob: str | None, kind: type[Exception], text: str
) -> None:
    (folder / "empty").write_text("# nothing\n")
    with pytest.raises(kind, match=text):
        expand(words, glob=glob)


def test_a_pipe_may_be_a_list() -> None:
    reading, writing = os.pipe()
    try:
        os.write(writing, b"a.fits\n\xc3\xa4.fits")
        os.close(writing)
        assert expand([f"@/dev/fd/{reading}"]) == ["a.fits", "ä.fits"]
    finally:
        os.close(reading)


@pytest.mark.parametrize(
    "content", [b"\0" * 9, b"x" * 5000, "a.fits".encode("utf-16"), b"a.fits\nb\0.fits\n"]
)
def test_a_list_that_is_no_text_is_refused(folder: Path, content: bytes) -> None:
    Path("list").write_bytes(content)
    with pytest.raises(InputError, match=r"@list: is no text; expected a list in UTF-8"):
        expand(["@list"])


def test_a_folder_that_cannot_be_read_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> list[str]:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "listdir", refuse)
    with pytest.raises(InputError, match=r"\.: the folder cannot be read: Permission denied"):
        expand(["."], glob="*.fits")
