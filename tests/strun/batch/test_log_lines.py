from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest

from strun.batch.log_lines import LogCollector, log_again, log_level
from strun.logs import NAMES


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave the loggers as they were."""
    loggers = [logging.getLogger(name) for name in (*NAMES, "mypackage")]
    before = [(logger.level, [*logger.handlers]) for logger in loggers]
    yield
    for logger, (level, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers[:] = handlers


def test_lines_of_a_worker_are_data() -> None:
    collector = LogCollector()
    collector.attach(("mypackage",), logging.INFO)
    logging.getLogger("jwst").info("before the job")
    lines = collector.begin()
    logging.getLogger("jwst.linearity").info("%d pixels", 7)
    logging.getLogger("mypackage.step").warning("odd")
    logging.getLogger("jwst").debug("not wanted")
    logging.getLogger("other").error("of nobody's interest")
    assert [line[1:] for line in lines] == [
        ("jwst.linearity", logging.INFO, "7 pixels"),
        ("mypackage.step", logging.WARNING, "odd"),
    ]


@pytest.mark.parametrize(("by_thread", "texts"), [(True, ["mine"]), (False, ["mine", "another's"])])
def test_threads_have_lines_of_their_own_when_each_runs_jobs(
    by_thread: bool, texts: list[str]
) -> None:
    collector = LogCollector(by_thread=by_thread)
    collector.attach((), logging.INFO)
    lines = collector.begin()
    logging.getLogger("jwst").info("mine")
    thread = threading.Thread(target=logging.getLogger("jwst").info, args=("another's",))
    thread.start()
    thread.join()
    assert [text for *_, text in lines] == texts


def test_lines_are_logged_again_with_their_time(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        log_again([(123.5, "jwst.linearity", logging.INFO, "100 % done")])
    (record,) = caplog.records
    assert (record.name, record.getMessage()) == ("jwst.linearity", "100 % done")
    assert (record.created, record.msecs) == (123.5, 500)


def test_the_level_is_that_of_the_package() -> None:
    logger = logging.getLogger("jwst")
    before = logger.level
    try:
        logger.setLevel(logging.ERROR)
        assert log_level() == logging.ERROR
    finally:
        logger.setLevel(before)
