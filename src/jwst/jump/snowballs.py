"""Snowballs: large jumps around a saturated core, of which a wider part is flagged."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jwst.jump.ellipses import Drawn, Ellipse, draw, ellipse_of
from jwst.jump.regions import Region, find_regions
from strun.blockio.tiles import Tile
from strun.datamodels.dqflags import group
from strun.engine.arrays import FrameArray

_JUMP = np.uint8(group["JUMP_DET"])
_SATURATED = np.uint8(group["SATURATED"])

Plane = NDArray[np.uint8]
_DO_NOT_USE = np.uint8(group["DO_NOT_USE"])


class Snowballs(NamedTuple):
    """
    What makes a snowball, and what is flagged with it.

    Attributes
    ----------
    min_jump_area, min_sat_area : float
        Pixels of a region of jumps, and of one of samples that have just become saturated.
    expand_factor : float
        By how much the ellipse of the jumps is enlarged.
    core_required : bool
        Whether there must be saturation in the ellipse. When False, cores are left as they are.
    min_core_axis : float
        Cores whose minor axis is longer grow, in this and all later groups.
    core_growth : float
        By so many pixels in axis.
    edge_size : int
        No core is required in so many pixels at the edges.
    longest_axis : float
        Of an ellipse that has grown.
    groups_masked : int
        Groups at the beginning of an integration where cores of the one before are jumps.
    """

    min_jump_area: float
    min_sat_area: float
    expand_factor: float
    core_required: bool
    min_core_axis: float
    core_growth: float
    edge_size: int
    longest_axis: float
    groups_masked: int


class Frames(NamedTuple):
    """
    The flags of an integration, group by group.

    `load` returns those of a group (rows, columns), which will be changed; `store` takes the number
    of a group and its flags, and is called in order.
    """

    ngroups: int
    load: Callable[[int], Plane]
    store: Callable[[int, Plane], None]


def flag_snowballs(
    frames: Frames, search: Snowballs, before: Iterable[Drawn] = ()
) -> tuple[int, list[Drawn]]:
    """
    Set JUMP_DET around the snowballs of an integration, and SATURATED around their cores.

    Parameters
    ----------
    frames : Frames
        With JUMP_DET and SATURATED.
    search : Snowballs
        What is searched.
    before : iterable of Drawn
        Cores of the integration before.

    Returns
    -------
    snowballs : int
        How many were found.
    cores : list of Drawn
        For the next integration.
    """
    count = 0
    cores: list[Drawn] = []
    grown: list[Drawn] = []
    previous, current = frames.load(0), frames.load(1)
    frames.store(0, previous)
    for number in range(1, frames.ngroups):
        following = None
        if number + 1 < frames.ngroups:
            following = frames.load(number + 1)
            _saturate(following, grown)
        saturated = find_regions(_newly_saturated(current, previous), search.min_sat_area)
        points = [(each.x, each.y) for each in saturated]
        if following is not None:
            later = find_regions(_newly_saturated(following, current), search.min_sat_area)
            points += [(each.x, each.y) for each in later]
        jumps = find_regions((current & _JUMP) != 0, search.min_jump_area)
        found = _snowballs(jumps, np.array(points).reshape(-1, 2), search, current.shape)
        if search.core_required:
            new = [_grown(each, search, current.shape) for each in _large(saturated, search)]
            cores += [core for core, _ in new]
            grown += [wider for _, wider in new]
            for plane in (current, following):
                if plane is not None:
                    _saturate(plane, [wider for _, wider in new])
        count += len(found)
        for ellipse in found:
            drawn = draw(
                ellipse.x, ellipse.y, _expanded(ellipse, search), ellipse.angle, current.shape
            )
            part = current[drawn.where]
            part[drawn.mask & ((part & _SATURATED) == 0)] |= _JUMP
        if number < search.groups_masked:
            for core in before:
                current[core.where][core.mask] |= _JUMP
        frames.store(number, current)
        if following is not None:
            previous, current = current, following
    return count, cores


def _newly_saturated(current: Plane, previous: Plane) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (current & ~previous & _SATURATED) != 0
    return found


def _saturate(plane: Plane, drawn: Iterable[Drawn]) -> None:
    """Make samples SATURATED and nothing else."""
    for where, mask in drawn:
        plane[where][mask] = _SATURATED


def _snowballs(
    jumps: Sequence[Region],
    points: NDArray[np.float64],
    search: Snowballs,
    shape: tuple[int, ...],
) -> list[Ellipse]:
    """Return the ellipses of the regions of jumps that are snowballs."""
    if not search.core_required:
        return [ellipse_of(each) for each in jumps]
    found: list[Ellipse] = []
    # by the rows alone, as in jwst
    low, high = search.edge_size, max(0, shape[0] - search.edge_size)
    for each, near in zip(jumps, _near(jumps, points), strict=True):
        if min(each.x, each.y) < low or max(each.x, each.y) > high:
            found.append(ellipse_of(each))
        elif near:
            ellipse = ellipse_of(each)
            inside = any(ellipse.contains(x, y) for x, y in near)
            if inside and ellipse not in found:
                found.append(ellipse)
    return found


def _near(
    regions: Sequence[Region], points: NDArray[np.float64]
) -> Iterator[list[tuple[float, float]]]:
    """Yield for each region the points that may be in its ellipse."""
    points = points[np.argsort(points[:, 1])]
    # no ellipse reaches farther than the diagonal of what is around its region
    reach = [math.hypot(each.height, each.width) for each in regions]
    y = np.array([each.y for each in regions])
    first = np.searchsorted(points[:, 1], y - reach)
    behind = np.searchsorted(points[:, 1], y + reach, side="right")
    rows = zip(regions, reach, first.tolist(), behind.tolist(), strict=True)
    for each, radius, start, stop in rows:
        part = points[start:stop]
        yield part[np.abs(part[:, 0] - each.x) <= radius].tolist()


def _large(saturated: Iterable[Region], search: Snowballs) -> list[Ellipse]:
    """Return the ellipses of the cores that grow."""
    # a minor axis is shorter than twice the region's shorter side, by three pixels
    wide = (
        each for each in saturated if 2 * min(each.height, each.width) > search.min_core_axis + 2
    )
    ellipses = (ellipse_of(each) for each in wide)
    return [each for each in ellipses if each.minor > search.min_core_axis]


def _grown(core: Ellipse, search: Snowballs, shape: tuple[int, ...]) -> tuple[Drawn, Drawn]:
    """Return a core as it is, and as it grows."""
    rows, columns = shape
    axes = core.minor, core.major
    wider = [min(axis + search.core_growth, search.longest_axis) for axis in axes]
    one, other = (
        draw(core.x, core.y, (round(across / 2), round(down / 2)), core.angle, (rows, columns))
        for across, down in (axes, wider)
    )
    return one, other


def _expanded(ellipse: Ellipse, search: Snowballs) -> tuple[int, int]:
    """Return semi-axes; the major axis grows by as much as the minor one."""
    factor = search.expand_factor
    axes = ellipse.minor * factor, ellipse.major + (factor - 1.0) * ellipse.minor
    across, down = (round(min(axis, search.longest_axis) / 2) for axis in axes)
    return across, down


class StoredFlags:
    """
    Flags between two passes over an exposure: GROUPDQ of all integrations, and what changes of it.

    `changed` are the samples with other flags than before; `jumps_by_group` those with JUMP_DET in
    each group of an integration, and `used` those of each group of all integrations that are not
    DO_NOT_USE: both more than before.
    """

    def __init__(self, array: FrameArray, ngroups: int) -> None:
        total, ny, nx = array.shape
        self._array = array
        self._image = Tile(slice(0, ny), slice(0, nx))
        self._ngroups = ngroups
        self.changed = 0
        self.jumps_by_group = [0] * ngroups
        self.used = [0] * total
        # with JUMP_DET in any group: before and now
        self._struck = np.zeros((2, ny, nx), np.uint8)

    @property
    def pixels(self) -> int:
        """Pixels with JUMP_DET in any group, more than before; when all groups are stored."""
        before, now = (_count(plane, _JUMP) for plane in self._struck)
        return now - before

    def integration(self, number: int) -> Frames:
        """Return the groups of an integration."""
        first = number * self._ngroups
        return Frames(
            self._ngroups,
            lambda group: self._load(first + group).copy(),
            lambda group, flags: self._store(first + group, flags),
        )

    def _load(self, number: int) -> NDArray[np.uint8]:
        plane: NDArray[np.uint8] = self._array.load(self._image, slice(number, number + 1))[0]
        return plane

    def _store(self, number: int, flags: NDArray[np.uint8]) -> None:
        before = self._load(number)
        for struck, plane in zip(self._struck, (before, flags), strict=True):
            struck |= plane
        changed = int(np.count_nonzero(flags != before))
        if not changed:
            return
        self.changed += changed
        more = _count(flags, _JUMP) - _count(before, _JUMP)
        self.jumps_by_group[number % self._ngroups] += more
        self.used[number] = _count(before, _DO_NOT_USE) - _count(flags, _DO_NOT_USE)
        self._array.store(self._image, slice(number, number + 1), flags[np.newaxis])


def _count(flags: NDArray[np.uint8], flag: np.uint8) -> int:
    return int(np.count_nonzero(flags & flag))
