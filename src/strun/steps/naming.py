"""Names of products: what the input is called, less a known suffix, plus the step's own."""

from __future__ import annotations

import os
import re

KNOWN_SUFFIXES = frozenset(
    """
    adaptive_trace_model adaptivetracemodelstep align_refs alignrefsstep ami ami-oi
    ami3pipeline ami_analyze ami_normalize amianalyzestep aminorm aminorm-oi
    aminormalizestep assign_mtwcs assign_wcs assignmtwcsstep assignwcsstep backgroundstep
    badpixselfcalstep barshadowstep bkg_subtract blot bsub bsubints c1d cal calints cat
    chargemigrationstep clean_flicker_noise cleanflickernoisestep combine1dstep combine_1d
    coron3pipeline crf crfints cube_build cubebuildstep dark dark_current darkcurrentstep
    darkpipeline detector1pipeline dq_init dqinitstep emicorr emicorrstep engdblog
    extract1dstep extract2dstep extract_1d extract_2d firstframe firstframestep flat_field
    flatfieldstep fringe fringestep gain_scale gainscalestep group_scale groupscalestep
    guider_cds guidercdsstep guiderpipeline hlsp hlspstep i2d image2pipeline
    image3pipeline imprint imprintstep ipc ipcstep jump jumpstep klip klipstep lastframe
    lastframestep linearity linearitystep master_background masterbackgroundmosstep
    masterbackgroundstep mbsub median msaflagopenstep outlier_detection
    outlierdetectionstep pathloss pathlossstep persistence persistencestep phot photom
    photomstep picture_frame pictureframestep pixelreplacestep psfalign psfstack psfsub
    ramp ramp_fit rampfitstep rate rateints refpix refpixstep resample resample_spec
    resamplespecstep resamplestep reset resetstep residual_fringe residualfringestep rscd
    rscdstep s2d s3d saturation saturationstep skymatch skymatchstep snr source_catalog
    sourcecatalogstep sourcetypestep spec2nrslamp spec2pipeline spec3pipeline
    spectral_leak spectralleakstep srctype stackrefs stackrefsstep straylight
    straylightstep superbias superbiasstep targ_centroid targcentroidstep tso3pipeline
    tsophotometrystep tweakreg tweakregstep uncal wavecorrstep wfscmb wfscombine
    wfscombinestep wfsscontamstep white_light whitelightstep whtlt x1d x1dints
    """.split()  # noqa: SIM905 - a list literal would take 159 lines
)
_PACKED = (".gz", ".bz2", ".zip")


def without_suffix(root: str) -> tuple[str, str]:
    """
    Return a file name, without folder and extension, without one known suffix.

    And the separator that stood before it, ``_`` or ``-``; ``_`` when there was none.
    """
    # the longest wins, since some suffixes end in others (crf, _ramp_fit ...)
    for match in re.finditer(r"[_-]", root):
        if match.start() and root[match.end() :] in KNOWN_SUFFIXES:
            return root[: match.start()], match.group()
    return root, "_"


def split_extension(name: str) -> tuple[str, str]:
    """Return root and extension of a file name; the extension of a packed file is the inner one."""
    for packed in _PACKED:
        if name.lower().endswith(packed):
            name = name[: -len(packed)]
    return os.path.splitext(name)


def product_name(
    base: str,
    *,
    suffix: str | None,
    extension: str | None = None,
    folder: str | None = None,
    components: tuple[str, ...] = (),
) -> str:
    """
    Return the path of a product, named after the last part of `base`, with further components.

    The suffix comes behind the name, in place of a known one; None leaves the name as it is. An
    extension, with or without its dot, is that of `base` when None. In a folder ``~`` and ``$VAR``
    are replaced; it is the current one when None.
    """
    root, own = split_extension(os.path.basename(base))
    ending = (extension or own or ".fits").lstrip(".")
    separator = "_"
    if suffix is not None:
        root, separator = without_suffix(root)
    parts = "".join(f"_{part}" for part in components)
    tail = f"{separator}{suffix}" if suffix else ""
    where = os.path.expandvars(os.path.expanduser(folder)) if folder else ""
    return os.path.join(where, f"{root}{parts}{tail}.{ending}")
