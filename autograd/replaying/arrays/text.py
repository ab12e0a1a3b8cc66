"""The text of a program: one line of Python for each statement."""

from __future__ import annotations

import operator
from typing import Any

from autograd.arrays import np
from autograd.replaying.arrays.buffers import Buffers
from autograd.replaying.arrays.lowering import Lowered
from autograd.replaying.arrays.names import Names
from autograd.replaying.arrays.results import Results
from autograd.replaying.arrays.statements import Statement, Variable, added_at, checked, converted, overlaid, placed
from autograd.replaying.instructions import Missed

__all__ = ["Text"]

COLUMN = 56  # where the remarks begin


class Text:
    """The source of a program, and what the names in it stand for."""

    def __init__(self, program: Lowered) -> None:
        self._program = program
        self._buffers = Buffers(program)
        self.names = Names(program, self._buffers)
        self._open: list[Statement] = []  # each `overlaid` in whose condition the text is
        self._special = {
            converted: self._write_converted,
            overlaid: self._write_overlaid,
            placed: self._write_placed,
            added_at: self._write_added,
            checked: self._write_check,
        }
        self._lines: list[str] = []
        self._write_body()
        self.source = "\n".join([*self._lines, ""])

    # ---- lines ----

    def _write_body(self) -> None:
        program = self._program
        arguments = ", ".join(f"x{i}" for i in range(len(program.inputs)))
        self._lines.append(f"def program({arguments}):")
        for i, x in enumerate(program.leaves):
            note = f"  # {x.label}" if x.label else ""
            self._lines.append(f"    p{i} = leaf{i}.{'_number' if x.dtype is None else '_array'}{note}")
        self._lines.append(f'    with {self._function(np.errstate)}(all="ignore"):')
        if self._buffers.results:
            names = ", ".join(self.names.of(x) for x in self._buffers.results)
            fresh = self.names.function(Results(list(self._buffers.results)), "results")
            self._line(f"[{names}] = {fresh}()", "memory for what is returned")
        for statement in program.statements:
            self._write(statement)
        outputs = ", ".join(self._given(x) for x in program.outputs)
        gradients = ", ".join(self._given(x) for x in program.gradients)
        self._line(f"return [{outputs}], [{gradients}]", "")

    def _line(self, text: str, note: str) -> None:
        line = "    " * (2 + len(self._open)) + text
        self._lines.append(f"{line.ljust(COLUMN)}  # {note}" if note else line)

    def _write(self, statement: Statement) -> None:
        x, arrays = statement.result, self._buffers.arrays
        if (statement.is_view and x in arrays) or x in self.names.turned:
            return  # it was made when the buffers were, or is made where it is used
        owner = self._program.rare.get(statement)
        if owner is not None and owner not in self._open:
            self._line(f"if {self._function(np.count_nonzero)}({self.names.of(owner.args[1])}):", owner.note)
            self._open.append(owner)
        if statement.function in self._special and (
            x in arrays or x in self._buffers.results or statement.function is checked
        ):
            self._special[statement.function](statement)
        elif x in arrays or x in self._buffers.results:
            self._line(self._call_into(statement, self.names.of(x)), statement.note)
        else:
            self._line(f"{self.names.of(x)} = {self._call(statement)}", statement.note)

    def _write_converted(self, statement: Statement) -> None:
        out, x = self.names.of(statement.result), self._argument(statement.args[0])
        self._line(f"{self._function(np.copyto)}({out}, {x}, 'unsafe')", statement.note)

    def _write_overlaid(self, statement: Statement) -> None:
        out = self.names.of(statement.result)
        x, condition, y = map(self._argument, statement.args)
        copyto = self._function(np.copyto)
        inside = statement in self._open
        if inside and out != x:
            self._open.remove(statement)
            inside = False
        if out != x:
            self._line(f"{copyto}({out}, {x})", statement.note)
        if not inside:
            self._line(f"if {self._function(np.count_nonzero)}({condition}):", statement.note)
            self._open.append(statement)
        self._line(f"{copyto}({out}, {y}, 'unsafe', {condition})", statement.note)
        self._open.remove(statement)

    def _write_placed(self, statement: Statement) -> None:
        out = self.names.of(statement.result)
        self._line(f"{out}.fill(0)", statement.note)
        self._line(f"{out}[{self._index(statement.args[1])}] = {self._argument(statement.args[0])}", statement.note)

    def _write_added(self, statement: Statement) -> None:
        out = self.names.of(statement.result)
        x, y = map(self._argument, statement.args[:2])
        index = self._index(statement.args[2])
        if out != x:
            self._line(f"{self._function(np.copyto)}({out}, {x})", statement.note)
        self._line(f"{out}[{index}] += {y}", statement.note)

    def _write_check(self, statement: Statement) -> None:
        x, expected, place = statement.args
        missed = self.names.function(Missed, "Missed")
        self._line(f"if bool({self._argument(x)}) is not {expected}: raise {missed}({place})", "")

    # ---- calls ----

    def _call_into(self, statement: Statement, out: str) -> str:
        """The call that writes its result into a buffer."""
        args = [self._argument(x) for x in statement.args]
        if statement.method == "reduce":
            args[3] = out
        elif statement.function is np.dot and self._is_turned(statement.result):
            x, y = statement.args  # dot writes rows: so the transposed product
            args = [self.names.transposed(v) for v in (y, x, statement.result)]
        else:  # NumPy would rather have that of an extremum by name
            args.append(f"out={out}" if statement.function in (np.maximum, np.minimum) else out)
        return f"{self._callee(statement)}({', '.join([*args, *self._params(statement)])})"

    def _is_turned(self, x: Variable) -> bool:
        return x in self._buffers.arrays and not self._buffers.arrays[x].flags.c_contiguous

    def _call(self, statement: Statement) -> str:
        """The call that makes its result."""
        args = [self._argument(x) for x in statement.args]
        function = statement.function
        if function is operator.getitem:
            return f"{args[0]}[{self._index(statement.args[1])}]"
        if function is np.transpose and len(args) == 2:
            return f"{args[0]}.transpose({args[1]})"
        if function is np.ravel:
            return f"{args[0]}.ravel({args[1]})"
        if function is np.reshape and statement.args[0].dtype is not None:
            return f"{args[0]}.reshape({args[1]})"
        text = f"{self._callee(statement)}({', '.join([*args, *self._params(statement)])})"
        if statement.result.dtype is not None and not statement.result.shape:
            return f"{self._function(np.asarray)}({text})"  # NumPy's functions give bare scalars
        return text

    def _function(self, function: Any) -> str:
        return self.names.function(function, function.__name__)

    def _callee(self, statement: Statement) -> str:
        function = statement.function
        if statement.method:
            name = f"{function.__name__}_{statement.method}"
            return self.names.function(_method(function, statement.method), name)
        name = getattr(function, "__name__", "<partial>")
        return self.names.function(function, name if name.isidentifier() else statement.note.split(" ")[0])

    def _params(self, statement: Statement) -> list[str]:
        return [f"{key}={self._argument(x)}" for key, x in statement.params.items()]

    def _argument(self, x: Any) -> str:
        if type(x) is Variable:
            return self.names.of(x)
        if type(x) in (list, tuple):
            inside = ", ".join(self._argument(part) for part in x)
            return f"[{inside}]" if type(x) is list else f"({inside}{',' if len(x) == 1 else ''})"
        if _is_plain(x):
            return repr(x)
        return self.names.number(x) if type(x) is float else self.names.thing("c", x)

    def _index(self, index: Any) -> str:
        """An index as it stands between brackets."""
        if type(index) is tuple:
            return ", ".join(map(self._index, index)) + ("," if len(index) == 1 else "") if index else "()"
        if type(index) is slice:
            parts = ["" if part is None else repr(part) for part in (index.start, index.stop, index.step)]
            return ":".join(parts[:2]) + (f":{parts[2]}" if parts[2] else "")
        return "..." if index is Ellipsis else self._argument(index)

    def _given(self, x: Variable | None) -> str:
        """A result as it is handed out: what nobody else has."""
        if x is None:
            return "None"
        name = self.names.of(x)
        return name if x.dtype is None or self._buffers.family(x) in self._buffers.results else f"{name}.copy()"


def _is_plain(x: Any) -> bool:
    """Whether an argument stands for itself in the text."""
    return isinstance(x, (bool, type(None), str, int, slice)) and not isinstance(x, np.generic)


_METHODS: dict[tuple[Any, str], Any] = {}


def _method(ufunc: Any, name: str) -> Any:
    """A method of a ufunc, always the same object."""
    return _METHODS.setdefault((ufunc, name), getattr(ufunc, name))
