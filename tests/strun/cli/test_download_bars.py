from __future__ import annotations

import io

import pytest

from strun.cli.download_bars import show_downloads
from strun.references import crds_download


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> list[crds_download.Progress]:
    """Return who is told of downloads; nobody at first."""
    told: list[crds_download.Progress] = []
    monkeypatch.setattr(crds_download, "_progress", told)
    monkeypatch.setenv("CRDS_SERVER_URL", "http://127.0.0.1:9")
    return told


def test_bar_names_the_file_and_ends_full(
    watching: list[crds_download.Progress], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    show_downloads(quiet=False)
    for come in (10, 55, 100):
        watching[0]("jwst_miri_mask_0001.fits", come, 100)
    assert "jwst_miri_mask_0001.fits" in screen.getvalue()
    assert "100%" in screen.getvalue()


def test_nothing_is_drawn_where_nobody_looks(
    watching: list[crds_download.Progress], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", io.StringIO())
    show_downloads(quiet=False)
    assert watching == []


def test_quiet_draws_nothing(
    watching: list[crds_download.Progress], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", Terminal())
    show_downloads(quiet=True)
    assert watching == []


def test_without_a_server_nothing_is_drawn(
    watching: list[crds_download.Progress], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", Terminal())
    monkeypatch.delenv("CRDS_SERVER_URL")
    show_downloads(quiet=False)
    assert watching == []
