"""Write autograd/__init__.pyi, the type hints of all that the table installs: `python scripts/generate_stubs.py`.

What the sources annotate is taken from there; what comes from the table has the signature of its entry. A function of
the table answers with the kind it was given (a Value for a Value), which the hint `Any` leaves open. What Value
refuses (`float(v)`, `v[i] = x`) is left out, so that type checkers refuse it too.
"""

import inspect
import operator
import subprocess
import sys
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import autograd  # noqa: E402  (the one beside this script, wherever another may be installed)
from autograd.graph.operation import Entry  # noqa: E402
from autograd.ops.attributes import IN_PLACE  # noqa: E402

STUBS = ROOT / "autograd" / "__init__.pyi"
HEADER = '''"""Type hints, written by scripts/generate_stubs.py: change the sources and run it again."""

# NumPy's names: x.T, tile(A, reps)
# ruff: noqa: N802, N803

from collections.abc import Callable, Sequence
from typing import Any, Unpack, final

from autograd.checking import GradientReport as GradientReport
from autograd.checking.options import Choices
from autograd.debug import Explanation as Explanation
from autograd.debug import detect_anomaly as detect_anomaly
from autograd.errors import GlassgradError as GlassgradError
from autograd.functional.trace import Argnum
from autograd.functional.transforming import Function
from autograd.graph.recording import enable_grad as enable_grad
from autograd.graph.recording import no_grad as no_grad
from autograd.replaying import Program

TABLE: dict[str, Any]
backend: str
'''
MICROGRADS = {"_prev", "_op"}
REFUSED = {"__array__", "__complex__", "__float__", "__int__", "__setitem__", *IN_PLACE}
OBJECTS = {"__copy__", "__dealloc__", "__deepcopy__", "__doc__", "__hash__", "__module__", "__reduce_ex__", "__slots__"}
NAMESAKES = {"T", "__round__", "flatten"}  # what the table has under another name
COMPARISONS = {"__eq__", "__ge__", "__gt__", "__le__", "__lt__", "__ne__"}


def hint(annotation: Any) -> str:
    """An annotation as text, Any where there is none."""
    if annotation is inspect.Parameter.empty:
        return "Any"
    name = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    return str(name)


def parameter(p: inspect.Parameter) -> str:
    """A parameter as text; a default that is not plain is left open."""
    stars = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
    plain = (
        p.default is None or isinstance(p.default, (int, str)) or (isinstance(p.default, float) and isfinite(p.default))
    )
    default = "" if p.default is p.empty else f" = {p.default!r}" if plain else " = ..."
    return f"{stars}{p.name}: {hint(p.annotation)}{default}"


def function(name: str, f: Any, answer: str = "", method: bool = False) -> str:
    """A function or an entry; `answer` is what it returns if not what its annotation says."""
    signature = inspect.signature(f)
    parameters = list(signature.parameters.values())
    texts = ["self", *map(parameter, parameters[1:])] if method else list(map(parameter, parameters))
    named = [i for i, p in enumerate(parameters) if p.kind is p.KEYWORD_ONLY]
    if named and not any(p.kind is p.VAR_POSITIONAL for p in parameters):
        texts.insert(named[0], "*")
    return f"def {name}({', '.join(texts)}) -> {answer or hint(signature.return_annotation)}: ..."


def gives_a_value(name: str) -> bool:
    """Whether a member of Value records a node: an operation of the table, or an operator (a reflected one, too)."""
    operators = vars(operator).keys() - COMPARISONS
    if name in autograd.TABLE:
        return autograd.TABLE[name].builder != "query"
    return name in operators or "__" + name[3:] in operators or name in NAMESAKES


def member(name: str, thing: Any) -> Iterator[str]:
    """The lines about one member of Value."""
    answer = "Value" if gives_a_value(name) else ""
    if not isinstance(thing, property):
        yield function(name, thing, answer, method=True)
        return
    yield "@property"
    yield f"def {name}(self) -> {answer or hint(getattr(thing.fget, '__annotations__', {}).get('return', Any))}: ..."
    if thing.fset:
        yield f"@{name}.setter"
        yield function(name, thing.fset, method=True)


def stubs() -> str:
    """The whole file, formatted."""
    functions = {name: f for name, f in vars(autograd).items() if name in autograd.__all__ and inspect.isfunction(f)}
    lines = [HEADER, *(function(name, f) for name, f in functions.items()), "@final", "class Value:"]
    for name, thing in vars(autograd.Value).items():
        is_private = name.startswith("_") and not name.endswith("__") and name not in MICROGRADS
        if not is_private and name not in REFUSED | OBJECTS and (callable(thing) or isinstance(thing, property)):
            lines += ["    " + line for line in member(name, thing)]
    lines += [function(name, entry) for name, entry in autograd.TABLE.items() if isinstance(entry, Entry)]
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", STUBS.name, "-"]
    done = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout


if __name__ == "__main__":
    STUBS.write_text(stubs())
