"""Marks of tests of compiled kernels."""

import shutil

import pytest

needs_kernels = pytest.mark.skipif(
    not shutil.which("cc"), reason="kernels are built where there is a C compiler"
)
