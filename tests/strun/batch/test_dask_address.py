"""Words that mean no scheduler, and servers that are none: one line, within the time."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from strun.batch import dask_address
from strun.batch.dask_address import address_of, require_answer
from strun.batch.dask_cluster import DaskCluster
from strun.errors import StepError, ValidationError

pytest.importorskip("distributed")


@pytest.fixture
def serve() -> Iterator[Callable[[bytes | None], str]]:
    """Return what starts a server: it sends some bytes to each client, None hangs up."""
    open_sockets: list[socket.socket] = []

    def started(sent: bytes | None) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        open_sockets.append(server)

        def answer() -> None:
            try:
                while True:
                    client, _ = server.accept()
                    if sent is None:
                        client.close()
                        continue
                    open_sockets.append(client)
                    client.sendall(sent)
            except OSError:
                return

        threading.Thread(target=answer, daemon=True).start()
        return f"tcp://127.0.0.1:{server.getsockname()[1]}"

    yield started
    for each in open_sockets:
        # a thread that accepts is not woken by close() alone
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("foo://x:1", "protocol 'foo' is none of tcp, tls"),
        ("inproc://10.0.0.1/2/3", "protocol 'inproc' is none of"),
        ("://x:1", "protocol '' is none of"),
        ("tcp://host", "'host' is no host:port"),
        ("tcp://:8786", "':8786' is no host:port"),
        ("tcp://host:99999", "is no host:port"),
        ("tcp://host:-1", "is no host:port"),
        ("tcp://[::1", "is no host:port"),
        ("tcp://a\nb:1", r"'a\\nb:1' is no host:port"),
        ("host:port", "is no host:port"),
    ],
)
def test_word_that_is_no_address_is_a_wrong_call(folder: Path, word: str, text: str) -> None:
    with pytest.raises(ValidationError, match=f"{text}.*; expected tcp://host:port or a scheduler"):
        address_of(word)


@pytest.mark.parametrize(
    ("word", "address"),
    [("tcp://a:1", "tcp://a:1"), ("a:8786", "tcp://a:8786"), ("tls://[::1]:5", "tls://[::1]:5")],
)
def test_address_may_lack_its_protocol(folder: Path, word: str, address: str) -> None:
    assert address_of(word) == address


def test_address_of_a_file_is_taken_also_with_a_colon_in_its_name(folder: Path) -> None:
    Path("a:b").write_text('{"address": "tcp://1.2.3.4:5"}')
    assert address_of("a:b") == "tcp://1.2.3.4:5"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is not JSON"),
        (b"\xff\xfe" * 300, "it is not JSON"),
        (b"\0" * 3000, "it is not JSON"),
        (b'{"address": "tcp://1.2', "it is not JSON"),
        (b"[" * 200_000, "maximum recursion depth exceeded"),
        (b"[]", "its address is None"),
        (b"null", "its address is None"),
        (b"{}", "its address is None"),
        (b'{"address": 5}', "its address is 5"),
        (b'{"address": "x"}', "its address is 'x'"),
        (json.dumps({"address": "y" * 10**5}).encode(), "its address is 'yyyyyyyyyyyy...yyy"),
        (b'{"address": "foo://x:1"}', "the protocol 'foo' is none of"),
        (b'{"address": "tcp://x"}', "'x' is no host:port"),
        (b'{"address": "tcp://\\ud800:1"}', "is no host:port"),
        (b'{"address": "tcp://x\\u0000:1"}', "is no host:port"),
    ],
)
def test_file_that_is_none_of_a_scheduler_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, reason: str
) -> None:
    monkeypatch.setattr(dask_address, "_PAUSE", 0.0)
    Path("s.json").write_bytes(content)
    with pytest.raises(StepError, match=r"s\.json: is no scheduler file \(") as caught:
        address_of("s.json")
    assert reason in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["fifo", "folder"])
def test_what_is_no_regular_file_is_not_opened(folder: Path, make: Callable[[str], None]) -> None:
    make("s.json")
    with pytest.raises(StepError, match=r"s\.json: is no scheduler file \(it is no regular file"):
        address_of("s.json")


def test_file_that_is_being_written_is_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = '{"address": "tcp://1.2.3.4:5"}'
    Path("s.json").write_text(text[:10])
    monkeypatch.setattr(dask_address.time, "sleep", lambda _: Path("s.json").write_text(text))
    assert address_of("s.json") == "tcp://1.2.3.4:5"


def test_server_that_never_answers_ends_at_the_limit(
    serve: Callable[[bytes | None], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert dask_address.LIMIT == 10
    monkeypatch.setattr(dask_address, "LIMIT", 0.3)
    with pytest.raises(StepError, match=r"no Dask scheduler answers within 0.3 s \(TimeoutError"):
        DaskCluster(serve(b""))


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n" + b"x" * 100,
        b"\0" * 4096,
        b"\xff" * 4096,
        # a frame of no length where a message was to be
        struct.pack("<QQQ", 16, 1, 0),
    ],
    ids=["http", "zeros", "ones", "frame"],
)
def test_server_of_something_else_is_told(
    serve: Callable[[bytes | None], str],
    sent: bytes,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(StepError, match=r"no Dask scheduler answers.*what answers is no Dask"):
        DaskCluster(serve(sent))
    assert capfd.readouterr() == ("", "")


def test_server_that_hangs_up_is_told(serve: Callable[[bytes | None], str]) -> None:
    with pytest.raises(StepError, match="no Dask scheduler answers within 10 s"):
        require_answer(serve(None))


def test_certificates_that_are_not_there_are_told() -> None:
    with pytest.raises(StepError, match="TLS configuration"):
        require_answer("tls://127.0.0.1:1")
