from __future__ import annotations

import logging

import pytest

from strun.batch.log_lines import collected, log_level, say_again


def test_lines_of_a_worker_are_data() -> None:
    with collected(("mypackage",), logging.INFO) as lines:
        logging.getLogger("jwst.linearity").info("%d pixels", 7)
        logging.getLogger("mypackage.step").warning("odd")
        logging.getLogger("jwst").debug("not wanted")
        logging.getLogger("other").error("of nobody's interest")
    assert [line[1:] for line in lines] == [
        ("jwst.linearity", logging.INFO, "7 pixels"),
        ("mypackage.step", logging.WARNING, "odd"),
    ]


def test_lines_are_logged_again_with_their_time(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        say_again([(123.5, "jwst.linearity", logging.INFO, "100 % done")])
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
