from __future__ import annotations

import logging
import re
import warnings
from pathlib import Path

import pytest
from example_steps import AddStep

from jwst.datamodels import RampModel
from jwst.stpipe import Step
from strun.errors import ConfigError
from strun.logs import Target, applied, get_logger
from strun.parameters.log_settings import configure

LINE = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - (jwst|stpipe|py)[.\w]* - [A-Z]+ - .*"


def test_lines_look_like_those_of_jwst(capsys: pytest.CaptureFixture[str]) -> None:
    with applied(Target()):
        logging.getLogger("jwst.a.b").info("one")
        get_logger("stpipe.step").warning("two %d", 2)
        logging.getLogger("jwst").debug("not this")
    lines = capsys.readouterr().err.splitlines()
    assert all(re.fullmatch(LINE, line) for line in lines)
    assert lines[0].endswith(" - jwst.a.b - INFO - one")
    assert lines[1].endswith(" - stpipe.step - WARNING - two 2")
    assert len(lines) == 2


def test_loggers_are_as_before_when_it_is_over() -> None:
    logger = logging.getLogger("jwst")
    before = (logger.level, list(logger.handlers), logger.propagate)
    with applied(Target("DEBUG")):
        assert logger.level == logging.DEBUG
    assert (logger.level, list(logger.handlers), logger.propagate) == before


def test_warnings_are_logged(capsys: pytest.CaptureFixture[str]) -> None:
    with applied(Target()), warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("careful", stacklevel=1)
    assert "py.warnings - WARNING" in capsys.readouterr().err


def test_loggers_of_a_users_package_come_too(capsys: pytest.CaptureFixture[str]) -> None:
    with applied(Target(), "mypkg"):
        logging.getLogger("mypkg.sub").info("from mine")
    assert "mypkg.sub - INFO - from mine" in capsys.readouterr().err


def test_warnings_go_their_usual_way_when_their_logger_is_not_named() -> None:
    with applied(Target(handlers=("null",)), "jwst"), pytest.warns(UserWarning, match="careful"):
        warnings.warn("careful", stacklevel=1)


class TalkingStep(Step):
    """Uses its own logger and those of others."""

    def process(self) -> None:
        self.log.info("mine")
        for name in ("heard", "unheard"):
            logging.getLogger(f"{name}.inside").warning("from %s", name)

    @staticmethod
    def get_stpipe_loggers() -> tuple[str, ...]:
        return ("heard",)


def test_call_shows_the_loggers_that_a_step_names(capsys: pytest.CaptureFixture[str]) -> None:
    TalkingStep.call()
    shown = capsys.readouterr().err
    assert "heard.inside - WARNING - from heard" in shown
    assert "from unheard" not in shown
    assert "stpipe.TalkingStep - INFO - mine" in shown


def test_logger_of_a_step_has_the_names_of_its_pipelines() -> None:
    step = AddStep("inner", parent=AddStep("outer"))
    assert step.qualified_name == "stpipe.outer.inner"
    assert step.log.name == "stpipe.outer.inner"


@pytest.mark.parametrize("level", ["debug", "DEBUG", "10"])
def test_level_may_be_a_word_or_a_number(level: str, capsys: pytest.CaptureFixture[str]) -> None:
    with applied(configure(level, log_stream="stdout")):
        logging.getLogger("jwst").debug("detail")
    assert "detail" in capsys.readouterr().out


def test_file_is_appended_to_and_the_stream_goes_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for word in ("first", "second"):
        with applied(configure(log_file="run.log")):
            logging.getLogger("jwst").info(word)
    assert [line.split()[-1] for line in Path("run.log").read_text().splitlines()] == [
        "first",
        "second",
    ]
    assert "second" in capsys.readouterr().err


def test_null_stream_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with applied(configure(log_stream="null")):
        logging.getLogger("jwst").error("nothing")
    assert capsys.readouterr() == ("", "")


def test_configuration_file_is_read(folder: Path) -> None:
    Path("log.cfg").write_text(
        "[*]\nhandler = file:a.log, append:b.log\nlevel = WARNING\nformat = %(message)s\n"
    )
    with applied(configure(logcfg="log.cfg")):
        logging.getLogger("jwst").info("no")
        logging.getLogger("jwst").warning("yes")
    assert [Path(name).read_text() for name in ("a.log", "b.log")] == ["yes\n", "yes\n"]


def test_usual_configuration_file_counts_when_nothing_is_said(folder: Path) -> None:
    Path("stpipe-log.cfg").write_text("[*]\nlevel = ERROR\nhandler = stdout\n")
    assert configure().level == "ERROR"
    assert configure("INFO") == Target("INFO")


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (Target("LOUD"), "log level LOUD: expected one of DEBUG, INFO"),
        (Target(handlers=("printer",)), "log stream printer: expected stdout"),
        (Target(handlers=("file:/no/such/x",)), "/no/such/x: the log cannot be written"),
    ],
)
def test_unusable_targets_are_refused(target: Target, text: str) -> None:
    with pytest.raises(ConfigError, match=text), applied(target):
        pass


def test_unusable_stream_is_refused() -> None:
    with pytest.raises(ConfigError, match="log stream x: expected one of stdout, stderr, null"):
        configure(log_stream="x")


def test_call_shows_its_log_and_run_does_not(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = RampModel((1, 1, 2, 2))
    AddStep.call(model)
    assert "stpipe.step - INFO - Step AddStep done" in capsys.readouterr().err
    AddStep().run(model)
    AddStep.call(model, configure_log=False)
    assert capsys.readouterr().err == ""


def test_log_goes_on_when_nobody_reads(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Closed:
        def write(self, text: str) -> None:
            raise BrokenPipeError

        def flush(self) -> None:
            raise BrokenPipeError

    with applied(Target()), monkeypatch.context() as patch:
        patch.setattr("sys.stderr", Closed())
        logging.getLogger("jwst").info("lost")
    assert capsys.readouterr().err == ""


def test_terminal_may_have_another_level_than_the_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with applied(configure(log_file="run.log")._replace(terminal="ERROR")):
        logging.getLogger("jwst").info("detail")
        logging.getLogger("jwst").error("fault")
    said = capsys.readouterr().err
    assert "fault" in said
    assert "detail" not in said
    assert Path("run.log").read_text().count("detail") == 1


def test_nothing_is_logged_for_nobody() -> None:
    with applied(Target(terminal="ERROR")):
        assert not logging.getLogger("jwst").isEnabledFor(logging.WARNING)


def test_terminal_shows_what_is_wanted_and_the_file_all(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = configure(log_file="run.log")._replace(wanted=lambda record: record.args == ("b",))
    with applied(target):
        for word in "abc":
            logging.getLogger("jwst").info("said %s", word)
    assert [line[-6:] for line in capsys.readouterr().err.splitlines()] == ["said b"]
    assert Path("run.log").read_text().count("said") == 3


def test_file_on_a_full_disk_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    with applied(configure(log_file="/dev/full")._replace(terminal="ERROR")):
        for _ in range(3):
            logging.getLogger("jwst").info("detail")
    assert capsys.readouterr().err == (
        "strun: warning: /dev/full: the log cannot be written: No space left on device; "
        "the run goes on\n"
    )
