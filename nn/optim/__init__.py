"""Optimizers, under PyTorch's names (`torch.optim`), schedules of their rates, and searches without a gradient."""

from nn.optim import lr_scheduler
from nn.optim.adagrad import Adadelta, Adagrad, RMSprop
from nn.optim.adam import Adam, Adamax, AdamW, NAdam, RAdam
from nn.optim.implicit import ImplicitSGD, implicit_least_squares
from nn.optim.lbfgs import LBFGS
from nn.optim.optimizer import Optimizer
from nn.optim.rprop import Rprop
from nn.optim.search import RandomSearch, SearchResult, grid_search, random_search
from nn.optim.sgd import ASGD, SGD

__all__ = [
    "ASGD",
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "ImplicitSGD",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "RandomSearch",
    "Rprop",
    "SearchResult",
    "grid_search",
    "implicit_least_squares",
    "lr_scheduler",
    "random_search",
]
