"""Products that cannot be written: in the place of an input or of another, or on a full disk."""

from __future__ import annotations

import os

from strun.batch.checked_input import CheckedInput
from strun.blockio.file_state import identity


def mark_clashes(exposures: list[CheckedInput], handed_on: str | None = None) -> list[CheckedInput]:
    """
    Find products that would take the place of another's input, or of another's product.

    A file that each exposure takes on from the one before is a product of all.
    """
    shared = None if handed_on is None else os.path.realpath(handed_on)
    sources = {identity(each.source): each.path for each in exposures}
    made: dict[str, str] = {}
    found = []
    for each in exposures:
        products = () if each.product is None or each.fault else (each.product, *each.beside)
        for product in products:
            there, place = identity(product), os.path.realpath(product)
            if there is not None and there in sources:
                each = each.with_fault(
                    f"{product}: the product of {each.path} would overwrite the input "
                    f"{sources[there]}; give --suffix or --output_dir"
                )
            elif place in made and place != shared:
                each = each.with_fault(
                    f"{product}: is the product of {made[place]} already, {each.path} would "
                    "overwrite it; run them with different --output_dir"
                )
        if not each.fault:
            made |= {os.path.realpath(product): each.path for product in products}
        found.append(each)
    return found


def _standing(path: str) -> str:
    """Return the nearest folder that is there."""
    folder = os.path.dirname(os.path.abspath(path))
    while not os.path.isdir(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return folder


def mark_full_disks(exposures: list[CheckedInput]) -> list[CheckedInput]:
    """Find the products that the disk has no room for, the last ones."""
    free: dict[str, int] = {}
    needed: dict[str, int] = {}
    found = []
    for each in exposures:
        if each.product is None or each.fault or each.out_of_date == ():
            found.append(each)
            continue
        folder = _standing(each.product)
        if not os.access(folder, os.W_OK | os.X_OK):
            found.append(
                each.with_fault(
                    f"{each.product}: {folder} may not be written to; choose another --output_dir"
                )
            )
            continue
        if folder not in free:
            status = os.statvfs(folder)
            free[folder] = status.f_bavail * status.f_frsize
        # an older product makes room, but only when the new one is whole
        older = _length(each.product)
        needed[folder] = needed.get(folder, 0) + each.size
        if needed[folder] > free[folder]:
            each = each.with_fault(
                f"{each.product}: not enough disk: up to it {_gigabytes(needed[folder])} are "
                f"needed in {folder}, {_gigabytes(free[folder])} are free; make room or choose "
                "another --output_dir"
            )
            needed[folder] -= each.size
        else:
            needed[folder] -= older
        found.append(each)
    return found


def _length(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.3g} GB"
