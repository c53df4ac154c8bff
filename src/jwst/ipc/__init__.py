"""The interpixel capacitance taken out, with the IPC reference file."""

from __future__ import annotations

from jwst.ipc.ipc_step import IPCStep

__all__ = ["IPCStep"]
