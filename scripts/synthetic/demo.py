"""The raw exposure of the demo, and its references."""

from __future__ import annotations

import sys
from pathlib import Path

from synthetic.__main__ import main

NAME = "det_image_seq1_MIRIMAGE_F1130Wexp1"
_MODE = "miri_image"
_REFERENCES = {
    **dict.fromkeys(("mask", "saturation", "ipc", "linearity", "rscd", "gain", "readnoise"), ""),
    "reset": "--groups 6",
    "dark": "--groups 12",
}


def make_demo(folder: Path) -> None:
    """Make a raw MIRI F1130W exposure in a folder, and in its ``refs`` all that it needs."""
    (folder / "refs").mkdir(parents=True, exist_ok=True)
    for kind, words in _REFERENCES.items():
        main([kind, _MODE, str(folder / "refs" / f"{kind}.fits"), *words.split()])
    main(["raw", _MODE, str(folder / f"{NAME}_uncal.fits"), "--groups", "10", "--bright", "0.0005"])


if __name__ == "__main__":
    make_demo(Path(sys.argv[1]))
