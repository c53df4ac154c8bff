"""Manifests of packs that must not be trusted."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from odd_packs import entry, manifest

from strun.errors import ReferenceFileError
from strun.references.reference_folder import choose_from
from strun.references.reference_manifest import MANIFEST


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        '{"format": "other", "references": []}',
        '{"format": "strun references 1", "references": [{"name": "x"}]}',
        '{"format": "strun references 1", "references": [{"name": "x", "size": 1}, 5]}',
        '{"format": "strun references 1", "references": 7}',
        '{"format": "strun references 1"}',
        "[]",
        "null",
        "9" * 5000,
        "[" * 100_000,
        manifest(entry(), entry()).decode(),
        *(manifest(entry(name)).decode() for name in ("../x", "/x", "a//b", ".", "a\\b", "\ud800")),
        manifest(entry("a/" * 1500 + "b")).decode(),
        *(manifest(entry(size=size)).decode() for size in (-1, True, None, 1.5, "1", math.nan)),
        *(manifest(entry(**{k: 5})).decode() for k in ("name", "reftype", "sha256", "exposures")),
        manifest(entry(sha256="x" * 64)).decode(),
        manifest(entry(exposures="x.fits")).decode(),
        manifest(entry(exposures=[None])).decode(),
    ],
)
def test_wrong_manifest_is_refused(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_text(text)
    with pytest.raises(ReferenceFileError, match=r"manifest\.json: is no manifest of a pack"):
        choose_from(str(folder), "mask", {})


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: os.symlink("nowhere", path)])
def test_manifest_that_is_no_file_is_refused(folder: Path, make: Callable[[str], None]) -> None:
    make(MANIFEST)
    with pytest.raises(ReferenceFileError, match=r"manifest\.json: (is no regular|leads to noth)"):
        choose_from(str(folder), "mask", {})
