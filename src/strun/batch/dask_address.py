"""Where a Dask scheduler is, and whether one answers there."""

from __future__ import annotations

import json
import os
import reprlib
import time
from typing import Any

from strun.errors import StepError, ValidationError

LIMIT = 10
"""Seconds within which a scheduler must answer."""

_LARGEST_FILE = 1 << 20
# a scheduler writes its file in place: what is not JSON yet is read again
_READINGS = 5
_PAUSE = 0.05
_SHOWN = 200
_NO_DASK = "what answers is no Dask"


def address_of(word: str) -> str:
    """
    Return the address that ``tcp://host:port``, ``host:port`` or a scheduler file means.

    Raises StepError when there is no such file, or it is none of a scheduler, and ValidationError
    when it cannot be an address.
    """
    if "://" in word or (":" in word and not os.path.exists(word)):
        try:
            return _checked(word)
        except ValueError as err:
            raise ValidationError(
                f"--scheduler {_short(word)}: {err}; expected tcp://host:port or a scheduler file"
            ) from err
    if not os.path.exists(word):
        raise StepError(f"{word}: no such scheduler file; expected one, or tcp://host:port")
    try:
        return _checked(_in_file(word))
    except (OSError, ValueError, RecursionError) as err:
        raise StepError(
            f"{word}: is no scheduler file ({err}); expected one that dask scheduler "
            "--scheduler-file has written"
        ) from err


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _in_file(path: str) -> str:
    if not os.path.isfile(path):
        raise ValueError("it is no regular file")
    for reading in range(_READINGS):
        with open(path, "rb") as stream:
            text = stream.read(_LARGEST_FILE)
        try:
            said = json.loads(text)
            break
        except ValueError:
            if reading == _READINGS - 1:
                raise ValueError("it is not JSON") from None
            time.sleep(_PAUSE)
    address = said.get("address") if isinstance(said, dict) else None
    if not isinstance(address, str) or "://" not in address:
        raise ValueError(f"its address is {reprlib.repr(address)}")
    return address


def _checked(address: str) -> str:
    """Return a whole address with a protocol that is known, a host and a port."""
    from distributed.comm.addressing import parse_address, parse_host_port
    from distributed.comm.registry import backends

    protocol, place = parse_address(address)
    # inproc leads to schedulers within this process
    known = sorted(name for name in backends if name != "inproc")
    if protocol not in known:
        raise ValueError(f"the protocol {_short(protocol)!r} is none of {', '.join(known)}")
    try:
        host, port = parse_host_port(place)
    except ValueError:
        host, port = "", 0
    if not host or not 0 < port < 1 << 16 or not address.isprintable():
        raise ValueError(f"{_short(place)!r} is no host:port")
    return f"{protocol}://{place}"


def require_answer(address: str) -> None:
    """
    Make sure that a scheduler answers, within `LIMIT`; raise StepError when none does.

    `distributed.Client` waits without a limit for the answer to its greeting, and one that is no
    answer leaves it half made.
    """
    import asyncio

    from distributed.utils import LoopRunner

    async def asked() -> Any:  # noqa: ANN401
        return await asyncio.wait_for(_identity(address), LIMIT)

    try:
        # a loop in a thread of its own: this one may have a loop that runs, as in a notebook
        runner: Any = LoopRunner()
        said = runner.run_sync(asked)
        kind = said.get("type") if isinstance(said, dict) else None
        if kind == "Scheduler":
            return
        reason = f"what answers is {reprlib.repr(kind)}" if kind else _NO_DASK
    except (OSError, TypeError) as err:
        # a TypeError tells of certificates that are not there
        reason = _short(" ".join(str(err).split())) or type(err).__name__
    except Exception:  # whatever listens there may send anything
        reason = _NO_DASK
    raise StepError(
        f"{_short(address)}: no Dask scheduler answers within {LIMIT} s ({reason}); start "
        "one with: dask scheduler"
    )


async def _identity(address: str) -> Any:  # noqa: ANN401
    """Return what a server says that it is."""
    from distributed.comm import core
    from distributed.security import Security

    security: Any = Security
    connect: Any = core.connect
    args = security().get_connection_args("client")
    comm = await connect(address, timeout=LIMIT, deserialize=False, **args)
    try:
        await comm.write({"op": "identity", "reply": True})
        return await comm.read()
    finally:
        comm.abort()
