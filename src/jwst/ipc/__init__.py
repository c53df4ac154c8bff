"""The interpixel capacitance taken out, with the IPC reference file."""

from jwst.ipc.ipc_step import IPCStep

__all__ = ["IPCStep"]
