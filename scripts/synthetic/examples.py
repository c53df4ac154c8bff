"""The small exposures and references that the examples of the documentation use."""

from __future__ import annotations

import sys
from pathlib import Path

from synthetic.__main__ import main


def _plain(kinds: str) -> dict[str, str]:
    """Return kinds of references that need no words of their own."""
    return dict.fromkeys(kinds.split(), "")


# of each instrument: mode, place of the subarray, words for the exposure, references
_FILES: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "nircam": (
        "nircam_sub160",
        "--shape 160 160 --corner 1 1",
        "--integrations 2 --groups 8 --hdus ZEROFRAME --bright 0.002",
        {
            **_plain("mask saturation superbias ipc linearity gain readnoise"),
            "dark": "--groups 12",
        },
    ),
    "miri": (
        "miri_sub64",
        "--shape 64 72 --corner 1 779",
        "--integrations 2 --groups 8 --bright 0.01",
        {
            **_plain("mask saturation ipc linearity rscd gain readnoise"),
            "dark": "--groups 12 --integrations 2",
            "reset": "--groups 6 --integrations 2",
        },
    ),
    "fgs": (
        "fgs_acq1",
        "--shape 128 128 --corner 887 1022",
        "--integrations 2 --groups 2",
        _plain("mask gain readnoise"),
    ),
}
_BATCH = 4


def make_examples(folder: Path) -> None:
    """
    Make raw exposures of three instruments, their references in ``refs``, and a folder ``raw``.

    Parameters
    ----------
    folder : Path
        It is made when it is missing.
    """
    for name in ("refs", "raw"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, (mode, place, exposure, references) in _FILES.items():
        _make("raw", mode, folder / f"{name}_uncal.fits", place, exposure)
        for kind, words in references.items():
            _make(kind, mode, folder / "refs" / f"{name}_{kind}.fits", place, words)
    mode, place, exposure, _ = _FILES["nircam"]
    for number in range(1, _BATCH + 1):
        path = folder / "raw" / f"n{number}_uncal.fits"
        _make("raw", mode, path, place, f"{exposure} --seed {number}")


def _make(kind: str, mode: str, path: Path, *words: str) -> None:
    main([kind, mode, str(path), *" ".join(words).split()])


if __name__ == "__main__":
    make_examples(Path(sys.argv[1]))
