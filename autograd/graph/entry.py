"""An entry of the table: a public function with its name, signature, documentation and sample calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from types import MethodType
from typing import TYPE_CHECKING, Any

from autograd.errors import ArgumentError, SignatureError
from autograd.graph.value import TABLE, install, register_entry

if TYPE_CHECKING:
    from inspect import Signature

__all__ = ["Entry", "Sample", "lookup", "sample"]

Sample = tuple[tuple[Any, ...], dict[str, Any]]  # the shapes of the operands (None: a number), and the parameters


def sample(*shapes: Any, **params: Any) -> Sample:
    """A call that the tests make: the shape of each operand (None for a number), and the parameters."""
    return shapes, params


class Entry:
    """A public function of the table: its name, signature, documentation and sample calls.

    Args:
        doc: what it computes, in a sentence.
        example: an expression and what Python prints for it; None for what is not in the table.
        args: the names of the operands, separated by blanks; "*arrays" is one argument that holds a sequence of them.
        optional: the defaults of operands that may be left out or None.
        params: the parameters that are not differentiated, with their defaults; `...` for one that must be given.
        samples: calls that the tests make; needed where they cannot guess what to pass.
        domain: an open interval for each operand of an operation on single elements.
        method: whether Value has it as a method, or the method itself where its arguments differ.
        public: False for what only rules and other entries call.
        reference: the NumPy function of the same meaning, for the tests: its name (by default the entry's own), or a
            function of (np, *operands).
        aliases: NumPy's other functions that it stands for, each by the name that `reference` would have.
        normalize: brings the parameters into the form that is recorded.
        prepare: a function of (np, *operands) that brings arrays drawn by the tests into the domain of an operation
            that is given by `samples`: symmetric ones, say, or ones well away from singular; it returns a tuple.
        constants: the names of operands that are never differentiated, such as a condition.
        by_decree: whether the derivative is one by decree, whatever differences of the values say.
        notes: what a user should know of hard points, conventions and argument forms; for the manual and `help()`.
        register: False leaves it out of the table: an operation of the user's own.
    """

    builder = ""

    def __init__(
        self,
        name: str,
        *,
        doc: str,
        example: tuple[str, str] | None = None,
        args: str = "x",
        optional: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        samples: Sequence[Sample] = (),
        domain: Sequence[tuple[float, float]] | None = None,
        method: bool | Callable[..., Any] = False,
        public: bool = True,
        reference: str | Callable[..., Any] | None = None,
        aliases: Sequence[str] = (),
        normalize: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
        prepare: Callable[..., tuple[Any, ...]] | None = None,
        constants: Sequence[str] = (),
        by_decree: bool = False,
        notes: str = "",
        register: bool = True,
    ) -> None:
        self.name = self.__name__ = self.__qualname__ = name
        self.doc, self.notes, self.example = doc, notes, example
        shown = f">>> {example[0]}\n{example[1]}\n" if example else ""
        self.__doc__ = "\n\n".join(filter(None, (doc, notes, shown)))
        self.variadic = args.startswith("*")
        self.operand_names = tuple(args.lstrip("*").split())
        self.optional = dict(optional or {})
        self.defaults = dict(params or {})
        positions = range(len(self.defaults) + 1)
        self._by_name = [frozenset(list(self.defaults)[i:]) for i in positions]  # what is left after i positional ones
        self._required = max((i for i, v in enumerate(self.defaults.values(), 1) if v is ...), default=0)
        self._plain = not (self.variadic or optional)
        self.samples = samples
        self.domain = domain
        self.public = public
        self.reference = reference
        self.aliases = tuple(aliases)
        self.normalize = normalize
        self.prepare = prepare
        self.constants = tuple(constants)
        self.by_decree = by_decree
        if register:
            if name in TABLE:
                raise ArgumentError(f"the table has an entry {name!r} already; choose another name.")
            register_entry(name, self)
        if method:
            install(name, self if method is True else method)

    @property
    def __signature__(self) -> Signature:
        import inspect  # slow to import, and only help() and error messages need it

        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        empty = inspect.Parameter.empty
        operands = [inspect.Parameter(n, kind, default=self.optional.get(n, empty)) for n in self.operand_names]
        params = [inspect.Parameter(n, kind, default=empty if v is ... else v) for n, v in self.defaults.items()]
        return inspect.Signature(operands + params)

    def numpys(self) -> list[Callable[..., Any]]:
        """NumPy's functions of the same meaning: that of its `reference` or its own name first, then its `aliases`."""
        from autograd.arrays import np

        own = self.reference if isinstance(self.reference, str) else self.name
        functions = [reduce(_member, path.split("."), np) for path in (own, *self.aliases)]
        return [function for function in functions if callable(function)]

    def __get__(self, value: Any, owner: type | None) -> Any:
        return self if value is None else MethodType(self, value)

    def __repr__(self) -> str:
        return f"<{self.builder} {self.name}{self.__signature__}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return lookup, (self.name,)

    def __copy__(self) -> Entry:
        return self

    def __deepcopy__(self, memo: object) -> Entry:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Sort a call's arguments into operands and parameters."""
        names = self.operand_names
        further = len(args) - len(names)
        if (
            self._plain
            and self._required <= further < len(self._by_name)
            and (not kwargs or kwargs.keys() <= self._by_name[further])
        ):
            params = self.defaults.copy()
            if further:
                params.update(zip(params, args[len(names) :], strict=False))
                args = args[: len(names)]
            if kwargs:
                params.update(kwargs)
            return args, self.normalize(params) if self.normalize and params else params
        given = dict(zip((*names, *self.defaults), args, strict=False))
        if len(args) > len(names) + len(self.defaults) or any(name in given for name in kwargs):
            raise self._misfit(args, kwargs, "too many arguments")
        given.update(kwargs)
        params = {name: given.pop(name, default) for name, default in self.defaults.items() if self._has(name, given)}
        operands = [given.pop(name, self.optional.get(name)) for name in names if self._has(name, given)]
        if given:
            raise self._misfit(args, kwargs, f"an unknown argument {next(iter(given))!r}")
        if len(params) < len(self.defaults) or len(operands) < len(names):
            raise self._misfit(args, kwargs, "too few arguments")
        if self.optional:  # NumPy's None stands for the default
            operands = [self.optional.get(n) if x is None else x for n, x in zip(names, operands, strict=True)]
        if self.normalize:
            params = self.normalize(params)
        return (tuple(operands[0]) if self.variadic else tuple(operands)), params

    def _has(self, name: str, given: Mapping[str, Any]) -> bool:
        """Whether an argument was given or has a default; a parameter's default `...` says that it has none."""
        return name in given or name in self.optional or self.defaults.get(name, ...) is not ...

    def apply(self, operands: Sequence[Any], params: Mapping[str, Any]) -> Any:
        """Call with operands and parameters that are sorted already."""
        return self(list(operands), **params) if self.variadic else self(*operands, **params)

    def _misfit(self, args: tuple[Any, ...], kwargs: Mapping[str, Any], what: str) -> SignatureError:
        found = f"{len(args)} positional" + (f", and {', '.join(kwargs)}" if kwargs else "")
        return SignatureError(f"found {what} ({found}); expected {self.name}{self.__signature__}.")


def _member(module: Any, name: str) -> Any:
    return getattr(module, name, None)


def lookup(name: str) -> Entry:
    """The entry of that name: how a pickled graph finds its operations again."""
    if name not in TABLE:
        raise ArgumentError(f"unpickling: found an operation {name!r}; expected one of this version's table.")
    entry: Entry = TABLE[name]
    return entry
