"""Hooks that fail, talk too much, or are given names that a shell would run."""

from __future__ import annotations

from fault_driver import Case
from fault_numbers import flags_are_right
from fault_scenes import DQ, MASK, RAMP, moved, written

RIGHT = flags_are_right()
LOOP = """
from jwst.stpipe import Step
class Loop(Step):
    spec = "pre_hooks = list(default=list('hooks.Loop'))"
    def process(self, model): return model
"""


def _hook(name: str, says: str, hook: str, module: str = "") -> Case:
    """Return the case of a hook that fails."""
    return Case(f"hook {name}", (*DQ, "--pre_hooks", hook), says, written("hooks.py", module))


def _good_hook(name: str, hook: str, module: str = "", warns: str = "") -> Case:
    put = written("hooks.py", module)
    words = (*DQ, "--pre_hooks", hook)
    return Case(f"hook {name}", words, "", put, 0, check=RIGHT, warns=warns)


def _odd(name: str) -> Case:
    """Return the case of an input whose name is a program for the shell."""
    product = name.replace(".fits", "_dq_init.fits")
    words = ("dq_init", "--override_mask", MASK, "--pre_hooks", "cat {0} > /dev/null", "--", name)
    right = flags_are_right(product, name)
    return Case(f"hook with file {name!a}", words, "", moved(RAMP, name), 0, product, right)


LONG = "abcdefgh" * 60

CASES = [
    _hook(
        "that raises",
        "ValueError: bad luck|hook.*bad luck",
        "hooks.fail",
        "def fail(x): raise ValueError('bad luck')\n",
    ),
    _hook(
        "that ends Python",
        "code of a step or hook has ended Python: SystemExit",
        "hooks.fail",
        "def fail(x): raise SystemExit(0)\n",
    ),
    _hook(
        "that returns a number",
        "cannot be made from a int",
        "hooks.seven",
        "def seven(x): return 7\n",
    ),
    _hook("that ends with code 3", "hook 'exit 3' ended with exit code 3", "exit 3"),
    _hook("that is killed", "hook 'kill -9.*exit code -9", "kill -9 $$"),
    _hook("that is no command", "ended with exit code 127", "no_such_command {0}"),
    _hook("that has no such module", "neither such a module nor such a command", "no_module.hook"),
    _hook("that has no such name", "hooks has no hook", "hooks.hook", "x = 1\n"),
    _hook(
        "whose module fails", "importing hooks failed: ZeroDivisionError", "hooks.hook", "1 / 0\n"
    ),
    _hook(
        "with a call as argument",
        "its arguments are not understood",
        "hooks.Own(x=open('y'))",
        "class Own: pass\n",
    ),
    _hook("that needs a second input", r"\{1\} stands for nothing", "echo {1}"),
    _hook("that is its own hook", "hook Loop: is a hook of itself", "hooks.Loop", LOOP),
    _good_hook("that prints 200 kB", f"yes {LONG} | head -c 200000", warns="abcdefgh"),
    _good_hook("that prints 200 kB on stderr", f"yes {LONG} | head -c 200000 >&2"),
    _good_hook("that prints one line of 200 kB", "head -c 200000 /dev/zero | tr '\\0' x"),
    _good_hook("that prints no text", "printf '\\377\\376\\033[2J'"),
    _good_hook("that asks for input", "cat"),
    _good_hook("that leaves a process behind", "sleep 0 & echo done", warns="done"),
    *[
        _odd(n)
        for n in (
            "a;touch x;.fits",
            "$(touch x).fits",
            "`touch x`.fits",
            "a' 'b.fits",
            "-n.fits",
            "a\nb.fits",
            'a"b.fits',
            "{0}.fits",
            "a&b|c>d.fits",
        )
    ],
]
