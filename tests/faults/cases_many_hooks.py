"""Hooks of many exposures that fail, end the process, or say what no terminal can show."""

from __future__ import annotations

from batch_driver import BatchCase, both
from fault_scenes import written


def _hook(
    name: str, body: str, *says: str, code: int = 1, done: str = "", more: tuple[str, ...] = ()
) -> BatchCase:
    """Return the case of a hook in Python, whose argument is `x`."""
    module = "import os, sys\ndef hook(x):\n    " + body.replace("\n", "\n    ") + "\n"
    words = both("--pre_hooks", "hooks.hook", *more)
    apart = "-j2" in more or "os." in body or "sys." in body
    put = written("hooks.py", module)
    return BatchCase(f"hook {name}", words, says, done, code, put, apart=apart)


def _shell(
    name: str, command: str, *says: str, code: int = 1, done: str = "", kind: str = "pre"
) -> BatchCase:
    words = both(f"--{kind}_hooks", command)
    return BatchCase(f"hook {name}", words, says, done, code)


def _two(text: str) -> tuple[str, str]:
    return f"a_uncal.fits.*({text})", f"b_uncal.fits.*({text})"


ONLY_A_SHELL = "case {0} in *a_uncal*) exit 3;; esac"
ONLY_A = "if 'a_uncal' in str(x): "
UNSAID = """class Odd(Exception):
    def __str__(self): raise ValueError('no words')
raise Odd"""

CASES = [
    _shell(
        "that fails for one",
        "case {0} in *a_uncal*) exit 3;; esac",
        "a_uncal.fits.*exit code 3",
        done="b",
    ),
    _shell("that is killed", "kill -9 $$", *_two("exit code -9")),
    _shell("that is no command", "no_such_command {0}", *_two("exit code 127")),
    _shell("that says bytes of the terminal", "printf '\\033[2J\\377'", code=0, done="ab"),
    _shell("that says a line of a megabyte", "head -c 1000000 /dev/zero", code=0, done="ab"),
    _shell("that asks", 'read answer; test -z "$answer"', code=0, done="ab"),
    _shell("behind that fails", "exit 4", *_two("exit code 4"), kind="post"),
    _shell("that needs a second input", "echo {1}", *_two("stands for nothing")),
    _hook(
        "in Python that fails for one",
        ONLY_A + "raise ValueError('bad luck')",
        "bad luck",
        done="b",
    ),
    _hook("that fails without words", "raise ValueError", *_two("ValueError")),
    _hook("whose error cannot be said", UNSAID, *_two("Odd")),
    _hook("that says a megabyte", "raise ValueError('y' * 10**6)", *_two("yyy")),
    _hook("that says lines", "raise ValueError('one\\ntwo\\x1b[2J\\udcff')", *_two("one two")),
    _hook("that calls itself", "hook(x)", *_two("RecursionError|maximum recursion")),
    _hook("that wants all memory", "bytearray(1 << 60)", *_two("MemoryError|not enough memory")),
    _hook("that returns a number", "return 7", *_two("cannot be made from a int")),
    _hook("that ends Python", "raise SystemExit(0)", *_two("SystemExit")),
    _hook("that ends a worker", "os._exit(0)", *_two("worker"), more=("-j2",)),
    _hook("that kills a worker", "os.kill(os.getpid(), 9)", *_two("worker"), more=("-j2",)),
    _hook(
        "that kills one worker",
        ONLY_A + "os._exit(1)",
        "a_uncal.fits: .*worker",
        done="b",
        more=("-j2",),
    ),
    _hook("that takes stdout away", "sys.stdout = None", code=0, done="ab"),
    _hook("that is interrupted", "raise KeyboardInterrupt", "interrupted", code=130),
    _hook("that forks and ends", "os.fork() or os._exit(0)", code=0, done="ab"),
]
