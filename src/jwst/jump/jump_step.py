"""The jump step: jumps in ramps are flagged."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from strun.blockio.tiles import Tile
from strun.datamodels.keywords import required
from strun.effects.effect import Effect
from strun.engine.correction import Correction
from strun.errors import InputError
from strun.steps.readout import refuse_readout
from strun.steps.step import Step

if TYPE_CHECKING:
    from jwst.jump.method import Search
    from jwst.jump.snowballs import Snowballs
    from strun.blockio.rows import Rows
    from strun.datamodels.model import JwstDataModel

log = logging.getLogger(__name__)


class JumpStep(Step):
    """
    Flag jumps in ramps, which cosmic rays make.

    Differences of groups that stand out from the median of their pixel get JUMP_DET in GROUPDQ,
    and so do the neighbors of large ones and, with `expand_large_events`, what is around snowballs.
    """

    class_alias = "jump"
    opens_ramp = True
    product_suffix = "jump"
    panels = "jwst.panels:JUMP"
    shares = (
        ("samples_jump", "samples", "flagged JUMP_DET"),
        ("pixels_jump", "pixels", "with a jump"),
        ("pixels_without_gain", "pixels", "flagged NO_GAIN_VALUE"),
    )
    spec = """
    rejection_threshold = float(default=4.0, min=0)  # Sigmas of a jump
    three_group_rejection_threshold = float(default=6.0, min=0)  # The same for three groups
    four_group_rejection_threshold = float(default=5.0, min=0)  # The same for four groups
    maximum_cores = string(default='1')  # As in jwst, where it gives the cores
    flag_4_neighbors = boolean(default=True)  # Flag the four neighbors of a jump
    max_jump_to_flag_neighbors = float(default=1000)  # Not those of larger jumps (sigmas)
    min_jump_to_flag_neighbors = float(default=10)  # Not those of smaller jumps (sigmas)
    after_jump_flag_dn1 = float(default=0)  # Flag groups after jumps of so many DN
    after_jump_flag_time1 = float(default=0)  # for so many seconds
    after_jump_flag_dn2 = float(default=0)  # Flag groups after jumps of so many DN
    after_jump_flag_time2 = float(default=0)  # for so many seconds
    expand_large_events = boolean(default=False)  # Flag more around snowballs
    min_sat_area = float(default=1.0)  # Pixels of the saturated core of a snowball
    min_jump_area = float(default=5.0)  # Pixels of a snowball
    expand_factor = float(default=2.0)  # By which its ellipse is enlarged
    use_ellipses = boolean(default=False)  # As in jwst, where it has no effect
    sat_required_snowball = boolean(default=True)  # Snowballs have a saturated core
    min_sat_radius_extend = float(default=2.5)  # Cores with a longer minor axis grow (pixels)
    sat_expand = integer(default=2)  # by so many pixels on each side
    edge_size = integer(default=25)  # Without a core so near to an edge (pixels)
    mask_snowball_core_next_int = boolean(default=True)  # Flag cores in the next integration
    snowball_time_masked_next_int = integer(default=4000)  # for so many seconds
    find_showers = boolean(default=False)  # Showers: strun has not this yet
    max_shower_amplitude = float(default=4)  # Of showers
    extend_snr_threshold = float(default=1.2)  # Of showers
    extend_min_area = integer(default=90)  # Of showers
    extend_inner_radius = float(default=1)  # Of showers
    extend_outer_radius = float(default=2.6)  # Of showers
    extend_ellipse_expand_ratio = float(default=1.1)  # Of showers
    time_masked_after_shower = float(default=15)  # Of showers
    min_diffs_single_pass = integer(default=10)  # Differences that are searched once
    max_extended_radius = integer(default=200)  # Longest of snowballs and showers (pixels)
    minimum_groups = integer(default=3)  # As in jwst, where it has no effect
    minimum_sigclip_groups = integer(default=100)  # Integrations that are sigma clipped
    only_use_ints = boolean(default=True)  # Clip a group over integrations only
    """
    reference_file_types = ["gain", "readnoise"]

    rejection_threshold: float
    three_group_rejection_threshold: float
    four_group_rejection_threshold: float
    flag_4_neighbors: bool
    max_jump_to_flag_neighbors: float
    min_jump_to_flag_neighbors: float
    after_jump_flag_dn1: float
    after_jump_flag_time1: float
    after_jump_flag_dn2: float
    after_jump_flag_time2: float
    min_diffs_single_pass: int
    minimum_sigclip_groups: int
    only_use_ints: bool
    expand_large_events: bool
    min_sat_area: float
    min_jump_area: float
    expand_factor: float
    sat_required_snowball: bool
    min_sat_radius_extend: float
    sat_expand: int
    edge_size: int
    mask_snowball_core_next_int: bool
    snowball_time_masked_next_int: int
    max_extended_radius: int
    find_showers: bool

    def effect_of(self, counts: Mapping[str, Any]) -> Effect:
        """Return shares of samples and pixels, and the number of snowballs."""
        effect = super().effect_of(counts)
        if "snowballs" not in counts:
            return effect
        found, changed = int(counts["snowballs"]), int(counts["samples_snowballs"])
        numbers = effect.numbers | {"snowballs": found, "samples_snowballs": changed}
        line = f"{effect.line}; {found:,} snowballs, flags of {changed:,} samples changed by them"
        return effect._replace(numbers=numbers, line=line)

    def examine(self, model: JwstDataModel) -> None:
        """Refuse a readout in superstripes, and the search for showers, which is not here yet."""
        refuse_readout(model, self.class_alias, "in superstripes")
        if self.find_showers:
            said = self.origins.get("find_showers", "its default")
            raise InputError(
                f"find_showers of jump is switched on ({said}), and strun has not this search yet; "
                f"give {self.option('find_showers')}=false, or use jwst"
            )

    def asked_references(self, model: JwstDataModel) -> list[str]:
        """Return none for exposures that are too short."""
        return [] if _is_short(model) else self.reference_file_types

    def prepare(self, model: JwstDataModel) -> Correction | None:
        """Return the search for jumps, None for exposures of fewer than three groups."""
        from jwst.jump.correction import JumpCorrection
        from jwst.jump.method import Choice
        from strun.datamodels.reference_models import GainModel, ReadnoiseModel

        if _is_short(model):
            log.warning("Fewer than three groups: the step is skipped")
            return None
        gain, _ = self.open_image(model, "gain", GainModel)
        readnoise, _ = self.open_image(model, "readnoise", ReadnoiseModel)
        nframes, group_time = (
            required(model, f"meta.exposure.{name}", "jumps are searched by it")
            for name in ("nframes", "group_time")
        )
        assert model.shape is not None  # it is long enough
        nints, ngroups, ny, nx = model.shape
        return JumpCorrection(
            gain,
            readnoise,
            self._search(gain, nframes, group_time),
            Choice(self.min_diffs_single_pass, self.minimum_sigclip_groups, self.only_use_ints),
            shape=(nints, ngroups, ny, nx),
            group_time=group_time,
            snowballs=self._snowballs(group_time) if self.expand_large_events else None,
        )

    def _snowballs(self, group_time: float) -> Snowballs:
        from jwst.jump.snowballs import Snowballs

        masked = int(self.snowball_time_masked_next_int // group_time)
        return Snowballs(
            min_jump_area=self.min_jump_area,
            min_sat_area=self.min_sat_area,
            expand_factor=self.expand_factor,
            core_required=self.sat_required_snowball,
            min_core_axis=self.min_sat_radius_extend,
            core_growth=2 * self.sat_expand,
            edge_size=self.edge_size,
            longest_axis=2 * self.max_extended_radius,
            groups_masked=masked if self.mask_snowball_core_next_int else 0,
        )

    def _search(self, gain: Rows, nframes: int, group_time: float) -> Search:
        from jwst.jump.method import Search, Thresholds

        after = [
            (self.after_jump_flag_dn1, int(self.after_jump_flag_time1 // group_time)),
            (self.after_jump_flag_dn2, int(self.after_jump_flag_time2 // group_time)),
        ]
        median = _median(gain) if any(groups > 0 for _, groups in after) else 0
        return Search(
            Thresholds(
                self.rejection_threshold,
                self.four_group_rejection_threshold,
                self.three_group_rejection_threshold,
            ),
            method="",
            nframes=nframes,
            neighbors=(self.min_jump_to_flag_neighbors, self.max_jump_to_flag_neighbors)
            if self.flag_4_neighbors
            else None,
            after=tuple((float(dn * median), groups) for dn, groups in after),
            by_group=self.only_use_ints,
        )


def _is_short(model: JwstDataModel) -> bool:
    shape = model.shape
    return shape is None or len(shape) < 4 or shape[1] < 3


def _median(gain: Rows) -> Any:  # noqa: ANN401 - a number of float32
    import numpy as np

    ny, nx = gain.shape[-2:]
    return np.nanmedian(gain.read(Tile(slice(0, ny), slice(0, nx))))
