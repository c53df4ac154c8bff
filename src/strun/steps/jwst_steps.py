"""Names of the steps and pipelines of jwst 3.0.0 that are not here, to say where they are."""

from __future__ import annotations

_WITHOUT_ALIAS = ("EngDBLogStep",)
# alias, class, alias, class ...
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


def hint(name: str) -> str:
    """
    Return what to do when a name is one of jwst's, "" when it is not.

    Parameters
    ----------
    name : str
        An alias, the name of a class, or a class path in the package jwst.
    """
    words = _OTHERS.split()
    classes = dict(zip(words[::2], words[1::2], strict=True))
    package, _, last = name.rpartition(".")
    found = classes.get(name)
    if (package + ".").startswith(("jwst.", ".")) and last in (*classes.values(), *_WITHOUT_ALIAS):
        found = last
    return f"jwst 3.0.0 has {found}, strun has not yet: run it there" if found else ""
