"""The plugin of pytest that runs the tests of jwst and stpipe against this package."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

import crds
import pytest
from synthetic import MODES, REFERENCES, make_linearity, make_mask

from jwst_tests import imports
from jwst_tests.functions import FUNCTIONS
from strun.steps import reference_user

_LISTS = Path(__file__).with_name("not_applicable.toml")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--suite", help="folder of the tests")
    parser.addoption("--report", help="file to write the counts to, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    folder = config.invocation_params.dir
    suite = config.getoption("--suite")
    lists = tomllib.loads(_LISTS.read_text(encoding="utf-8"))
    imports.install(lists["absent"], FUNCTIONS)
    imports.stand_in(lists["stand_ins"])
    _accept_no_deprecation()
    # as in jwst, which does not look at the keywords of a reference that is given
    reference_user.check_fits = partial(_fits, reference_user.check_fits)
    if suite == "jwst":
        imports.extend(str(folder / "jwst"))
    else:
        sys.path.insert(0, str(folder / suite))
    if config.args == [str(folder)]:
        config.args = [str(folder / suite)]
    references = _make_references(folder / "references")
    os.environ["STRUN_REFS"] = str(references)
    crds.getreferences = lambda parameters, reftypes, **_: {
        kind: str(references / f"{kind}_guider1.fits") for kind in reftypes
    }
    config.pluginmanager.register(_Applying(config, suite, lists[suite]))


def _fits(check: Callable[..., None], *models: object, name: str, allow: bool) -> None:
    check(*models, name=name, allow=True)


def _make_references(folder: Path) -> Path:
    """Make references for exposures that CRDS would be asked about."""
    if not folder.is_dir():
        folder.mkdir()
        make_mask(folder / "mask.fits", "miri_image")
        guider = MODES["fgs_image"]._replace(detector="GUIDER1")
        make_mask(folder / "guider_mask.fits", guider)
        make_linearity(folder / "linearity.fits", "miri_image")
        sub128 = MODES["miri_sub64"]._replace(subarray="SUB128")
        place = {"shape": (128, 136), "corner": (1, 1)}
        REFERENCES["reset"](folder / "reset.fits", sub128, groups=10, **place)
        REFERENCES["rscd"](folder / "rscd.fits", sub128)
        for kind in ("saturation", "ipc", "reset", "dark", "gain", "readnoise"):
            groups = {"groups": 6} if kind in ("reset", "dark") else {}
            REFERENCES[kind](folder / f"{kind}_miri.fits", "miri_image", **groups)
        nrca1 = MODES["nircam_image"]._replace(detector="NRCA1")
        for kind in ("saturation", "superbias"):
            REFERENCES[kind](folder / f"{kind}_nrca1.fits", nrca1)
        for kind in ("gain", "readnoise"):
            REFERENCES[kind](folder / f"{kind}_guider1.fits", guider, spoiled=False)
        REFERENCES["gain"](folder / "gain_nrs1.fits", "nirspec_bots", factor=2.0)
    return folder


def _accept_no_deprecation() -> None:
    """Let tests that expect a DeprecationWarning run on: what they deprecate is not so here."""
    warns = pytest.warns

    def accept(
        expected: type[Warning], *, match: str | None = None
    ) -> AbstractContextManager[object]:
        if expected is DeprecationWarning:
            return nullcontext()
        return warns(expected, match=match)

    pytest.warns = accept  # type: ignore[assignment]


class _Applying:
    """Leave out the tests that do not apply, and count the others."""

    def __init__(self, config: pytest.Config, suite: str, reasons: dict[str, str]) -> None:
        self._config, self._suite, self._patterns = config, suite, reasons
        self._reasons: dict[str, str] = {}
        self._outcomes: Counter[str] = Counter()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        unused = set(self._patterns)
        out: list[pytest.Item] = []
        for item in items:
            name = item.nodeid.removeprefix(f"{self._suite}/")
            pattern = self._pattern_of(name)
            if pattern is not None:
                unused.discard(pattern)
                self._reasons[name] = self._patterns[pattern]
                out.append(item)
        if unused and self._config.args == [str(self._config.invocation_params.dir / self._suite)]:
            raise pytest.UsageError(f"{_LISTS.name}: no test is called {', '.join(sorted(unused))}")
        items[:] = [item for item in items if item not in out]
        self._config.hook.pytest_deselected(items=out)

    def _pattern_of(self, name: str) -> str | None:
        if name in self._patterns:
            return name
        # parameters in brackets are no pattern
        plain = name.partition("[")[0]
        return next((each for each in self._patterns if fnmatchcase(plain, each)), None)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._outcomes["failed"] += 1

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or (report.failed or report.skipped):
            self._outcomes[report.outcome] += 1
        if report.skipped and isinstance(report.longrepr, tuple):
            name = report.nodeid.removeprefix(f"{self._suite}/")
            self._reasons[name] = f"skips itself: {report.longrepr[2]}"

    def pytest_sessionfinish(self) -> None:
        counts = {key: self._outcomes[key] for key in ("passed", "failed")}
        text = json.dumps({**counts, "reasons": self._reasons}, indent=1)
        Path(self._config.getoption("--report")).write_text(text, encoding="utf-8")


@pytest.fixture
def tmp_cwd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def mk_tmp_dirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    folders = [tmp_path / name for name in ("current", "data", "config")]
    for folder in folders:
        folder.mkdir()
    monkeypatch.chdir(folders[0])
    return tuple(map(str, folders))
