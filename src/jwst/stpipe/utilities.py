"""Status of steps in the metadata of a model."""

from strun.steps.step_status import NOT_SET, query_step_status, record_step_status

__all__ = ["NOT_SET", "query_step_status", "record_step_status"]
