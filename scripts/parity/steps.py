"""The steps and pipelines on ramps: class paths, keywords, reference types, order. Data only."""

from __future__ import annotations

from typing import NamedTuple


class StepFacts(NamedTuple):
    """A step as both programs know it.

    Attributes
    ----------
    class_path : str
        Dotted name of its class.
    keyword : str
        Of its status.
    references : tuple of str
        Reference types that it reads.
    """

    class_path: str
    keyword: str
    references: tuple[str, ...] = ()


class PipelineFacts(NamedTuple):
    """A pipeline: its class, and its steps in the order in which they run."""

    class_path: str
    near_infrared: tuple[str, ...]
    miri: tuple[str, ...]

    def parts(self, instrument: str) -> tuple[str, ...]:
        """Return the steps for an instrument."""
        return self.miri if instrument == "MIRI" else self.near_infrared


STEPS = {
    "group_scale": StepFacts("jwst.group_scale.GroupScaleStep", "S_GRPSCL"),
    "dq_init": StepFacts("jwst.dq_init.DQInitStep", "S_DQINIT", ("mask",)),
    "emicorr": StepFacts("jwst.emicorr.EmiCorrStep", "S_MIREMI", ("emicorr",)),
    "saturation": StepFacts(
        "jwst.saturation.SaturationStep", "S_SATURA", ("saturation", "superbias")
    ),
    "ipc": StepFacts("jwst.ipc.IPCStep", "S_IPC", ("ipc",)),
    "superbias": StepFacts("jwst.superbias.SuperBiasStep", "S_SUPERB", ("superbias",)),
    "refpix": StepFacts("jwst.refpix.RefPixStep", "S_REFPIX", ("refpix", "sirskernel")),
    "firstframe": StepFacts("jwst.firstframe.FirstFrameStep", "S_FRSTFR"),
    "lastframe": StepFacts("jwst.lastframe.LastFrameStep", "S_LASTFR"),
    "reset": StepFacts("jwst.reset.ResetStep", "S_RESET", ("reset",)),
    "linearity": StepFacts("jwst.linearity.LinearityStep", "S_LINEAR", ("linearity",)),
    "rscd": StepFacts("jwst.rscd.RscdStep", "S_RSCD", ("rscd",)),
    "dark_current": StepFacts("jwst.dark_current.DarkCurrentStep", "S_DARK", ("dark",)),
    "charge_migration": StepFacts("jwst.charge_migration.ChargeMigrationStep", "S_CHGMIG"),
    "jump": StepFacts("jwst.jump.JumpStep", "S_JUMP", ("gain", "readnoise")),
    "picture_frame": StepFacts(
        "jwst.picture_frame.PictureFrameStep", "S_PCTFRM", ("pictureframe",)
    ),
    "clean_flicker_noise": StepFacts(
        "jwst.clean_flicker_noise.CleanFlickerNoiseStep", "S_CLNFNS", ("flat", "pastasoss")
    ),
    "persistence": StepFacts("jwst.persistence.PersistenceStep", "S_PERSIS"),
    "ramp_fit": StepFacts("jwst.ramp_fitting.RampFitStep", "S_RAMP", ("readnoise", "gain")),
    "gain_scale": StepFacts("jwst.gain_scale.GainScaleStep", "S_GANSCL", ("gain",)),
    "guider_cds": StepFacts("jwst.guider_cds.GuiderCdsStep", "S_GUICDS", ("gain", "readnoise")),
    "flat_field": StepFacts(
        "jwst.flatfield.FlatFieldStep", "S_FLAT", ("flat", "fflat", "sflat", "dflat")
    ),
}

_NEAR_INFRARED = (
    "group_scale", "dq_init", "saturation", "ipc", "superbias", "refpix", "linearity",
)  # fmt: skip
_MIRI = (
    "group_scale", "dq_init", "emicorr", "saturation", "ipc", "firstframe", "lastframe", "reset",
    "linearity", "rscd",
)  # fmt: skip
_LATER = (
    "charge_migration", "jump", "picture_frame", "clean_flicker_noise", "persistence", "ramp_fit",
    "gain_scale",
)  # fmt: skip
_GUIDER = ("dq_init", "guider_cds", "flat_field")

PIPELINES = {
    "calwebb_dark": PipelineFacts("jwst.pipeline.DarkPipeline", _NEAR_INFRARED, _MIRI),
    "calwebb_detector1": PipelineFacts(
        "jwst.pipeline.Detector1Pipeline",
        (*_NEAR_INFRARED, "dark_current", *_LATER),
        (*_MIRI, "dark_current", "refpix", *_LATER),
    ),
    "calwebb_guider": PipelineFacts("jwst.pipeline.GuiderPipeline", _GUIDER, _GUIDER),
}

SKIPPED_BY_DEFAULT = frozenset(
    [
        "emicorr",
        "firstframe",
        "charge_migration",
        "picture_frame",
        "clean_flicker_noise",
        "persistence",
    ]
)

# Only MIRI has these references, or only the others.
MIRI_ALONE = frozenset(["reset", "rscd"])
NEAR_INFRARED_ALONE = frozenset(["superbias"])
# Both programs must find each of them as large as the exposure: they are never cut.
NEVER_CUT = frozenset(["dark", "reset"])
