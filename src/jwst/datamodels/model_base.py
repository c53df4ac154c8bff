"""The base of all models, under the module's name in stdatamodels."""

from strun.datamodels.model import JwstDataModel

__all__ = ["DataModel", "JwstDataModel"]

DataModel = JwstDataModel
