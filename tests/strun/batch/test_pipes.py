from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from strun.batch.pipes import Inbox, receive, send


@pytest.fixture
def pipe() -> Iterator[list[int]]:
    """Return the reading and the writing end of a pipe; a test may close them."""
    ends = list(os.pipe())
    yield ends
    for fd in ends:
        try:
            os.close(fd)
        except OSError:
            continue


def test_objects_come_as_they_went(pipe: list[int]) -> None:
    # more than a pipe holds
    large = {"samples": list(range(200_000)), "name": "é"}
    sender = threading.Thread(target=send, args=(pipe[1], large))
    sender.start()
    assert receive(pipe[0]) == large
    sender.join()


def test_the_end_is_an_error_and_no_object(pipe: list[int]) -> None:
    send(pipe[1], None)
    os.close(pipe[1])
    assert receive(pipe[0]) is None
    with pytest.raises(EOFError):
        receive(pipe[0])


def test_a_reader_that_is_gone_is_an_error(pipe: list[int]) -> None:
    os.close(pipe[0])
    with pytest.raises(BrokenPipeError):
        send(pipe[1], 1)


def test_an_inbox_waits_for_whole_objects(pipe: list[int]) -> None:
    inner, outer = os.pipe()
    for value in ("first", "second"):
        send(outer, value)
    data = os.read(inner, 1 << 16)
    os.close(inner)
    os.close(outer)
    inbox = Inbox(pipe[0])
    found = []
    for number in range(len(data)):
        os.write(pipe[1], data[number : number + 1])
        found.append(inbox.read())
    assert [value for values in found for value in values] == ["first", "second"]
    assert found[-1] == ["second"]
    assert not inbox.ended
    os.close(pipe[1])
    assert inbox.read() == []
    assert inbox.ended
