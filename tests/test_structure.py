"""The architecture: who imports whom, what loads NumPy, what each module says it offers."""

import ast
import builtins
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from processes import run_python

import autograd
import nn
import viz

ROOT = Path(autograd.__file__).resolve().parent.parent  # of the packages under test, installed or not
CHECKOUT = Path(__file__).resolve().parent.parent

PROJECT = ("autograd", "nn", "viz")
# The only third-party packages at the top level of a module (which is itself imported late, or goes on without them);
# all others are imported where they are used.
DRAWING = ["", ".checks", ".graphs", ".operations", ".strategies"]
EAGER = {"autograd.arrays": {"numpy"}, "autograd.graph.value": {"cython"}, "viz.source": {"graphviz"}} | {
    f"autograd.testing{module}": {"hypothesis"} for module in DRAWING
}


def modules() -> dict[str, Path]:
    paths = [path for package in PROJECT for path in sorted((ROOT / package).rglob("*.py"))]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths]
    return dict(zip(names, paths, strict=True))


MODULES = modules()


def imports(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """Each module a source imports, and whether it does so when it is itself imported; type hints do not count."""
    pending: list[tuple[ast.AST, bool]] = [(tree, True)]
    while pending:
        node, eager = pending.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, eager) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, "imports are absolute here"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield (full if full in MODULES else node.module), eager
        inner = eager and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        pending.extend((child, inner) for child in ast.iter_child_nodes(node))


def layers() -> list[list[str]]:
    """The units of each line of the picture in docs/architecture.md, from the bottom up.

    `autograd` itself, which offers what its parts do, stands above them.
    """
    _, picture, *_ = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8").split("\n\n")
    found = []
    for line in reversed(picture.splitlines()):
        units = re.findall(r"([\w/]+)(?:/|\.py)(?!\w)", line[:50])  # beside them the line says what they are
        if units:
            folder = units[0].rpartition("/")[0]  # the others lie beside the first
            paths = [units[0], *(f"{folder}/{unit}" if folder else unit for unit in units[1:])]
            found.append([path.replace("/", ".") for path in paths])
    top = max(i for i, units in enumerate(found) if units[0].startswith("autograd."))
    return [*found[: top + 1], ["autograd"], *found[top + 1 :]]


LAYERS = layers()


def place(name: str) -> tuple[int, str]:
    """The layer of a module, and the unit it belongs to."""
    for i, units in enumerate(LAYERS):
        for unit in units:
            if name == unit or (name.startswith(unit + ".") and unit != "autograd"):
                return i, unit
    raise AssertionError(f"{name} has no place in the picture: give it one in docs/architecture.md")


def imported(name: str) -> list[tuple[str, bool]]:
    """What a module imports, and whether it does so when it is itself imported."""
    return list(imports(ast.parse(MODULES[name].read_text(encoding="utf-8"))))


def of_the_project(name: str) -> bool:
    return name.partition(".")[0] in PROJECT


# What needs nothing of the project, as the error tree, may be imported from beside, too.
ALONE = {name for name in MODULES if not any(of_the_project(found) for found, _ in imported(name))}


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name: str) -> None:
    layer, unit = place(name)
    for found, eager in imported(name):
        if of_the_project(found):
            below = place(found)[0] < layer + (found in ALONE)
            assert below or place(found)[1] == unit, f"{name} imports {found}, which is not below it"
        elif found.partition(".")[0] not in sys.stdlib_module_names and eager:
            package = found.partition(".")[0]
            assert package in EAGER.get(name, set()), f"{name} imports {package} before it is needed"


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("autograd")])
def test_the_engine_imports_numpy_in_one_place(name: str) -> None:
    assert ("numpy" in {found for found, _ in imported(name)}) == (name == "autograd.arrays")


@pytest.mark.parametrize("name", MODULES)
def test_all_lists_names_that_exist_once(name: str) -> None:
    module = importlib.import_module(name)
    listed = getattr(module, "__all__", [])
    assert len(set(listed)) == len(listed)
    assert all(hasattr(module, key) for key in listed)


@pytest.mark.parametrize("package", [autograd, nn, viz])
def test_a_package_lists_every_public_name(package: ModuleType) -> None:
    public = {key for key, thing in vars(package).items() if not key.startswith("_") and not inspect.ismodule(thing)}
    public -= {"check_installation"}  # called first, offered to nobody
    if package is autograd:
        public -= set(autograd.TABLE) & set(vars(builtins))  # `import *` leaves Python's own sum alone
    assert public == {key for key in package.__all__ if not inspect.ismodule(getattr(package, key))}


SCALAR_PROGRAM = """
import copy, pickle, random, sys
import autograd, nn, viz
from autograd import Value, gradcheck, gradients, no_grad, tangents

random.seed(0)
model = nn.MLP(2, [3, 1])
loss = (model([1.0, -2.0]) - 1) ** 2 + autograd.where(True, Value(1.0), 2.0) + autograd.softplus(Value(3.0))
loss.backward()
with no_grad():
    model([0.0, 1.0])
copy.deepcopy(loss), pickle.loads(pickle.dumps(loss)), repr(loss), loss.tree(), f"{loss:.3f}"
x = Value(3.0)
(slope,) = gradients(x**3 / x, [x], create_graph=True)
assert gradients(slope, [x])[0].data == 2.0 and tangents([x * x], [(x, 1.0)])[0].data == 6.0
for p in model.parameters():
    p.data -= 0.1 * p.grad
loaded = [name for name, module in sys.modules.items() if getattr(module, "__spec__", None)]  # Cython's own have none
found = {name.partition(".")[0] for name in loaded}
print(*sorted(found - set(sys.stdlib_module_names)))
"""


def test_a_scalar_program_imports_nothing_but_the_project() -> None:
    loaded = run_python("-S", "-c", SCALAR_PROGRAM).split()  # -S: no .pth file of the environment loads anything
    assert loaded == ["autograd", "nn", "viz"]


def test_every_entry_that_has_a_kernel_on_floats_works_without_numpy() -> None:
    run_python(
        "-c",
        "import sys, autograd\n"
        "from autograd import Value\n"
        "for name, entry in autograd.TABLE.items():\n"
        "    if getattr(entry, 'scalar', None) and not entry.defaults:\n"
        "        entry(*[Value(0.5) for _ in entry.operand_names])\n"
        "assert 'numpy' not in sys.modules, 'numpy was loaded'\n",
    )


def test_importing_takes_no_longer_than_a_moment() -> None:
    seconds = run_python("-c", "import time; t = time.perf_counter(); import autograd; print(time.perf_counter() - t)")
    assert float(seconds) < 1.0  # measured: 0.04; NumPy alone would be 0.1
