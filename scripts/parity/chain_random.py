"""Random cases of steps, and of pipelines with skips, drawn from what the table allows."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

import numpy as np
from synthetic import MODES, Mode

from parity.chain_case import TABLE, ChainCase, case_from, table_cases
from parity.steps import PIPELINES

NEAR_INFRARED = (
    "nircam_image", "nircam_shallow4", "nircam_deep8", "nircam_sub160", "nircam_sub320",
    "nircam_grism_ts", "niriss_image", "niriss_soss", "niriss_ami", "nirspec_ifu",
    "nirspec_bots", "nirspec_sub32", "fgs_image",
)  # fmt: skip
MIRI = (
    "miri_image", "miri_slow", "miri_brightsky", "miri_sub64", "miri_lyot", "miri_slitless",
    "miri_mrs",
)  # fmt: skip
GUIDERS = tuple(name for name, mode in MODES.items() if mode.is_guider)
FAMILIES = {
    "near-infrared": NEAR_INFRARED,
    "miri": MIRI,
    "all": (*NEAR_INFRARED, *MIRI),
    "guiders": GUIDERS,
}
# These are read at their real places, on which refpix depends.
AT_HOME = frozenset(["nirspec_bots", "nirspec_sub32", "niriss_ami", "miri_sub64"])


def choose_chain_cases(*, quick: bool, steps: int, chains: int, seed: int) -> list[ChainCase]:
    """Return the cases of the table and the random ones, or those for continuous integration."""
    if quick:
        return [case for case in table_cases() if case.quick]
    return [*table_cases(), *random_chain_cases(steps, chains, seed)]


def random_chain_cases(steps: int, chains: int, seed: int) -> list[ChainCase]:
    """Return `steps` cases of a rule of a step, `chains` of a pipeline's; the same for a seed."""
    with TABLE.open("rb") as stream:
        rules = tomllib.load(stream)["random"]
    cases = []
    for name, rule in rules.items():
        count = chains if rule.get("skips") else steps
        for number in range(count):
            rng = np.random.default_rng((seed, crc32(name.encode()), number))
            title = f"{name.replace('_', '-')}-random-{number}"
            cases.append(case_from(title, _entry(rng, rule.get("run", name), rule)))
    return cases


