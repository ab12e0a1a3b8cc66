"""Prints what `help`, `inspect` and `dir` tell of the public names."""

import inspect
import pydoc

import autograd
from autograd import Value
from autograd.errors import GlassgradError

REFUSED = [
    "Value()",
    "Value(True)",
    "Value('1')",
    "Value(1.0, 2.0)",
    "Value(1.0, lable='x')",
    "Value([Value(1.0)])",
    "Value(1.0, label=3)",
    "float(Value(1.0))",
    "Value(1.0)[0]",
    "len(Value(1.0))",
    "iter(Value(1.0))",
    "Value([1.0]).__setitem__(0, 1.0)",
    "Value(1.0) + 'x'",
    "'x' - Value(1.0)",
    "Value(1.0) @ Value(2.0)",
    "Value([1.0, 2.0]) + Value([1.0, 2.0, 3.0])",
    "bool(Value([1.0, 2.0]))",
    "Value([1.0, 2.0]).backward()",
    "Value(1.0, requires_grad=False).backward()",
    "(Value(1.0) * 2).data.__class__ and setattr(Value(1.0) * 2, 'data', 3.0)",
    "setattr(Value(1.0), 'data', [1.0])",
    "setattr(Value(1.0), 'nothing', 1.0)",
    "Value(1.0).nothing",
    "Value(1.0).item(1)",
    "__import__('weakref').ref(Value(1.0))",
    "pow(Value(2.0), 2, 3)",
    "autograd.gradients(1.0, [Value(1.0)])",
    "autograd.tangents([Value(1.0)], [1])",
    "autograd.tanh(Value(1.0), Value(2.0))",
    "autograd.sum(Value([1.0]), axis=3)",
    "format(Value(1.0), 'x')",
    "hash([Value(1.0)])",
]


def signature(thing: object) -> str:
    try:
        return str(inspect.signature(thing))
    except (TypeError, ValueError):
        return "-"


def main() -> None:
    for name in autograd.__all__:
        thing = getattr(autograd, name)
        if name != "backend":
            print(name, signature(thing), inspect.getdoc(thing))
    for name in sorted(dir(Value)):
        if not name.startswith("_") or name in ("_op", "_prev"):
            attribute = getattr(Value, name)
            print("Value." + name, signature(attribute), callable(attribute), inspect.getdoc(attribute))
    print(Value.__name__, Value.__qualname__, Value.__module__, Value.__mro__, inspect.getdoc(Value))
    print(pydoc.render_doc(Value, renderer=pydoc.plaintext).partition(" |  Methods defined here")[0])
    for program in REFUSED:
        try:
            print(program, "gives", eval(program, {"autograd": autograd, "Value": Value}))  # noqa: S307
        except Exception as error:  # the subject here is which error it is, and what it says
            message = str(error) if isinstance(error, GlassgradError) else ""  # Python's own differ in their words
            print(program, "raises", [cls.__name__ for cls in type(error).__mro__], message)
    try:
        type("Derived", (Value,), {})
    except TypeError:  # a C class refuses in words of its own
        print("no class derives from Value")


main()
