"""Callbacks under Keras' names: what happens besides learning while a model learns."""

from nn.training.callbacks.callback import Callback, LambdaCallback
from nn.training.callbacks.files import CSVLogger, ModelCheckpoint
from nn.training.callbacks.plotting import LivePlot
from nn.training.callbacks.rates import LearningRateScheduler, ReduceLROnPlateau
from nn.training.callbacks.stopping import EarlyStopping, TerminateOnNaN

__all__ = [
    "CSVLogger",
    "Callback",
    "EarlyStopping",
    "LambdaCallback",
    "LearningRateScheduler",
    "LivePlot",
    "ModelCheckpoint",
    "ReduceLROnPlateau",
    "TerminateOnNaN",
]
