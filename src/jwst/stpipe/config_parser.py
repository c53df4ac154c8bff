"""What code written for stpipe takes from its module of this name."""

from strun.errors import ValidationError
from strun.parameters.step_config import merge as merge_config
from strun.parameters.step_config import tree as config_from_dict

__all__ = ["ValidationError", "config_from_dict", "merge_config"]
