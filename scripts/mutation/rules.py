"""Where the rules are: the table's entries, the functions that they reach, and which entries a change may affect."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mutation.sites import Mutant, is_entry, mutants, rule_parts

NEAREST = 12  # entries whose tests are run for a change


@dataclass(eq=False)
class Statement:
    """A statement at the top level of a module: the names it binds, the entry it defines, if any, and who uses it."""

    module: str
    node: ast.stmt
    names: Sequence[str]
    entry: str = ""
    users: list[Statement] = field(default_factory=list)

    @property
    def place(self) -> str:
        """The family and the name."""
        return f"{self.module.rpartition('.')[2]}.{self.entry or self.names[0]}"

    def affected(self, limit: int = NEAREST) -> list[str]:
        """The entries that a change here may affect, nearest first: its own, then those that use it, and so on."""
        found: list[str] = []
        order = [self]
        for statement in order:  # which grows
            if statement.entry:
                found.append(statement.entry)
            if len(found) == limit:
                break
            order += [user for user in statement.users if user not in order]
        return found

    def mutants(self) -> Iterator[Mutant]:
        """Every mutant of it; but what makes it an entry stays, and so do the texts that its maker is given."""
        call = getattr(self.node, "value", None) if self.entry else None
        for mutant in mutants(self.place, self.node):
            describes = mutant.holder is call and mutant.kind == "constant"
            if not self.entry or not (describes or mutant.holder is self.node):
                yield mutant


class Rules:
    """All rules of the table, read from its files: module names and where their sources are."""

    def __init__(self, sources: Mapping[str, Path]) -> None:
        self.sources = sources
        self.trees = {module: ast.parse(path.read_text()) for module, path in sources.items()}
        self._imported = {module: dict(_imports(tree)) for module, tree in self.trees.items()}
        self.statements = [s for module, tree in self.trees.items() for s in _statements(module, tree)]
        self.entries = {s.entry: s for s in self.statements if s.entry}
        self._bound = {(s.module, name): s for s in self.statements for name in s.names}
        for user in self.statements:
            for used in dict.fromkeys(self._uses(user)):
                if used and used is not user:
                    used.users.append(user)

    def _uses(self, user: Statement) -> Iterator[Statement | None]:
        """What a statement's rules refer to: by name, or as TABLE["name"]."""
        if user.entry:  # its scalar kernel may be the function of the same name
            yield self._bound.get(("autograd.ieee", user.entry))
        pending: list[ast.AST] = [user.node]
        for node in pending:  # which grows
            pending += [child for _, _, child in rule_parts(node)]
            match node:
                case ast.Name(name):
                    yield self._bound.get(self._imported[user.module].get(name, (user.module, name)))
                case ast.Attribute(ast.Name("ieee"), name):
                    yield self._bound.get(("autograd.ieee", name))
                case ast.Subscript(ast.Name("TABLE"), ast.Constant(name)):
                    yield self.entries.get(name)

    def reached(self) -> list[Statement]:
        """The statements that some entry's rule is made of, in the order of the files."""
        return [s for s in self.statements if s.affected(1)]

    def select(self, names: Sequence[str]) -> list[Statement]:
        """The statements of families, entries or functions of these names; without any, all."""
        found = [s for s in self.reached() if not names or {*s.place.split("."), s.place, *s.names} & set(names)]
        known = {part for s in found for part in (*s.place.split("."), s.place, *s.names)}
        if unknown := set(names) - known:
            raise SystemExit(f"no rule is called {', '.join(sorted(unknown))}; give families, entries or functions")
        return found


def _imports(tree: ast.Module) -> Iterator[tuple[str, tuple[str, str]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((alias.asname or alias.name, (node.module or "", alias.name)) for alias in node.names)


def _statements(module: str, tree: ast.Module) -> Iterator[Statement]:
    makers = {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and any(map(is_entry, ast.walk(node)))
    }
    for node in tree.body:
        match node:
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)) if all(isinstance(v, ast.Name) for v in values):
                for target, value in zip(targets, values, strict=True):  # other names for the same things
                    yield Statement(module, ast.Expr(value), [ast.unparse(target)])
            case ast.Assign([ast.Tuple(targets)]):
                yield Statement(module, node, [ast.unparse(target) for target in targets])
            case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(ast.Name(name), value=ast.expr() as value):
                yield Statement(module, node, [name], _entry_name(value, makers, name))
            case ast.Expr(value) if entry := _entry_name(value, makers):
                yield Statement(module, node, [entry], entry)
            case ast.FunctionDef(name) | ast.ClassDef(name):
                yield Statement(module, node, [name])


def _entry_name(value: ast.AST, makers: set[str], target: str = "") -> str:
    """The name of the entry that a call makes, its first argument; of one that a function makes, or the variable's."""
    match value:
        case ast.Call(args=[ast.Constant(str(name)), *_]) if is_entry(value):
            return name
        case ast.Call(ast.Name(maker), args) if maker in makers:
            first = args[0] if args else None
            return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else target
    return ""
