"""Which steps a program has. Standard library only."""

from __future__ import annotations

import json
from collections.abc import Iterable

from parity.environments import Environment

MISSING = "strun has it not"

_PROBE = """
import importlib, json, sys
missing = []
for path in json.loads(sys.argv[1]):
    module, _, name = path.rpartition(".")
    try:
        getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        missing.append(path)
print(json.dumps(missing))
"""


def missing_classes(environment: Environment, class_paths: Iterable[str]) -> frozenset[str]:
    """Return those of the class paths that cannot be imported in the environment."""
    paths = json.dumps(sorted(set(class_paths)))
    done = environment.run([environment.program("python"), "-c", _PROBE, paths])
    if done.returncode:
        raise RuntimeError(f"{environment.folder}: steps could not be looked for:\n{done.stderr}")
    return frozenset(json.loads(done.stdout))
