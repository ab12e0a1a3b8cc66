"""Every place in a rule where something may change, and every mutant that comes of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mutation.changes import SILENT, changes

# The arguments of an entry that compute; the others describe it, or say how it may be tested.
RULES = {"d", "adjoint", "vjp", "jvp", "partials", "scalar", "kernel", "kinks", "normalize", "masks", "multilinear"}
NO_RULES = (ast.Raise, ast.Assert, ast.Import, ast.ImportFrom, ast.JoinedStr, ast.arg)
NO_FIELDS = {"annotation", "returns", "decorator_list", "type_params"}
Names = dict[str, int]  # the names in scope, each with the line from which on it is bound


@dataclass(frozen=True)
class Mutant:
    """One change: `field` of `holder` becomes `value`. To be applied in a process of its own."""

    place: str  # the family and the name that is defined, "arithmetic.divide"
    line: int
    kind: str
    before: str
    after: str
    holder: ast.AST
    field: str
    value: Any

    @property
    def key(self) -> tuple[str, str]:
        """What it is called in the list of equivalent mutants."""
        return self.place, self.after

    def apply(self) -> None:
        """Change the tree, which then is the mutant's."""
        setattr(self.holder, self.field, self.value)

    def __str__(self) -> str:
        return f"{self.place}, line {self.line}, {self.kind}\n    - {self.before}\n    + {self.after}"


def mutants(place: str, statement: ast.stmt) -> Iterator[Mutant]:
    """Every mutant of a statement at the top level of a module."""
    for holder, field, child, names, around in _sites(statement, _scope({}, statement), statement):
        for kind, new in changes(child, names):
            kept = getattr(holder, field)
            value = [new if x is child else x for x in kept] if isinstance(kept, list) else new
            before = _headline(around)
            setattr(holder, field, value)
            after = _headline(new if around is child else around)
            setattr(holder, field, kept)
            yield Mutant(place, child.lineno, kind, before, after, holder, field, value)


def _sites(node: ast.AST, names: Names, around: ast.AST) -> Iterator[tuple[ast.AST, str, Any, list[str], ast.AST]]:
    """(holder, field, child, the names it may use, the part of the source that shows it)."""
    for holder, field, child in rule_parts(node):
        inside = child if isinstance(child, (ast.stmt, ast.Lambda)) or is_entry(node) else around
        if not is_entry(child):  # the call of a builder describes; its parts compute
            yield holder, field, child, [n for n, line in names.items() if line < getattr(child, "lineno", 0)], inside
        yield from _sites(child, _scope(names, child), inside)


def _scope(names: Names, node: ast.AST) -> Names:
    """The names in scope inside a node."""
    if not isinstance(node, (ast.Lambda, ast.FunctionDef)):
        return names
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    inside = names | {a.arg: 0 for a in arguments if a.arg not in ("np", "self")}
    for n in ast.walk(node):
        if isinstance(n, (ast.Assign, ast.For)):
            for target in n.targets if isinstance(n, ast.Assign) else [n.target]:
                for bound in ast.walk(target):
                    if isinstance(bound, ast.Name) and isinstance(bound.ctx, ast.Store):
                        inside.setdefault(bound.id, n.lineno)
    return inside


def _headline(node: ast.AST) -> str:
    """The source text of a node; of a statement that holds others, its first line."""
    return ast.unparse(node).splitlines()[0]


def is_entry(node: ast.AST) -> bool:
    """Whether a node is the call of a builder: every entry says what it computes."""
    return isinstance(node, ast.Call) and any(keyword.arg == "doc" for keyword in node.keywords)


def rule_parts(node: ast.AST) -> Iterator[tuple[ast.AST, str, ast.AST]]:
    """The children of a node that belong to rules: (holder, field, child)."""
    if isinstance(node, ast.Call) and is_entry(node):
        yield node, "func", node.func
        yield from ((node, "args", x) for x in node.args[1:])
        for keyword in node.keywords:
            if keyword.arg == "kinks" and isinstance(keyword.value, ast.Dict):  # its keys are points of tests
                yield from ((keyword.value, "values", x) for x in keyword.value.values)
            elif keyword.arg in RULES:
                yield keyword, "value", keyword.value
        return
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            silent = isinstance(child, NO_RULES) or (isinstance(child, ast.keyword) and child.arg in SILENT)
            if isinstance(child, ast.AST) and field not in NO_FIELDS and not silent and not _is_docstring(child):
                yield node, field, child


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
