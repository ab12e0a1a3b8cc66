"""What things are called in the text of a program: variables, buffers, functions."""

from __future__ import annotations

from typing import Any

from autograd.arrays import Array, np
from autograd.replaying.arrays.buffers import Buffers
from autograd.replaying.arrays.lowering import Lowered
from autograd.replaying.arrays.statements import Variable

__all__ = ["Names"]


class Names:
    """Names for the variables of a program: x inputs, p leaves, c constants, t what is computed.

    Attributes:
        namespace: what the names stand for, as far as that is there before the first call.
        turned: by a matrix that is the transpose of another one, that one: it needs no name of its own.
    """

    def __init__(self, program: Lowered, buffers: Buffers) -> None:
        self.namespace: dict[str, Any] = {}
        self._buffers = buffers
        self._names: dict[Variable, str] = {}
        self._objects: dict[int, str] = {}  # by the identity of an array or a function: variables share buffers
        self._transposes: dict[int, Array] = {}
        self._counts: dict[str, int] = {}
        self.turned = {
            statement.result: statement.args[0]
            for statement in program.statements
            if statement.function is np.transpose and statement.args[1:] == ((1, 0),)
        }
        for i, x in enumerate(program.inputs):
            if x is not None:
                self._names[x] = f"x{i}"
        for i, x in enumerate(program.leaves):
            self._names[x] = f"p{i}"
            self.namespace[f"leaf{i}"] = x.leaf

    def of(self, x: Variable) -> str:
        """What a variable is called; a number that is constant stands for itself."""
        if x not in self._names:
            if x.is_constant:
                self._names[x] = self.number(x.data) if x.dtype is None else self.thing("c", x.data)
            elif x in self._buffers.arrays:
                self._names[x] = self.thing("t", self._buffers.arrays[x])
            elif x in self.turned:
                self._names[x] = f"{self.of(self.turned[x])}.T"
            else:
                self._names[x] = self._fresh("t")
        return self._names[x]

    def transposed(self, x: Variable) -> str:
        """What the transpose of a variable is called: a view that is there already, if it can be."""
        array = x.data if x.is_constant else self._buffers.arrays.get(x)
        if array is None:
            return self.of(self.turned[x]) if x in self.turned else f"{self.of(x)}.T"
        return self.thing("c" if x.is_constant else "t", self._transposes.setdefault(id(array), array.T))

    def number(self, number: Any) -> str:
        """A number as Python writes it; infinities and NaN have names."""
        text = repr(number)
        return text if text[-1].isdigit() else self.thing("c", number)

    def thing(self, letter: str, thing: Any) -> str:
        """The name of an array, or of anything else that is there before the first call."""
        if id(thing) not in self._objects:
            self._objects[id(thing)] = self._fresh(letter)
            self.namespace[self._objects[id(thing)]] = thing
        return self._objects[id(thing)]

    def function(self, function: Any, name: str) -> str:
        """A function's name, told from others of that name by a number."""
        if id(function) not in self._objects:
            unique = self._fresh(f"{name}_") if name in self.namespace else name
            self.namespace[unique] = function
            self._objects[id(function)] = unique
        return self._objects[id(function)]

    def _fresh(self, letter: str) -> str:
        number = self._counts.get(letter, 0)
        self._counts[letter] = number + 1
        return f"{letter}{number}"