def _entry(rng: np.random.Generator, name: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    mode = str(rng.choice(FAMILIES[rule.get("modes", "all")]))
    setup = MODES[mode]
    raw = _raw(rng, setup, rule)
    entry: dict[str, Any] = {"run": [name], "mode": mode, "raw": raw, "drawn": True}
    full = bool(rng.random() < rule.get("full", 0.0))
    entry |= _place(rng, mode, full=full, largest=rule.get("largest", 110))
    if setup.is_guider:
        entry["raw"] = _guider(rng, setup, raw["flagged"])
    pars = {key: _pick(rng, values) for key, values in rule.get("pars", {}).items()}
    entry["pars"] = {key: value for key, value in pars.items() if value != "default"}
    if name in PIPELINES and not setup.is_guider:
        for part in rule.get("skips", []):
            if rng.random() < 0.15:
                entry["pars"][f"{part}.skip"] = True
    references: dict[str, Any] = {
        kind: {key: _pick(rng, values) for key, values in arguments.items()}
        for kind, arguments in rule.get("references", {}).items()
    }
    if name == "ramp_fit" and "suppress_one_group" in entry["pars"]:
        # of a file that jwst reads itself it takes the bytes of zero frames as they lie
        raw["zero_frame"] = False
    if raw["groups"] == 1:
        # jwst dies of an inverse polynomial and a single group of several frames
        references.pop("linearity", None)
    if "ipc" in references and name in PIPELINES and rng.random() < 0.5:
        references["ipc"] = "N/A"
    if name == "dark_current" or name == "calwebb_detector1":
        references["dark"] = references.get("dark", {}) | _dark(rng, setup, raw)
    if setup.instrument == "MIRI":
        references.pop("superbias", None)
    else:
        references = {k: v for k, v in references.items() if k not in ("reset", "rscd")}
    entry["references"] = references
    return entry


def _raw(rng: np.random.Generator, mode: Mode, rule: Mapping[str, Any]) -> dict[str, Any]:
    frames = mode.frames
    if mode.instrument != "MIRI":
        frames = int(rng.choice([frames, 1, 2, 4, 8]))
    raw = {
        "integrations": int(_pick(rng, rule.get("integrations", [1, 1, 2, 3]))),
        "groups": int(_pick(rng, rule.get("groups", [1, 2, 3, 4, 5, 6, 8, 12]))),
        "frames": frames,
        "gap": 0 if mode.instrument == "MIRI" else int(rng.choice([0, 1, 3])),
        "bright": float(rng.choice([0.0, 0.02, 0.1, 0.4])),
        "hits": float(rng.choice([0.0, 1e-3, 1e-2])),
        "zero_frame": bool(mode.instrument != "MIRI" and rng.random() < 0.5),
        "reference_output": bool(mode.instrument == "MIRI" and rng.random() < 0.5),
        "tables": bool(rng.random() < 0.7),
        "flagged": bool(rng.random() < rule.get("flagged", 0.3)),
    }
    if "snowballs" in rule:
        raw["snowballs"] = int(_pick(rng, rule["snowballs"]))
    if rng.random() < rule.get("divisors", 0.0):
        raw["divisor"] = int(rng.choice([1, 2, 4, 8]))
    if rng.random() < rule.get("segments", 0.1):
        raw["first"] = int(rng.integers(1, 4))
    if rule.get("rates"):
        return raw | {"rate": _pick(rng, rule["rates"]), "tables": False, "zero_frame": False,
                      "reference_output": False}  # fmt: skip
    if raw["flagged"]:
        raw["loss"] = bool(rng.random() < rule.get("losses", 0.1))
        last = raw["groups"] - 1
        unusable = [[], [], [0], [last], [0, last]] if last > 3 else [[]]
        raw["unusable"] = _pick(rng, unusable)
    return raw


def _guider(rng: np.random.Generator, mode: Mode, flagged: bool) -> dict[str, Any]:
    """Return as many integrations and groups as the mode has."""
    if mode.exp_type.startswith("FGS_ID"):
        return {"integrations": 2, "groups": 2, "flagged": flagged}
    groups = 8 if mode.exp_type == "FGS_FINEGUIDE" else 2
    return {"integrations": int(rng.integers(1, 5)), "groups": groups, "flagged": flagged}


def _place(rng: np.random.Generator, mode: str, *, full: bool, largest: int) -> dict[str, Any]:
    setup = MODES[mode]
    if mode in AT_HOME or full:
        return {"own_place": True}
    height, width = setup.detector_shape
    if setup.is_guider:
        return {"shape": tuple(min(size, 96) for size in setup.shape), "corner": setup.corner}
    rows, cols = int(rng.integers(6, largest)), int(rng.integers(6, largest))
    left = _pick(rng, [1, 2, int(rng.integers(5, 900)), width - cols + 1])
    below = _pick(rng, [1, 2, int(rng.integers(5, 900)), height - rows + 1])
    return {"shape": (rows, cols), "corner": (left, below)}


def _dark(rng: np.random.Generator, mode: Mode, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dark with frames like the exposure's, finer or coarser ones, or too few."""
    frames, gap, groups = raw["frames"], raw["gap"], raw["groups"]
    kind = rng.choice(["like", "finer", "coarser", "short"], p=[0.4, 0.4, 0.1, 0.1])
    if kind == "finer":
        dark = {"frames": 1, "gap": 0, "groups": groups * (frames + gap) + 2}
    elif kind == "coarser":
        dark = {"frames": frames + 1, "gap": gap, "groups": groups + 2}
    elif kind == "short":
        dark = {"frames": frames, "gap": gap, "groups": max(groups - 2, 2)}
    else:
        dark = {"frames": frames, "gap": gap, "groups": groups + int(rng.integers(0, 4))}
    if mode.instrument == "MIRI":
        dark["integrations"] = int(rng.integers(1, 4))
    return dark


def _pick(rng: np.random.Generator, values: Sequence[Any]) -> Any:  # noqa: ANN401 - of the table
    return values[int(rng.integers(len(values)))]
