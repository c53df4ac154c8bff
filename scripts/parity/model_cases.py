"""What users do with data models in Python: lines that must give the same in both programs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelCase:
    """Lines of Python, the last of which is an expression.

    Attributes
    ----------
    name : str
        Unique.
    code : str
        ``np``, ``fits``, ``dm`` (jwst.datamodels), ``ramp()`` and ``mask()`` (paths of small
        files) and ``DEF`` (rows of DQ_DEF) are there. A refusal is the kind of the error.
    """

    name: str
    code: str


_MASK = "m = dm.MaskModel(dq=np.array([[0, 1, 2, 3]]), dq_def=DEF)\n"
_RAMP = "m = dm.RampModel(ramp())\n"
_RAW = 'fits.getdata("y.fits", "DQ").tolist()'

MODEL_CASES = tuple(
    ModelCase(f"model-{name}", code)
    for name, code in {
        "mask-decoded": f"{_MASK}m.dq.tolist(), str(m.dq.dtype)",
        "mask-saved": f'{_MASK}m.save("y.fits")\n{_RAW}, dm.MaskModel("y.fits").dq.tolist()',
        "mask-of-array": "dm.MaskModel(np.ones((2, 3)), dq_def=DEF).dq.tolist()",
        "mask-set-later": "m = dm.MaskModel((1, 2)); m.dq_def = DEF; m.dq = [[2, 2]]\n"
        "m.dq.tolist()",
        "mask-table-goes": f'm = dm.MaskModel(mask()); m.dq_def = None; m.save("y.fits")\n{_RAW}',
        "mask-file": "m = dm.MaskModel(mask())\nm.dq.tolist(), m.dq_def['NAME'].tolist()",
        "mask-names": "m = dm.MaskModel(mask())\n(m.dq_def['NAME'] == 'DEAD').tolist()",
        "mask-telescope": "dm.MaskModel().meta.telescope",
        "linearity-decoded": "c = np.ones((2, 1, 2)); q = np.array([[2, 0]])\n"
        "dm.LinearityModel(coeffs=c, dq=q, dq_def=DEF).dq.tolist()",
        "linearity-flags-alone": "dm.LinearityModel(dq=np.array([[2]]), dq_def=DEF).dq.tolist()",
        "ramp-flags": "m = dm.RampModel(data=np.ones((1, 2, 3, 4)))\n"
        "m.pixeldq.shape, m.groupdq.sum().item()",
        "ramp-set-later": "m = dm.RampModel(); m.data = np.ones((1, 2, 3, 4))\n"
        "m.pixeldq is None, m.groupdq is None, m.shape",
        "ramp-unknown-array": "repr(dm.RampModel(foo=3, validate_arrays=True))",
        "ramp-file-and-array": "dm.RampModel(ramp(), data=np.ones((1, 2, 3, 4)))",
        "ramp-list": "dm.RampModel([1, 2])",
        "ramp-axes": "dm.RampModel((2, 3))",
        "guider": "m = dm.GuiderRawModel((1, 2, 3, 4)); m.err.shape, m.dq.shape, str(m.dq.dtype)",
        "level1b": "m = dm.Level1bModel((1, 2, 3, 4)); str(m.data.dtype), m.zeroframe, m.group",
        "image": "m = dm.ImageModel((3, 4)); m.dq, m.var_poisson, m.area, m.meta.wcs",
        "cube": "m = dm.CubeModel((2, 3, 4)); m.dq.shape, m.err.shape, m.int_times",
        "closed": "with dm.open(ramp()) as m:\n    pass\n"
        "m.shape, m.data.sum().item(), m.meta.instrument.name, m.save('y.fits')",
        "dotted": f"{_RAMP}m['meta.instrument.name'] = 'FGS'\n"
        "m['meta.instrument.name'], m['data'].shape, 'meta.instrument.name' in m",
        "dotted-unknown": f"{_RAMP}m['meta.nope']",
        "flat": f"{_RAMP}d = m.to_flat_dict(include_arrays=False); d.pop('meta.date')\nsorted(d)",
        "keyword": f"{_RAMP}m.find_fits_keyword('EXP_TYPE'), m.find_fits_keyword('NOPE')",
        "search": f"{_RAMP}sorted(m.search('name').paths), m.search(value='^MIRI$').nodes",
        "extra": f"{_RAMP}m.extra_fits.PRIMARY.header",
        "update": f"{_RAMP}n = dm.RampModel((1, 2, 3, 4)); n.update(m, extra_fits=True)\n"
        "n.meta.instrument.instance, n.meta.bunit_data, n.extra_fits.PRIMARY.header",
        "update-sci": f"{_RAMP}n = dm.RampModel((1, 2, 3, 4)); n.update(m, only='SCI')\n"
        "n.meta.instrument.name, n.meta.bunit_data",
        "history": f"{_RAMP}m.add_history_entry('seen'); m.save('y.fits')\n"
        "list(fits.getheader('y.fits')['HISTORY'])",
        "wrong-type": f"{_RAMP}m.meta.exposure.nframes = 'one'\nm.meta.exposure.nframes",
        "wrong-word": f"{_RAMP}m.meta.instrument.name = 'HST'\nm.meta.instrument.name",
        "node": f"{_RAMP}m.meta.instrument = {{'name': 'FGS'}}\nm.meta.instrument.instance",
        "items": f"{_RAMP}sorted(k for k in m.meta.instrument), m.meta.hasattr('nope')",
        "deepcopy": f"{_RAMP}import copy; n = copy.deepcopy(m); n.data[...] = 0\n"
        "m.data.sum().item(), n.meta.filename",
        "attribute": f"{_RAMP}m.note = 3\ndm.RampModel(m).note, m.copy().note, dm.open(m).note",
        "delete": f"{_RAMP}del m.data, m.meta.instrument.name\nm.data, m.meta.instrument.name",
        "overwrite": f"{_RAMP}m.save('y.fits'); m.save('y.fits', overwrite=False)",
        "to-fits": f"{_RAMP}m.to_fits('y.fits'); m.to_fits('y.fits')",
        "other-kind": f"{_RAMP}m.save('y.txt')",
        "function": f"{_RAMP}m.save(lambda name: 'new_' + name)",
        "times": "m = dm.RampModel((1, 2, 3, 4)); m.int_times = [(1, 1, 2, 3, 4, 5, 6)]\n"
        "m.save('y.fits'); dm.RampModel('y.fits').int_times['int_mid_MJD_UTC'].tolist()",
        "guider-table": "m = dm.GuiderRawModel((1, 2, 3, 4))\n"
        "m.track_sub_table = [('a', 1, 2, 3, 4)]; m.save('y.fits')\n"
        "dm.open('y.fits').track_sub_table['observatory_time'].tolist()",
        "mnemonics": "sorted(dm.dqflags.dqflags_to_mnemonics(5, dm.dqflags.pixel))",
    }.items()
)
