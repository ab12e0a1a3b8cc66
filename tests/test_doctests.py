"""Every example in a docstring runs as printed, with the names in `GIVEN` at hand."""

import doctest
import importlib
import pkgutil

import numpy as np
import pytest

import autograd
import nn
import viz

MODULES = [
    name
    for package in (autograd, nn, viz)
    for name in [package.__name__, *(m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + "."))]
]
GIVEN = {"autograd": autograd, "nn": nn, "viz": viz, "np": np, "Value": autograd.Value}


@pytest.mark.parametrize("name", MODULES)
def test_examples_run_as_printed(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name), extraglobs=GIVEN, optionflags=doctest.ELLIPSIS)
    assert failed == 0, "the report stands in the captured output"


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    assert sum(bool(test.examples) for name in MODULES for test in finder.find(importlib.import_module(name))) > 20
