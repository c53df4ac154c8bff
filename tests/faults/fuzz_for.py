"""Damage files that strun reads, at random for some time; write down what breaks a rule."""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzzing import BrokenRuleError, Fault, HangError, fault_of, some_fault
from fuzzing_batches import BATCH_CALLS, batch_fault_of, make_batch_files, some_batch_fault

FOUND = Path(__file__).with_name("found")
MOST_MEMORY = 8 << 30
LARGEST_FILE = 1 << 30
DRAWS = {"exposures": some_fault, "batches": some_batch_fault}


def broken(fault: Fault, good: dict[str, bytes], folder: Path) -> str:
    """Return what rule a fault breaks; nothing when none."""
    for path in folder.iterdir():
        path.unlink()
    try:
        run = batch_fault_of if fault.call in BATCH_CALLS else fault_of
        run(fault, good, folder)
    except BrokenRuleError as err:
        return str(err)
    except (HangError, Exception) as err:
        return f"{type(err).__name__}: {err}"
    return ""


def smaller(fault: Fault, good: dict[str, bytes], folder: Path) -> Fault:
    """Return a fault with those edits only that break a rule."""
    for edit in fault.edits:
        fewer = replace(fault, edits=[each for each in fault.edits if each is not edit])
        if fewer.edits and broken(fewer, good, folder):
            fault = fewer
    plain = replace(fault, ramp="ramp.fits")
    if fault.file not in (fault.ramp, plain.ramp) and broken(plain, good, folder):
        fault = plain
    return fault


def kind_of(what: str) -> str:
    """Return a message without what differs from case to case."""
    return "".join(c for c in what.split("[Errno")[0] if not c.isdigit())[:90]


def main() -> int:
    """Fuzz; 1 when something was found."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("seconds", type=float, help="how long")
    parser.add_argument("--seed", type=int, default=None, help="the same seed, the same faults")
    parser.add_argument(
        "--only",
        choices=DRAWS,
        help="exposures and references alone, or records, journals, packs, schedulers and lists",
    )
    parser.add_argument("--keep", type=Path, default=FOUND, help="where found cases are written")
    asked = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    print(f"seed {seed}", flush=True)
    faulthandler.enable()
    rng, kinds, runs = random.Random(seed), Counter[str](), 0
    with tempfile.TemporaryDirectory(prefix="strun-fuzz-") as place:
        os.environ["XDG_CACHE_HOME"] = os.path.join(place, "cache")
        here, made = Path(place, "here"), Path(place, "made")
        here.mkdir()
        made.mkdir()
        good = make_batch_files(made)
        os.chdir(here)
        end = time.monotonic() + asked.seconds
        while time.monotonic() < end:
            fault = DRAWS[asked.only or rng.choice(list(DRAWS))](good, rng)
            runs += 1
            what = broken(fault, good, here)
            if not what:
                continue
            kinds[kind_of(what)] += 1
            if kinds[kind_of(what)] == 1:
                fault = smaller(fault, good, here)
                asked.keep.mkdir(exist_ok=True)
                name = f"{fault.call}-{fault.file}-{seed}-{runs}.json".replace(" ", "_")
                text = json.dumps(asdict(fault) | {"broke": what}, indent=1)
                (asked.keep / name).write_text(text + "\n")
                print(f"{name}: {what}", flush=True)
        os.chdir("/")
    print(f"{runs} runs with seed {seed}: {sum(kinds.values())} broke a rule, {len(kinds)} kinds")
    for kind, count in kinds.most_common():
        print(f"{count:6} {kind}")
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
