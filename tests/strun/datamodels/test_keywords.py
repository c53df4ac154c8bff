from __future__ import annotations

import subprocess
import sys

import pytest

from strun.datamodels.keywords import table

KNOWN = [
    ("meta.instrument.name", "INSTRUME", "PRIMARY", "string"),
    ("meta.exposure.nframes", "NFRAMES", "PRIMARY", "integer"),
    ("meta.exposure.zero_frame", "ZEROFRAM", "PRIMARY", "boolean"),
    ("meta.cal_step.dq_init", "S_DQINIT", "PRIMARY", "string"),
    ("meta.cal_step.linearity", "S_LINEAR", "PRIMARY", "string"),
    ("meta.subarray.xstart", "SUBSTRT1", "PRIMARY", "integer"),
    ("meta.wcsinfo.cdelt1", "CDELT1", "SCI", "number"),
]


@pytest.mark.parametrize(("path", "keyword", "hdu", "kind"), KNOWN)
def test_path_leads_to_keyword(path: str, keyword: str, hdu: str, kind: str) -> None:
    row = table().by_path[path]
    assert (row.keyword, row.hdu.upper(), row.type) == (keyword, hdu, kind)


@pytest.mark.parametrize(("path", "keyword", "hdu", "kind"), KNOWN)
def test_place_leads_to_path(path: str, keyword: str, hdu: str, kind: str) -> None:
    assert table().by_place[hdu, keyword].path == path


def test_every_row_has_its_own_path() -> None:
    assert len(table().by_path) == 662


def test_every_type_is_one_that_headers_have() -> None:
    kinds = {row.type for row in table().by_path.values()}
    assert kinds == {"string", "integer", "number", "boolean"}


def test_import_of_models_needs_neither_numpy_nor_astropy() -> None:
    code = "import sys, jwst.datamodels; print({'numpy', 'astropy', 'crds'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
