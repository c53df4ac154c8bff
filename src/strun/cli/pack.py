"""The references that exposures need, packed to be carried to another machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

import click

from strun.blockio.source import FitsFile
from strun.references.reference_pack import Packed, write_pack
from strun.steps.prepared_run import opened_run
from strun.steps.step import Step

_FITS = (".fits", ".fits.gz")


def pack_references(make: Callable[[], Step], paths: Iterable[str], target: str) -> None:
    """Pack the references that a step would use on some exposures, and print what was packed."""
    needed: dict[str, Packed] = {}
    for path in paths:
        step = make()
        with opened_run(step, path) as run:
            for reftype in step.asked_references(run.model):
                step.get_reference_file(run.model, reftype)
        for reftype, choice in step.references.items():
            if not choice.is_file:
                continue
            crds = choice.crds.context if choice.crds else None
            known = needed.get(choice.reference, Packed(choice.reference, reftype, crds, ()))
            names = {*known.exposures, os.path.basename(path)}
            needed[choice.reference] = known._replace(exposures=tuple(names))
    for path in needed:
        if path.endswith(_FITS):
            # one that is cut is told here, and not where it is carried to
            with FitsFile.open(path):
                pass
    count = write_pack(target, needed.values())
    for each in sorted(needed.values()):
        click.echo(f"{each.reftype}: {each.path} for {len(each.exposures)} exposures")
    click.echo(f"{target}: {count} references, to be used by --refs")
