"""Steps of other packages: those that they register, and jwst's, to say where they are."""

from __future__ import annotations

from strun.errors import StepNotFoundError
from strun.logs import get_logger

log = get_logger("stpipe.step")

_GROUP = "stpipe.steps"
_SCOPE = "::"
_WITHOUT_ALIAS = ("EngDBLogStep",)
# steps and pipelines of jwst 3.0.0 that are not here: alias, class, alias, class ...
_OTHERS = """
    adaptive_trace_model AdaptiveTraceModelStep align_refs AlignRefsStep ami_analyze
    AmiAnalyzeStep ami_normalize AmiNormalizeStep assign_mtwcs AssignMTWcsStep assign_wcs
    AssignWcsStep badpix_selfcal BadpixSelfcalStep barshadow BarShadowStep bkg_subtract
    BackgroundStep calwebb_ami3 Ami3Pipeline calwebb_coron3 Coron3Pipeline calwebb_image2
    Image2Pipeline calwebb_image3 Image3Pipeline calwebb_spec2 Spec2Pipeline calwebb_spec3
    Spec3Pipeline calwebb_tso3 Tso3Pipeline calwebb_wfs-image3 WfsCombineStep
    clean_flicker_noise CleanFlickerNoiseStep combine_1d Combine1dStep cube_build CubeBuildStep
    emicorr EmiCorrStep extract_1d Extract1dStep extract_2d Extract2dStep flat_field
    FlatFieldStep fringe FringeStep hlsp HlspStep imprint ImprintStep klip KlipStep
    master_background MasterBackgroundStep master_background_mos MasterBackgroundMosStep
    msa_flagging MSAFlagOpenStep outlier_detection OutlierDetectionStep pathloss PathLossStep
    photom PhotomStep picture_frame PictureFrameStep pixel_replace PixelReplaceStep resample
    ResampleStep resample_spec ResampleSpecStep residual_fringe ResidualFringeStep skymatch
    SkyMatchStep source_catalog SourceCatalogStep spectral_leak SpectralLeakStep srctype
    SourceTypeStep stack_refs StackRefsStep straylight StraylightStep targ_centroid
    TargCentroidStep tso_photometry TSOPhotometryStep tweakreg TweakRegStep wavecorr
    WavecorrStep wfss_contam WfssContamStep white_light WhiteLightStep
"""


def class_path_of(alias: str) -> str | None:
    """
    Return the class path of a step that an installed package has registered, None without one.

    Its alias may come with the package that it is of: ``mypackage::linearity``. StepNotFoundError
    is raised when several packages have a step of that alias.
    """
    package, _, name = alias.rpartition(_SCOPE)
    found = {
        distribution: path
        for distribution, path, theirs in _registered()
        if theirs == name and package in ("", distribution)
    }
    if len(found) > 1:
        choices = " or ".join(f"{each}{_SCOPE}{name}" for each in sorted(found))
        raise StepNotFoundError(f"{alias}: is a step of several packages; give {choices}")
    return next(iter(found.values()), None)


def _registered() -> list[tuple[str, str, str | None]]:
    """Return distribution, class path and alias of each step that is registered."""
    from importlib.metadata import entry_points

    found = []
    for entry in entry_points(group=_GROUP):
        package = entry.dist.name if entry.dist is not None else entry.name
        try:
            found += [(package, str(path), alias) for path, alias, *_ in entry.load()()]
        except Exception as err:
            # a package that is broken is no reason not to find the steps of others
            log.warning("The steps of %s are not known: %s: %s", package, type(err).__name__, err)
    return found


def hint(name: str) -> str:
    """
    Return what to do when a name is one of jwst's, "" when it is not.

    It is an alias, the name of a class, or a class path in the package jwst.
    """
    words = _OTHERS.split()
    classes = dict(zip(words[::2], words[1::2], strict=True))
    package, _, last = name.rpartition(".")
    found = classes.get(name)
    if (package + ".").startswith(("jwst.", ".")) and last in (*classes.values(), *_WITHOUT_ALIAS):
        found = last
    return f"jwst 3.0.0 has {found}, strun has not yet: run it there" if found else ""
