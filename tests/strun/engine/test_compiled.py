from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from kernels import needs_kernels

from strun.engine.compiled import array, function, strides


def test_function_is_none_when_the_library_was_not_built() -> None:
    assert function("jwst._never_built", "correct") is None


def test_function_is_none_when_kernels_are_switched_off() -> None:
    code = "from strun.engine.compiled import function; print(function('jwst._kernels', 'x'))"
    environment = {**os.environ, "STRUN_COMPILED": "0"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert done.stdout == b"None\n"


@needs_kernels
def test_kernels_are_built_where_there_is_a_compiler() -> None:
    assert function("jwst._kernels", "linearity_correct") is not None


@needs_kernels
def test_library_of_other_sources_is_refused() -> None:
    with pytest.raises(ImportError, match=r"_kernels.* built of other sources: install strun"):
        function("jwst._kernels", "not_in_it")


@needs_kernels
def test_kernel_refuses_an_array_of_another_dtype() -> None:
    called = function("jwst._kernels", "linearity_correct", array(np.float32))
    assert called is not None
    with pytest.raises(TypeError, match="expected an array of float32"):
        called(np.zeros(3))


@needs_kernels
def test_signal_while_arguments_are_checked_is_raised_as_it_is() -> None:
    class Interrupted(np.ndarray):
        @property
        def dtype(self) -> np.dtype:
            raise KeyboardInterrupt("here")

    called = function("jwst._kernels", "linearity_correct", array(np.float32))
    assert called is not None
    with pytest.raises(KeyboardInterrupt, match="here"):
        called(np.zeros(3, np.float32).view(Interrupted))


def test_array_refuses_values_that_lie_apart() -> None:
    with pytest.raises(TypeError, match="C-contiguous"):
        array(np.float32).address(np.zeros((2, 6), np.float32)[:, ::2])


def test_strides_count_values() -> None:
    assert strides(np.zeros((5, 6, 7), np.float32)[:, 1:3, 2:4]) == (42, 7)


def test_strides_refuse_rows_whose_values_lie_apart() -> None:
    with pytest.raises(ValueError, match="lie 2 apart in their rows"):
        strides(np.zeros((2, 3, 8))[..., ::2])
