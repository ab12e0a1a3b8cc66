"""What may be wrong in a formula: every way to change one node of a syntax tree."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from typing import Any

BINARY: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.MatMult: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
PAIRS = [
    ("greater", "greater_equal"), ("less", "less_equal"), ("equal", "not_equal"), ("logical_and", "logical_or"),
    ("gt", "ge"), ("lt", "le"), ("eq", "ne"), ("isnan", "isinf"), ("signbit", "isneginf"), ("all", "any"),
    ("maximum", "minimum"), ("fmax", "fmin"), ("max", "min"), ("argmax", "argmin"), ("floor", "ceil"),
    ("sum", "mean"), ("var", "std"), ("add", "subtract"), ("divide", "multiply"), ("sqrt", "square"),
    ("exp", "expm1"), ("log", "log1p"), ("sin", "cos"), ("sinh", "cosh"), ("tan", "tanh"), ("erf", "erfc"),
    ("arcsin", "arccos"), ("asin", "acos"), ("asinh", "acosh"), ("tril", "triu"), ("zeros", "ones"),
]  # fmt: skip
SIBLINGS = {b: a for a, b in PAIRS} | dict(PAIRS) | {"tanh": "sigmoid", "sigmoid": "tanh", "hypot": "add"}
SYMMETRIC = {  # in the order of their arguments
    "add", "multiply", "equal", "not_equal", "logical_and", "logical_or", "logaddexp", "hypot",
    "maximum", "minimum", "fmax", "fmin", "max", "min", "result_type", "broadcast_shapes",
}  # fmt: skip
MODULES = {"np", "math", "ieee", "operator"}
REDUCING = {"abs", "max", "min", "sum", "round", "sorted", "reversed"}  # Python's functions that change a value
SILENT = {"strict", "copy"}  # keywords that say what is checked, or where memory comes from


def changes(node: ast.AST, names: Sequence[str]) -> Iterator[tuple[str, ast.AST]]:
    """Each change of a node, as its kind and what stands there instead; `names` are those of the scope."""
    match node:
        case ast.BinOp(left, op, right):
            yield "operator", ast.BinOp(left, BINARY[type(op)](), right)
        case ast.AugAssign(target, op, value):
            yield "operator", ast.AugAssign(target, BINARY[type(op)](), value)
        case ast.BoolOp(op, values):
            yield "operator", ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.Compare(left, ops, comparators):
            for i, op in enumerate(ops):
                for other in COMPARISONS[type(op)]:
                    yield "operator", ast.Compare(left, [*ops[:i], other(), *ops[i + 1 :]], comparators)
        case ast.UnaryOp(_, operand):
            yield "unary", operand
        case ast.Constant(value):
            yield from (("constant", ast.Constant(other)) for other in _perturbed(value))
        case ast.Name(id, ast.Load()) if id in names:
            other = names[(names.index(id) + 1) % len(names)]
            if other != id:
                yield "argument", ast.Name(other, ast.Load())
        case ast.Name(id, ast.Load()) if sibling(id):
            yield "call", _of_the_table(sibling(id)) if not hasattr(builtins, id) else ast.Name(sibling(id), ast.Load())
        case ast.Attribute(ast.Name(module) as base, name) if module in MODULES and sibling(name):
            yield "call", ast.Attribute(base, sibling(name), ast.Load())
        case ast.Call():
            yield from _changed_calls(node)
        case ast.Slice():
            for bound in ("lower", "upper", "step"):
                if getattr(node, bound):
                    yield "slice", _with(node, **{bound: None})
        case ast.If() | ast.IfExp() | ast.While():
            if not isinstance(node.test, (ast.Compare, ast.BoolOp, ast.UnaryOp)):  # these change by themselves
                yield "condition", _with(node, test=ast.UnaryOp(ast.Not(), node.test))


def _with(node: ast.AST, **fields: Any) -> ast.AST:
    """A node like that one, with other fields."""
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})


def _perturbed(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, float):
        yield value * 1.01 if value else 1.0
    elif isinstance(value, str):
        yield value + "_"


def sibling(name: str) -> str:
    """The function that is easily taken for that one, in the table's name; empty if none is."""
    return SIBLINGS.get(name.rstrip("_"), "")


def _of_the_table(name: str) -> ast.AST:
    return ast.Subscript(ast.Name("TABLE", ast.Load()), ast.Constant(name), ast.Load())


def called(call: ast.Call) -> str:
    """The last name of what is called, without the underscore that sets sum_ apart from Python's sum."""
    f = call.func
    return (f.id if isinstance(f, ast.Name) else f.attr if isinstance(f, ast.Attribute) else "").rstrip("_")


def _changed_calls(call: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    args, keywords, name = call.args, call.keywords, called(call)
    plain = not any(isinstance(x, ast.Starred) for x in args)
    for i in range(len(args) - 1 if plain and name not in SYMMETRIC else 0):
        if ast.dump(args[i]) != ast.dump(args[i + 1]):
            swapped = [*args[:i], args[i + 1], args[i], *args[i + 2 :]]
            yield "argument", ast.Call(call.func, swapped, keywords)
    for keyword in keywords:
        if keyword.arg and keyword.arg not in SILENT:
            yield "argument", ast.Call(call.func, args, [k for k in keywords if k is not keyword])
    match call.func:
        case ast.Name(id) if hasattr(builtins, id) and id not in REDUCING:
            return  # a conversion or a question about types
        case ast.Attribute(base) if not (isinstance(base, ast.Name) and base.id in MODULES):
            yield "call", base  # a method: x.sum() becomes x
        case _ if plain:
            yield from (("call", x) for x in (args[1:3] if name == "where" else args[:1]))
