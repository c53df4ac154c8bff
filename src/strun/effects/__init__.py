"""What a step did, in numbers."""

from __future__ import annotations
