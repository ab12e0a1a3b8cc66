"""The comparison with PyTorch: its table fits this project's without PyTorch; where PyTorch is installed, it runs."""

import ast
import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from processes import run_python

from autograd import TABLE

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "benchmarks" / "against_torch"
AT_LEAST = 120  # operations that are compared with their derivatives


@pytest.fixture
def module(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of the comparison, by its name."""
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module(request.param)


def uses(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("module", [name], indirect=True, ids=[name])


# ---- without PyTorch -------------------------------------------------------------------------------------------------


@uses("counterparts")
def test_every_counterpart_is_that_of_an_entry(module: Any) -> None:
    assert set(module.COUNTERPARTS) <= set(TABLE)
    assert sum(TABLE[name].builder != "query" for name in module.COUNTERPARTS) >= AT_LEAST


@uses("counterparts")
def test_what_is_not_compared_has_a_reason(module: Any) -> None:
    cases = importlib.import_module("cases")
    for name in module.COUNTERPARTS:
        row = module.counterpart(name)
        assert bool(row.lacks or row.apart or row.tolerance > 1e-10) == bool(row.reason), name
        assert set(row.lacks) <= {"jvp", "hvp"}, name
        if not callable(row.apart):
            assert set(row.apart) <= {*cases.TIED, *cases.NOT_FINITE}, name


@uses("cases")
def test_random_calls_come_back_with_their_seed(module: Any) -> None:
    first, again = (module.random_cases(TABLE["tanh"], 5, seed) for seed in (0, 0))
    assert [repr(case.operands) for case in first] == [repr(case.operands) for case in again]
    assert len(first) == 5


@uses("cases")
def test_kinks_are_known_from_the_entries(module: Any) -> None:
    assert module.is_registered(TABLE["relu"], (-0.0,))
    assert not module.is_registered(TABLE["relu"], (1.0,))
    assert module.is_registered(TABLE["maximum"], (2.0, 2.0))  # a zero of its boundary
    assert module.is_registered(TABLE["clip"], (0.0, 0.0, float("inf")))
    assert (1.0, 1.0) in module.special_points(TABLE["maximum"])


@uses("cases")
def test_hard_arrays_tie_and_are_left_finite_where_that_is_asked(module: Any) -> None:
    names = {name for name, _ in module.hard_arrays(TABLE["max"], False, 0)}
    assert names == {*module.TIED, *module.NOT_FINITE}
    assert {name for name, _ in module.hard_arrays(TABLE["max"], True, 0)} == set(module.TIED)
    assert not list(module.hard_arrays(TABLE["tanh"], False, 0))  # those are asked point by point


def test_nothing_but_benchmarks_imports_torch() -> None:
    for path in (
        path for part in ("autograd", "nn", "viz", "examples", "scripts") for path in (ROOT / part).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not any(str(name).partition(".")[0] == "torch" for name in names), path


# ---- with PyTorch ----------------------------------------------------------------------------------------------------


def test_a_few_operations_agree() -> None:
    pytest.importorskip("torch")
    printed = run_python(FOLDER, "--draws", "3", "tanh", "maximum", "max", "matmul", "solve", "sort")
    assert "maximum: vjp by x at" in printed  # PyTorch loses a NaN there
    assert printed.splitlines()[-1].startswith("6 operations compared: forward, vjp, jvp, hvp;")
    assert printed.endswith(", 0 others\n")


@pytest.mark.filterwarnings("ignore:.*torch:DeprecationWarning")
def test_a_wrong_rule_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    monkeypatch.syspath_prepend(FOLDER)
    comparison = importlib.import_module("comparison")
    monkeypatch.setattr(TABLE["sin"], "d", (lambda z, x: z,))  # right in value only
    calls, found = comparison.compare("sin", 3, 0)
    assert calls > 0
    assert {one.cause for one in found} == {comparison.UNEXPLAINED}
    assert {one.quantity.partition(" ")[0] for one in found} == {"vjp", "jvp", "hvp"}
