"""Downloads from a server that answers crds's own client, with what can go wrong on the way."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from astropy.io import fits
from crds_cache import CONTEXT, Cache
from crds_server import Server, serving
from factories import make_mask, make_ramp

from jwst.dq_init import DQInitStep
from strun.errors import ReferenceNotFoundError
from strun.references import crds_download

pytestmark = pytest.mark.filterwarnings("ignore")

MASK = "jwst_miri_mask_0001.fits"
RULE = f"Match({{('MIRIMAGE',): UseAfter({{'2020-01-01 00:00:00': '{MASK}'}})}})"


@pytest.fixture
def server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Return a server with a mask; the cache of this machine is empty."""
    remote = Cache(folder / "remote")
    remote.rule("MIRI", "mask", RULE)
    make_mask(remote.folder("miri") / MASK)
    make_ramp(folder / "x_uncal.fits")
    for name, value in {
        "CRDS_PATH": str(folder / "crds"),
        "CRDS_CONTEXT": CONTEXT,
        "CRDS_CLIENT_RETRY_COUNT": "1",
        "CRDS_CLIENT_RETRY_DELAY_SECONDS": "0",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.delenv("CRDS_READONLY_CACHE", raising=False)
    with serving(folder / "remote") as running:
        monkeypatch.setenv("CRDS_SERVER_URL", running.url)
        yield running


def cached(pattern: str = "*_mask_*.fits*") -> list[Path]:
    return sorted(path for path in Path("crds").rglob(pattern) if path.is_file())


def test_rules_and_reference_are_downloaded(server: Server) -> None:
    DQInitStep.call("x_uncal.fits", save_results=True)
    assert fits.getheader("x_dq_init.fits")["R_MASK"] == f"crds://{MASK}"
    assert cached()[0].read_bytes() == server.files[MASK].read_bytes()


def test_second_run_downloads_nothing(server: Server) -> None:
    DQInitStep.call("x_uncal.fits")
    server.asked.clear()
    DQInitStep.call("x_uncal.fits")
    assert not [name for name in server.asked if name.startswith("jwst_")]


def test_cache_serves_when_the_server_has_gone(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    DQInitStep.call("x_uncal.fits")
    monkeypatch.setenv("CRDS_SERVER_URL", "http://127.0.0.1:9")
    DQInitStep.call("x_uncal.fits", save_results=True)
    assert fits.getheader("x_dq_init.fits")["CRDS_CTX"] == CONTEXT


@pytest.mark.parametrize("size", [0, 1, 4000])
def test_download_that_is_cut_leaves_nothing(server: Server, size: int) -> None:
    server.cut[MASK] = size
    with pytest.raises(ReferenceNotFoundError, match=rf"{MASK} could not be downloaded from http"):
        DQInitStep.call("x_uncal.fits", save_results=True)
    assert cached() == []
    assert not Path("x_dq_init.fits").exists()


def test_download_with_a_wrong_bit_leaves_nothing(server: Server) -> None:
    server.spoiled.add(MASK)
    with pytest.raises(ReferenceNotFoundError, match=r"could not be downloaded.*sha1sum"):
        DQInitStep.call("x_uncal.fits")
    assert cached() == []


def test_run_after_a_cut_download_is_right(server: Server) -> None:
    server.cut[MASK] = 4000
    with pytest.raises(ReferenceNotFoundError, match=MASK):
        DQInitStep.call("x_uncal.fits")
    server.cut.clear()
    DQInitStep.call("x_uncal.fits")
    assert cached()[0].read_bytes() == server.files[MASK].read_bytes()


def test_download_that_is_cut_is_tried_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRDS_CLIENT_RETRY_COUNT", "2")
    server.cut[MASK] = 4000

    def come(name: str, _: int, __: int) -> None:
        server.cut.pop(name, None)

    monkeypatch.setattr(crds_download, "_progress", [come])
    DQInitStep.call("x_uncal.fits")
    assert server.asked.count(MASK) == 2
    assert cached()[0].read_bytes() == server.files[MASK].read_bytes()


def test_rules_that_are_cut_leave_nothing(server: Server) -> None:
    server.cut["jwst_miri_mask_0001.rmap"] = 50
    with pytest.raises(ReferenceNotFoundError, match=r"mask_0001\.rmap could not be downloaded"):
        DQInitStep.call("x_uncal.fits")
    assert cached("*.rmap*") == []


def test_file_that_the_server_does_not_have_is_told(server: Server) -> None:
    del server.files[MASK]
    with pytest.raises(ReferenceNotFoundError, match=MASK):
        DQInitStep.call("x_uncal.fits")


def test_readonly_cache_is_not_written(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    DQInitStep.call("x_uncal.fits")
    cached()[0].unlink()
    monkeypatch.setenv("CRDS_READONLY_CACHE", "1")
    with pytest.raises(ReferenceNotFoundError, match=rf"{MASK} is not in the cache"):
        DQInitStep.call("x_uncal.fits")
    assert cached() == []


def test_download_is_told_in_the_log(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        DQInitStep.call("x_uncal.fits")
    assert f"Downloaded {MASK}" in caplog.text


def test_whoever_watches_is_told_of_the_bytes(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int, int]] = []
    monkeypatch.setattr(crds_download, "_progress", [])
    crds_download.watch(lambda *what: told.append(what))
    DQInitStep.call("x_uncal.fits")
    size = server.files[MASK].stat().st_size
    assert (MASK, size, size) in told
