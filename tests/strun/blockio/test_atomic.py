from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from strun.blockio import atomic
from strun.blockio.atomic import sweep
from strun.blockio.together import publish
from strun.errors import OutputError


@pytest.fixture(params=["nameless", "named"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Publish by a file without a name, and by one with a temporary name."""
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE")
    return str(request.param)


def put(path: Path | str, content: bytes, **flags: bool) -> None:
    """Publish some bytes."""
    with publish(str(path), **flags) as fd:
        os.write(fd, content)


def names(folder: Path) -> list[str]:
    """Return what is in a folder."""
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("durable", [False, True])
def test_publish_gives_name_only_at_the_end(folder: Path, kind: str, durable: bool) -> None:
    with publish("x", durable=durable) as fd:
        os.write(fd, b"new")
        assert not Path("x").exists()
        assert len(names(folder)) == (kind == "named")
    assert Path("x").read_bytes() == b"new"
    assert names(folder) == ["x"]


def test_publish_replaces_older_file(folder: Path, kind: str) -> None:
    put("x", b"old")
    with publish("x") as fd:
        os.write(fd, b"new")
        assert Path("x").read_bytes() == b"old"
    assert Path("x").read_bytes() == b"new"
    assert names(folder) == ["x"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit, OSError])
def test_publish_leaves_older_file_when_body_raises(
    folder: Path, kind: str, error: type[BaseException]
) -> None:
    put("x", b"old")
    with pytest.raises(error, match="stop"), publish("x"):
        raise error("stop")
    assert Path("x").read_bytes() == b"old"
    assert names(folder) == ["x"]


def test_publish_leaves_no_descriptor_when_body_raises(folder: Path, kind: str) -> None:
    before = os.listdir("/proc/self/fd")
    with pytest.raises(RuntimeError, match="stop"), publish("x"):
        raise RuntimeError("stop")
    assert len(os.listdir("/proc/self/fd")) == len(before)


def test_publish_writes_to_target_when_path_is_a_link(folder: Path, kind: str) -> None:
    Path("there").mkdir()
    Path("link").symlink_to("there/x")
    put("link", b"one")
    put("link", b"two")
    assert Path("link").is_symlink()
    assert Path("there/x").read_bytes() == b"two"


def test_publish_gives_usual_permissions(folder: Path, kind: str) -> None:
    before = os.umask(0o027)
    try:
        put("x", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat("x").st_mode) == 0o640


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (".", "is a folder, expected a file name"),
        ("none/x", "the folder does not exist; make it"),
        ("file/x", "a part of the path is no folder"),
        ("n" * 300, "the name is too long"),
        ("pipe", "is no regular file"),
    ],
)
def test_publish_says_one_line_when_path_cannot_be(
    folder: Path, kind: str, path: str, line: str
) -> None:
    Path("file").write_bytes(b"")
    os.mkfifo("pipe")
    with pytest.raises(OutputError, match=line), publish(path):
        pass
    assert names(folder) == ["file", "pipe"]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (errno.EACCES, "the folder may not be written to"),
        (errno.EROFS, "the file system is read-only"),
        (errno.ENOSPC, "no space left on the disk"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_publish_says_one_line_when_system_refuses(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, line: str
) -> None:
    def refused(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(OutputError, match=rf"^x: cannot be written: {line}"), publish("x"):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_publish_says_so_when_folder_is_read_only(folder: Path) -> None:
    folder.chmod(0o555)
    with pytest.raises(OutputError, match="may not be written to"), publish("x"):
        pass


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_publish_explains_when_disk_becomes_full(folder: Path, kind: str, code: int) -> None:
    line = r"x: cannot be written: .*(space|quota|larger)"
    with pytest.raises(OutputError, match=line), publish("x"):
        raise OSError(code, "full")
    assert names(folder) == []


def test_publish_says_so_when_a_disk_fails(folder: Path, kind: str) -> None:
    line = r"x: cannot be written: Input/output error while reading or writing"
    with pytest.raises(OutputError, match=line), publish("x"):
        raise OSError(errno.EIO, "Input/output error")
    assert names(folder) == []


def test_publish_says_so_when_rename_fails(
    folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(OutputError, match="x: cannot be written: the folder may not be"):
        put("x", b"1")
    assert names(folder) == []


@pytest.mark.parametrize("code", [errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL])
def test_publish_takes_a_name_when_file_system_knows_no_nameless_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    plain = os.open

    def picky(path: str, flags: int, *more: int) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(code, "not here")
        return plain(path, flags, *more)

    monkeypatch.setattr(os, "open", picky)
    put("x", b"1")
    assert Path("x").read_bytes() == b"1"
    assert names(folder) == ["x"]


def leftover(pid: object, host: str | None = None) -> Path:
    """Make what a process leaves when it is killed."""
    path = Path(f".strun-{host or atomic._host()}-{pid}-0123abcd.part")
    path.write_bytes(b"half")
    return path


def dead() -> int:
    """Return the number of a process that has ended."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid


def test_sweep_removes_only_what_dead_processes_of_this_host_left(folder: Path) -> None:
    gone = leftover(dead())
    kept = [leftover(os.getpid()), leftover(1), leftover("x"), leftover(dead(), "elsewhere")]
    Path("other.part").write_bytes(b"")
    sweep(str(folder))
    assert not gone.exists()
    assert names(folder) == sorted(["other.part", *(str(path) for path in kept)])


def test_sweep_is_done_once_a_folder(folder: Path) -> None:
    sweep(str(folder))
    path = leftover(dead())
    sweep(str(folder))
    assert path.exists()


def test_sweep_is_left_out_when_folder_cannot_be_listed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> list[str]:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(os, "listdir", refused)
        put("x", b"1")
    assert names(folder) == ["x"]


BODY = """
import os, resource, signal, sys
from strun.blockio.together import publish
from strun.errors import OutputError
{before}
try:
    with publish("x") as fd:
        os.write(fd, b"half")
        {inside}
except OutputError as err:
    print(err)
"""


def run_body(folder: Path, *, before: str = "", inside: str) -> subprocess.CompletedProcess[str]:
    """Run a process that publishes."""
    code = BODY.format(before=before, inside=inside)
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_publish_leaves_nothing_when_process_is_killed(folder: Path) -> None:
    ended = run_body(folder, inside="os.kill(os.getpid(), signal.SIGKILL)")
    assert ended.returncode == -signal.SIGKILL
    assert names(folder) == []


def test_publish_says_so_when_file_becomes_larger_than_allowed(folder: Path) -> None:
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (10000, 10000))"
    ended = run_body(folder, before=limit, inside="os.pwrite(fd, b'1', 20000)")
    assert ended.stdout.startswith("x: cannot be written: larger than the system lets a file be")
    assert (ended.returncode, ended.stderr, names(folder)) == (0, "", [])


def test_publish_sweeps_when_a_killed_process_left_a_named_temporary(folder: Path) -> None:
    without = "del os.O_TMPFILE"
    run_body(folder, before=without, inside="os.kill(os.getpid(), signal.SIGKILL)")
    assert len(names(folder)) == 1
    put("x", b"1")
    assert names(folder) == ["x"]
