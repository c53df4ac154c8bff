"""What is known of an input before anything is computed; products that cannot be written."""

from __future__ import annotations

import os
from typing import NamedTuple

from strun.blockio.file_state import identity


class CheckedInput(NamedTuple):
    """
    What is known of an input before anything is computed.

    `path` is as the user wrote it, `source` is where it lies. Its product and those beside it take
    `size` bytes, told from headers; there is none when nothing is saved or it cannot be told.
    `kind`, detector and subarray, says what is compared with what. Where exposures must come one
    after the other, `start` (MJD) is when it began. A run takes `peak` bytes, when that was asked.

    `out_of_date` says in what the product that is there differs from one made now; it is empty when
    it does not, None when there is none or nobody asked. `fault` says in one line why the input
    cannot be run.
    """

    path: str
    source: str
    product: str | None = None
    beside: tuple[str, ...] = ()
    size: int = 0
    kind: str = ""
    start: float = 0
    peak: int = 0
    out_of_date: tuple[str, ...] | None = None
    fault: str = ""
    fault_kind: str = ""

    def with_fault(self, text: str, kind: str = "OutputError") -> CheckedInput:
        """Return the same with a fault, unless it has one."""
        return self if self.fault else self._replace(fault=text, fault_kind=kind)


def about_input(error: str, path: str, source: str | None, product: str | None) -> str:
    """Return an error that says which exposure it is about: one that does already is kept."""
    names = (path, source, os.path.basename(source or path), product)
    return error if any(name and name in error for name in names) else f"{path}: {error}"


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
        older = os.path.getsize(each.product) if os.path.isfile(each.product) else 0
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


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.3g} GB"
