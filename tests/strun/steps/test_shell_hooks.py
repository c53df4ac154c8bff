from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from in_process import LIMIT
from processes import runs

from strun.errors import HookError
from strun.steps.shell_hooks import SystemCall, _start, end_running, spawned


def spoken(caplog: pytest.LogCaptureFixture, command: str, *args: str) -> list[str]:
    """Return what a command said to the log."""
    caplog.set_level(logging.INFO)
    SystemCall(command, name="hook")(*args)
    return caplog.messages[2:-1]


@pytest.mark.parametrize("command", ["echo {0}", 'echo "{0}"', "echo '{0}'"])
@pytest.mark.parametrize("name", ["x.fits", "a b.fits", "it's.fits", "$HOME;ls.fits", "-n `x`"])
def test_file_names_mean_themselves(
    caplog: pytest.LogCaptureFixture, command: str, name: str
) -> None:
    assert spoken(caplog, command.replace("echo", "printf '%s\\n'"), name) == [name]


def test_each_place_gets_its_argument(caplog: pytest.LogCaptureFixture) -> None:
    assert spoken(caplog, "echo {1} {0} {1}", "a", "b") == ["b a b"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("x=3; echo ${x}", "3"),
        ("echo {0} | awk '{print $1}'", "x.fits"),
        ("echo {0} | awk '{{print $1}}'", "x.fits"),
    ],
)
def test_other_braces_are_for_the_shell(
    caplog: pytest.LogCaptureFixture, command: str, said: str
) -> None:
    assert spoken(caplog, command, "x.fits") == [said]


def test_place_without_argument_is_refused() -> None:
    with pytest.raises(HookError, match=r"\{1\} stands for nothing; there are 1 inputs"):
        SystemCall("echo {1}", name="hook")("a")


def test_command_that_says_much_does_not_hang(caplog: pytest.LogCaptureFixture) -> None:
    loops = "for s in (sys.stdout, sys.stderr) for _ in range(2000)"
    code = f"import sys; [print('x' * 99, file=s) {loops}]"
    said = spoken(caplog, f'{sys.executable} -c "{code}"')
    assert sum(len(line) + 1 for line in said) == 400_000


def test_output_that_is_no_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert spoken(caplog, r"printf 'a\377b\n'") == ["a\ufffdb"]


def test_failing_command_is_an_error() -> None:
    with pytest.raises(HookError, match=r"hook 'exit 3' ended with exit code 3"):
        SystemCall("exit 3", name="hook")()


def test_command_does_not_wait_for_the_terminal(caplog: pytest.LogCaptureFixture) -> None:
    assert spoken(caplog, "cat; echo end") == ["end"]


def test_path_objects_are_names(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    SystemCall("echo {0}", name="hook")(Path("a") / "b.fits")
    assert "a/b.fits" in caplog.messages


@pytest.mark.parametrize(
    "command",
    [
        "echo 'see {0}'",
        'echo "see {0}"',
        "echo `ls '{0}'`",
        "cat <<END\n{0}\nEND",
        r"echo \{0}",
        "echo 'it'\"s {0} \"",
    ],
)
def test_odd_name_is_refused_where_the_shell_would_read_it(command: str) -> None:
    with pytest.raises(HookError, match=r"\{0\} stands within quotes or behind <<; write it out"):
        SystemCall(command, name="hook")("$(touch owned)")


@pytest.mark.parametrize("command", ["printf %s 'a'{0}'b'", "printf %s \"a\"{0}'b'"])
def test_quotes_beside_a_place_stay(caplog: pytest.LogCaptureFixture, command: str) -> None:
    assert spoken(caplog, command, "x y") == ["ax yb"]


def test_plain_name_may_stand_within_quotes(caplog: pytest.LogCaptureFixture) -> None:
    assert spoken(caplog, "echo 'see {0}'", "x.fits") == ["see x.fits"]


def ends(pid: int) -> bool:
    """Return whether a process ends."""
    return soon(lambda: not runs(pid))


def soon(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + LIMIT
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    return true()


LEAVING = "sleep 100 >/dev/null 2>&1 & echo $!"
STUBBORN = f"trap '' TERM; {LEAVING}"


@pytest.mark.parametrize("command", [LEAVING, STUBBORN])
def test_what_a_hook_leaves_running_ends_with_it(command: str) -> None:
    with spawned(command) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert runs(pid)
    assert process.returncode == 0
    assert ends(pid)


def test_all_processes_of_a_hook_end_when_the_run_is_interrupted() -> None:
    def interrupted() -> None:
        with spawned(f"{LEAVING}; sleep 100") as process:
            assert process.stdout is not None
            pids.append(int(process.stdout.readline()))
            raise KeyboardInterrupt("now")

    pids: list[int] = []
    with pytest.raises(KeyboardInterrupt, match="now"):
        interrupted()
    assert ends(pids[0])


def test_signal_while_a_hook_starts_comes_when_it_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = []

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt("now")

    def start(command: str) -> subprocess.Popen[str]:
        started.append(_start(command))
        signal.raise_signal(signal.SIGINT)
        return started[0]

    monkeypatch.setattr("strun.steps.shell_hooks._start", start)
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt, match="now"), spawned("sleep 100"):
            pytest.fail("the signal was lost")
    finally:
        signal.signal(signal.SIGINT, before)
    assert ends(started[0].pid)


def test_processes_of_hooks_end_when_their_worker_is_about_to_go() -> None:
    with spawned(f"{LEAVING}; sleep 100") as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        end_running()
        assert ends(pid)


def test_a_hook_has_no_terminal() -> None:
    with spawned("ps -o sid= -p $$") as process:
        assert process.stdout is not None
        assert int(process.stdout.read()) != os.getsid(0)
