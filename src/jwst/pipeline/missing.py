"""Steps of jwst's pipelines that this package has not: they may be named, and must be skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from strun.errors import InputError
from strun.steps.step import Step

if TYPE_CHECKING:
    from strun.datamodels.model import JwstDataModel


class _MissingStep(Step):
    """A step that jwst has and this package has not."""

    def require_available(self) -> None:
        """
        Refuse to run.

        Raises
        ------
        InputError
            Always, and says who switched the step on.
        """
        said = self.origins.get("skip", "its default")
        raise InputError(
            f"{self.class_alias} is switched on (skip = false, {said}), and strun has not this "
            f"step; give --steps.{self.class_alias}.skip=true, or use jwst"
        )

    def examine(self, model: JwstDataModel) -> None:
        """Refuse to run."""
        self.require_available()

    def asked_references(self, model: JwstDataModel) -> list[str]:
        """Return none: what jwst would ask for may be given, and is not used."""
        return []

    def prepare(self, model: JwstDataModel) -> None:
        """Return None; `examine` has refused."""
        return


class EmiCorrStep(_MissingStep):
    """Remove electromagnetic interference of MIRI: jwst only."""

    class_alias: ClassVar[str | None] = "emicorr"
    reference_file_types: ClassVar[list[str]] = ["emicorr"]
    spec = """
    skip = boolean(default=True) # strun has not this step: it must be skipped
    """


class PictureFrameStep(_MissingStep):
    """Subtract the picture frame of NIRSpec: jwst only."""

    class_alias: ClassVar[str | None] = "picture_frame"
    reference_file_types: ClassVar[list[str]] = ["pictureframe"]
    spec = """
    skip = boolean(default=True) # strun has not this step: it must be skipped
    """


class CleanFlickerNoiseStep(_MissingStep):
    """Remove 1/f noise: jwst only."""

    class_alias: ClassVar[str | None] = "clean_flicker_noise"
    reference_file_types: ClassVar[list[str]] = ["flat", "pastasoss"]
    spec = """
    skip = boolean(default=True) # strun has not this step: it must be skipped
    """


class FlatFieldStep(_MissingStep):
    """Divide exposures of guiders by a flat field: jwst only."""

    class_alias: ClassVar[str | None] = "flat_field"
    reference_file_types: ClassVar[list[str]] = ["flat", "fflat", "sflat", "dflat"]
