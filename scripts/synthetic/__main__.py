"""Write one synthetic file from a shell.

python scripts/synthetic exposure miri_image x.fits --groups 8
python scripts/synthetic raw nircam_shallow4 x_uncal.fits --groups 10 --hdus ZEROFRAME
python scripts/synthetic mask miri_image mask.fits
python scripts/synthetic linearity miri_image linearity.fits --terms 5
python scripts/synthetic dark nircam_shallow4 dark.fits --frames 1 --gap 0 --groups 50
python scripts/synthetic time-series niriss_soss series.fits --integrations 98
python scripts/synthetic repeated x_uncal.fits series_uncal.fits --integrations 196
python scripts/synthetic from-header HEADER.fits x_uncal.fits
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

# Run as a folder, this file is not inside a package yet: let it find its own.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from synthetic import (
    MODES,
    REFERENCES,
    Content,
    Raw,
    make_exposure,
    make_from_header,
    make_linearity,
    make_raw,
    make_time_series,
    repeat_integrations,
)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="synthetic", description="Write synthetic JWST files.")
    kinds = ("exposure", "raw", *REFERENCES, "time-series", "repeated", "from-header")
    parser.add_argument("kind", choices=kinds)
    parser.add_argument(
        "mode",
        help=f"a mode ({', '.join(MODES)}), or a file: with a real header, or to be repeated",
    )
    parser.add_argument("output", type=Path)
    parser.add_argument("--integrations", type=int, default=1)
    parser.add_argument("--groups", type=int, default=5)
    parser.add_argument("--frames", type=int, help="NFRAMES of a raw exposure or a dark")
    parser.add_argument("--gap", type=int, help="GROUPGAP of a raw exposure or a dark")
    parser.add_argument("--dtype", default="float32", help="uint16 makes an _uncal file")
    parser.add_argument("--hdus", default="PIXELDQ,GROUPDQ,ASDF")
    parser.add_argument("--shape", type=int, nargs=2, metavar=("ROWS", "COLUMNS"))
    parser.add_argument("--corner", type=int, nargs=2, metavar=("SUBSTRT1", "SUBSTRT2"))
    parser.add_argument("--terms", type=int, default=5)
    parser.add_argument("--inverse-terms", type=int, default=0)
    parser.add_argument("--bright", type=float, default=0.03, help="share of pixels that saturate")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    args = parse(arguments)
    place = {
        "shape": tuple(args.shape) if args.shape else None,
        "corner": tuple(args.corner) if args.corner else None,
        "seed": args.seed,
    }
    hdus = tuple(args.hdus.split(","))
    content = Content(args.integrations, args.groups, args.dtype, hdus)
    if args.kind == "exposure":
        make_exposure(args.output, args.mode, content=content, **place)
    elif args.kind == "raw":
        raw = Raw(
            args.integrations, args.groups, args.frames, args.gap,
            zero_frame="ZEROFRAME" in hdus, reference_output="REFOUT" in hdus, bright=args.bright,
        )  # fmt: skip
        make_raw(args.output, args.mode, raw=raw, **place)
    elif args.kind == "linearity":
        inverse = args.inverse_terms
        make_linearity(args.output, args.mode, terms=args.terms, inverse_terms=inverse, **place)
    elif args.kind in ("dark", "reset"):
        counts = {"integrations": args.integrations, "groups": args.groups}
        if args.kind == "dark":
            counts |= {"frames": args.frames or 1, "gap": args.gap or 0}
        REFERENCES[args.kind](args.output, args.mode, **counts, **place)
    elif args.kind in REFERENCES:
        REFERENCES[args.kind](args.output, args.mode, **place)
    elif args.kind == "time-series":
        with_dq = "GROUPDQ" in hdus
        make_time_series(
            args.output, args.mode, integrations=args.integrations, groups=args.groups,
            with_dq=with_dq, seed=args.seed,
        )  # fmt: skip
    elif args.kind == "repeated":
        repeat_integrations(Path(args.mode), args.output, integrations=args.integrations)
    else:
        make_from_header(args.output, Path(args.mode), content=content, seed=args.seed)


if __name__ == "__main__":
    main()
