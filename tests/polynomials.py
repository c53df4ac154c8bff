"""Linearity polynomials that kernels can apply."""

from __future__ import annotations

import numpy as np
from factories import coefficients

from jwst.linearity.coefficients import make_safe


def safe(coeffs: np.ndarray) -> np.ndarray:
    """Return coefficients of which none is flagged by the reference, made safe in place."""
    make_safe(coeffs, np.zeros(coeffs.shape[1:], np.uint32))
    return coeffs


def safe_coefficients(rng: np.random.Generator, terms: int, size: tuple[int, int]) -> np.ndarray:
    """Return polynomials close to the identity, made safe."""
    return safe(coefficients(rng, terms, size))
