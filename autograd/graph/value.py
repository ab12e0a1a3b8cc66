"""Value: the node of a computation graph, one class that stores a number or an array.

This file is compiled by Cython as it stands (the C types are in `value.pxd`), and runs as plain Python without it. A
node owns its inputs and nothing points back, so a graph has no cycles and reference counting alone frees it.

A node with at most two operands and no parameters keeps them in its own slots; a constant operand then lies in the
slot of the partial derivative that nobody needs. Everything else hangs on a `Call` record in `_origin`. A number's
partial derivatives are computed in the forward pass; an array's are computed by the operation's rule when a walk needs
them.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from autograd import ieee
from autograd.errors import DtypeError, GraphError, ShapeError, UnsupportedError
from autograd.graph.flags import GRADED, LEFT, RIGHT, TRACKED

if TYPE_CHECKING:
    from autograd.graph import uncompiled as cython
else:
    try:
        import cython
    except ImportError:  # Cython is needed to build the C extension, never to run
        from autograd.graph import uncompiled as cython

if TYPE_CHECKING:
    from autograd.graph.operation import Operation
    from autograd.graph.recording import Observer

__all__ = [
    "TABLE",
    "Block",
    "Call",
    "Value",
    "advance_clock",
    "any_open",
    "as_number",
    "bare",
    "install",
    "observers",
    "open_here",
    "pause",
    "recording",
    "register_entry",
    "replaying",
    "tick",
]

_clock = 0  # ticks when a leaf's data is replaced, and around calls of modules; a node remembers the tick of its birth
_pending: list[Any] = []  # the C build frees iteratively: what freed nodes owned waits here
_freeing = False  # whether some deallocator is emptying _pending already
open_here: ContextVar[tuple[Block, ...]] = ContextVar("open_blocks", default=())  # of this thread or task
_paused = 0  # how many blocks are open in the whole process: 0 spares the look at `open_here`
compiled = cython.compiled  # whether this file runs as C
TABLE: dict[str, Any] = {}  # every entry by its name, filled from above: how the graph calls what it may not import

# The entries of the operations that are written out in Value, by number: the C build finds them without a dictionary.
HOT = ("add", "subtract", "multiply", "divide", "negative", "power", "exp", "log", "tanh", "relu")
ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATIVE, POWER, EXP, LOG, TANH, RELU = range(len(HOT))
_hot: list[Any] = [None] * len(HOT)


class Block:
    """A stretch of the program in which recording is off (`no_grad`), on again, or watched.

    It is known by itself: whoever closes it closes this one and no other. `records` is None where it leaves recording
    as it is; the observer is told what operations and walks compute.
    """

    __slots__ = ("observer", "open", "records")

    def __init__(self, records: bool | None = None, observer: Observer | None = None) -> None:
        self.records = records
        self.observer = observer
        self.open = True


class Call:
    """What a node needs beyond two operands and their partial derivatives; `site`: the line of code that made it."""

    __slots__ = ("inputs", "op", "params", "partials", "site")

    def __init__(
        self, op: Operation, inputs: tuple[Any, ...], params: dict[str, Any], partials: tuple[float | None, ...] | None
    ) -> None:
        self.op = op
        self.inputs = inputs
        self.params = params
        self.partials = partials
        self.site: Any = None

    def has_partials(self) -> bool:
        """Whether a partial derivative is known by each operand to which gradients flow."""
        return self.partials is not None and not any(
            d is None and type(x) is Value and x.requires_grad for x, d in zip(self.inputs, self.partials, strict=True)
        )


@cython.final
@cython.no_gc
@cython.cclass
class Value:
    """A number or an array that records the operations applied to it, for differentiation in reverse mode.

    Args:
        data: a Python number, or an array (or nested list) of floats or integers of any shape; copied. Integers become
            floats.
        label: the name shown in pictures and messages.
        requires_grad: False makes the Value a constant: it is drawn, and gets no gradient.
        dtype: the floating dtype of an array; without it, a floating array keeps its own.

    Raises:
        DtypeError: for bool, str, complex or object data.
        UnsupportedError: for a list that holds Values (join them with `autograd.stack`).

    >>> x = Value(3.0)
    >>> y = x * x + 2 * x
    >>> y.backward()
    >>> y.data, x.grad
    (15.0, 8.0)
    """

    __slots__ = (
        "_array",
        "_array_grad",
        "_dx",
        "_dy",
        "_flags",
        "_grad",
        "_label",
        "_mark",
        "_number",
        "_origin",
        "_time",
        "_x",
        "_y",
    )  # fmt: skip

    if TYPE_CHECKING and not cython.compiled:  # slots carry no types of their own
        _number: float
        _grad: float
        _dx: float
        _dy: float
        _x: Value | None
        _y: Value | None
        _origin: Operation | Call | None
        _label: str
        _flags: int
        _mark: int
        _time: int
        _array: Any
        _array_grad: Any

    def __init__(self, data: Any, *, label: str = "", requires_grad: bool = True, dtype: Any = None) -> None:
        self._array = None
        self._number = 0.0
        if dtype is None and isinstance(data, (float, int)) and type(data) is not bool:
            self._number = float(data)
        elif isinstance(data, Value):
            raise UnsupportedError("Value: found a Value as data, whose gradient would be lost; pass .detach() of it.")
        elif data is None or isinstance(data, (str, bytes, bytearray, memoryview, complex, bool)):
            raise DtypeError(
                f"Value: found {type(data).__name__} {data!r}; expected a real number or an array of them."
            )
        else:
            from autograd import arrays

            if dtype is None and isinstance(data, arrays.np.integer):
                self._number = float(data)
            else:
                self._array = arrays.leaf(data, dtype)
        self._grad = 0.0
        self._array_grad = None
        self._x = None
        self._y = None
        self._dx = 0.0
        self._dy = 0.0
        self._origin = None
        self._flags = TRACKED if requires_grad else 0
        self._mark = 0
        self._time = _clock
        self.label = label

    def __dealloc__(self) -> None:
        """Free a graph without recursion, however deep it is; called in the C build only, which has no trashcan."""
        global _freeing
        x, y, origin = self._x, self._y, self._origin
        self._x = self._y = self._origin = None  # before the draining, or these references would be dropped twice
        if x is not None and x._origin is not None:
            _pending.append(x)
        if y is not None and y._origin is not None:
            _pending.append(y)
        if type(origin) is Call:
            _pending.append(origin)
        x = y = origin = None
        if not _freeing:
            _freeing = True
            while _pending:
                _pending.pop()
            _freeing = False

    # ---- what a node is ----

    @property
    def data(self) -> Any:
        """The number (a float) or the array; a leaf's may be replaced by data of the same shape.

        A reduction's data is a 0-d array; `item()` gives the number. After `v.data = new` or `v.data -= step`,
        backward through an older graph uses a number's old slopes, and is an error where an array's rule needs the old
        data. A change in place, `v.data[i] = x`, goes unseen and makes older graphs wrong.

        Raises:
            GraphError: when set on a computed Value.
            ShapeError: when set to data of another shape.
        """
        if _paused:
            _reads("v.data")
        return self._number if self._array is None else self._array

    @data.setter
    def data(self, data: Any) -> None:
        global _clock
        if _paused:
            _replaces()
        if self._origin is not None:
            raise GraphError(
                f"Value.data: this Value was computed by '{self.op.name}'; only a leaf's data can be replaced. "
                "Change the leaves and compute it again."
            )
        if self._array is None:
            self._number = data if type(data) is float else as_number(data, "Value.data")
        elif data is not self._array:  # `v.data -= step` has changed the array in place and hands it back
            from autograd import arrays

            self._array = arrays.fitted(data, self._array, "Value.data")
        _clock += 1
        self._time = _clock

    @property
    def grad(self) -> Any:
        """The gradient: plain data like `data`, zeros before any backward. Setting None or 0 resets it.

        Raises:
            ShapeError: when set to a gradient of another shape.
        """
        if _paused:
            _reads("v.grad")
        if self._array is None:
            return self._grad
        if self._array_grad is None:
            from autograd import arrays

            self._array_grad = arrays.np.zeros_like(self._array)
        return self._array_grad

    @grad.setter
    def grad(self, gradient: Any) -> None:
        if gradient is None or (isinstance(gradient, (int, float)) and gradient == 0):
            self.zero_grad()
        elif self._array is None:
            self._grad = as_number(gradient, "Value.grad")
            self._flags |= GRADED
        else:
            if gradient is not self._array_grad:  # `v.grad += g` has changed the array in place and hands it back
                from autograd import arrays

                self._array_grad = arrays.fitted(gradient, self._array, "Value.grad")
            self._flags |= GRADED

    @property
    def has_grad(self) -> bool:
        """Whether a gradient was computed since the last reset."""
        return bool(self._flags & GRADED)

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow to this Value; can be switched on a leaf, to freeze a parameter.

        It counts for graphs made from then on: whether one that was made of a frozen leaf hands it a gradient once it
        is thawed is left open.
        """
        return bool(self._flags & TRACKED)

    @requires_grad.setter
    def requires_grad(self, tracked: bool) -> None:
        if self._origin is not None:
            raise GraphError("Value.requires_grad: only a leaf can be frozen; use stop_gradient(v) to cut a graph.")
        self._flags = self._flags | TRACKED if tracked else self._flags & ~TRACKED

    @property
    def label(self) -> str:
        """The name shown in pictures and messages."""
        return self._label

    @label.setter
    def label(self, label: str) -> None:
        if not isinstance(label, str):
            raise DtypeError(f"Value.label: found {type(label).__name__}; expected a str.")
        self._label = label

    @property
    def op(self) -> Any:
        """The operation that computed this Value, None for a leaf."""
        return self._origin.op if type(self._origin) is Call else self._origin

    @property
    def inputs(self) -> tuple[Any, ...]:
        """All operands in their order: Values, and constants as they were given."""
        if type(self._origin) is Call:
            return self._origin.inputs
        if self._origin is None:
            return ()
        left = self._dx if self._flags & LEFT else self._x
        if self._y is None and not self._flags & RIGHT:
            return (left,)
        return (left, self._dy if self._flags & RIGHT else self._y)

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the call, such as {"axis": 0}."""
        return dict(self._origin.params) if type(self._origin) is Call else {}

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, () for a number."""
        return () if self._array is None else self._array.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return 0 if self._array is None else self._array.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return 1 if self._array is None else self._array.size

    @property
    def dtype(self) -> Any:
        """The NumPy dtype, float64 for a number."""
        if self._array is not None:
            return self._array.dtype
        from autograd import arrays

        return arrays.np.dtype(float)

    @property
    def _prev(self) -> set[Value]:
        """The operands as a set of Values, as micrograd answers."""
        return {x if type(x) is Value else _wrapped(x) for x in self.inputs}

    @property
    def _op(self) -> str:
        """The sign of the operation as micrograd writes it ("" for a leaf)."""
        op = self.op
        return "" if op is None else op.sign_of(self.inputs)

    # ---- plain data ----

    def item(self) -> float:
        """The one element as a Python float.

        Raises:
            ShapeError: for more than one element.

        >>> Value([2.0]).item()
        2.0
        """
        if _paused:
            _reads("v.item()")
        if self._array is None:
            return self._number
        if self._array.size != 1:
            raise ShapeError(f"item: found an array of shape {self._array.shape}; expected exactly one element.")
        return float(self._array.item())

    def numpy(self) -> Any:
        """The data as a new NumPy array (0-d for a number), without a graph.

        >>> Value(2.0).numpy()
        array(2.)
        """
        if _paused:
            _reads("v.numpy()")
        from autograd import arrays

        return arrays.owned(self._number if self._array is None else self._array, None)

    def tolist(self) -> Any:
        """The data as a float or nested lists of floats.

        >>> Value([1.0, 2.0]).tolist()
        [1.0, 2.0]
        """
        if _paused:
            _reads("v.tolist()")
        return self._number if self._array is None else self._array.tolist()

    def detach(self) -> Any:
        """The plain data without a graph: a float, or a new array.

        >>> Value([1.0, 2.0]).detach()
        array([1., 2.])
        """
        if _paused:
            _reads("v.detach()")
        return self._number if self._array is None else self.numpy()

    def zero_grad(self) -> None:
        """Reset the gradient to "never computed"."""
        self._grad = 0.0
        self._array_grad = None
        self._flags &= ~GRADED

    # ---- Python's protocols ----

    def __repr__(self) -> str:
        parts = [f"data={_text(self._number if self._array is None else self._array)}"]
        if self._flags & GRADED:
            parts.append(f"grad={_text(self.grad)}")
        if self._label:
            parts.append(f"label={self._label!r}")
        return f"Value({', '.join(parts)})"

    def __format__(self, spec: str) -> str:
        if not spec:
            return repr(self)
        if self._array is None:
            return format(self._number, spec)
        return format(self.item(), spec)

    def __hash__(self) -> int:
        return id(self) >> 4  # objects lie 16 bytes apart: the low bits are all alike

    def __eq__(self, other: object) -> Any:
        if _paused and replaying() is not None:
            return _compared("equal", self, other)
        return self.data == (other.data if type(other) is Value else other)

    def __ne__(self, other: object) -> Any:
        if _paused and replaying() is not None:
            return _compared("not_equal", self, other)
        return self.data != (other.data if type(other) is Value else other)

    def __lt__(self, other: Any) -> Any:
        if _paused and replaying() is not None:
            return _compared("less", self, other)
        return self.data < (other.data if type(other) is Value else other)

    def __le__(self, other: Any) -> Any:
        if _paused and replaying() is not None:
            return _compared("less_equal", self, other)
        return self.data <= (other.data if type(other) is Value else other)

    def __gt__(self, other: Any) -> Any:
        if _paused and replaying() is not None:
            return _compared("greater", self, other)
        return self.data > (other.data if type(other) is Value else other)

    def __ge__(self, other: Any) -> Any:
        if _paused and replaying() is not None:
            return _compared("greater_equal", self, other)
        return self.data >= (other.data if type(other) is Value else other)

    # What comparisons answer are booleans, and have these; a Value has them where a comparison's answer is one.

    def __and__(self, other: Any) -> Any:
        return _compared("logical_and", self, other)

    def __rand__(self, other: Any) -> Any:
        return _compared("logical_and", other, self)

    def __or__(self, other: Any) -> Any:
        return _compared("logical_or", self, other)

    def __ror__(self, other: Any) -> Any:
        return _compared("logical_or", other, self)

    def __xor__(self, other: Any) -> Any:
        return _compared("logical_xor", self, other)

    def __rxor__(self, other: Any) -> Any:
        return _compared("logical_xor", other, self)

    def __invert__(self) -> Any:
        answer = _compared("logical_not", self)
        if answer is NotImplemented:
            raise UnsupportedError("~v: found a Value; expected what a comparison of it answers, such as ~(v > 0).")
        return answer

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ShapeError(
                f"bool: the truth of an array of shape {self.shape} is ambiguous; compare it and use .any() or .all()."
            )
        if _paused:
            recorder = replaying()
            if recorder is not None:
                return bool(recorder.decided(self))
        return bool(self.item())

    def __len__(self) -> int:
        if self.ndim == 0:
            raise DtypeError("len: found a single number; expected an array with at least one axis.")
        return len(self._array)

    def __iter__(self) -> Any:
        if self.ndim == 0:
            raise DtypeError("iter: found a single number, which cannot be iterated over; expected an array.")
        return iter([self[i] for i in range(len(self._array))])

    def __setitem__(self, index: Any, data: Any) -> None:
        raise UnsupportedError("v[index] = x would drop the gradient; use v = v.at[index].set(x) or .add(x).")

    def __float__(self) -> float:
        raise UnsupportedError(
            "float(v), math.f(v) and array[i] = v would drop the gradient in silence; use v.item() for the plain "
            "number, autograd's function of the same name to differentiate, or v.at[i].set(x) to assign."
        )

    def __int__(self) -> int:
        raise UnsupportedError("int(v) would drop the gradient in silence; use int(v.item()).")

    def __complex__(self) -> complex:
        raise UnsupportedError("complex(v): complex numbers are not differentiated here; use v.item().")

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise UnsupportedError(
            "A Value cannot become a plain array (np.asarray(v), np.array([v1, v2]), array[i] = v, a function that the "
            "table lacks): the gradient would be dropped in silence. Use v.data or v.detach() for plain data, "
            "autograd.stack([v1, v2]) to join Values, and functions of autograd."
        )

    # ---- the hottest operations, written out for numbers; everything else goes through the table ----

    @cython.locals(value="Value", y="double")
    def __add__(self, other: Any) -> Any:
        if self._array is None and not _paused:
            if type(other) is Value:
                value = other
                if value._array is None:
                    return _binary(ADD, self._number + value._number, self, value, 1.0, 1.0)
            elif type(other) is float or type(other) is int:
                y = float(other)
                return _with_right(ADD, self._number + y, self, 1.0, y)
        return TABLE["add"].operator(self, other)

    @cython.locals(x="double")
    def __radd__(self, other: Any) -> Any:
        if self._array is None and not _paused and (type(other) is float or type(other) is int):
            x = float(other)
            return _with_left(ADD, x + self._number, self, 1.0, x)
        return TABLE["add"].operator(other, self)

    @cython.locals(value="Value", y="double")
    def __sub__(self, other: Any) -> Any:
        if self._array is None and not _paused:
            if type(other) is Value:
                value = other
                if value._array is None:
                    return _binary(SUBTRACT, self._number - value._number, self, value, 1.0, -1.0)
            elif type(other) is float or type(other) is int:
                y = float(other)
                return _with_right(SUBTRACT, self._number - y, self, 1.0, y)
        return TABLE["subtract"].operator(self, other)

    @cython.locals(x="double")
    def __rsub__(self, other: Any) -> Any:
        if self._array is None and not _paused and (type(other) is float or type(other) is int):
            x = float(other)
            return _with_left(SUBTRACT, x - self._number, self, -1.0, x)
        return TABLE["subtract"].operator(other, self)

    @cython.locals(value="Value", y="double")
    def __mul__(self, other: Any) -> Any:
        if self._array is None and not _paused:
            if type(other) is Value:
                value = other
                if value._array is None:
                    return _binary(MULTIPLY, self._number * value._number, self, value, value._number, self._number)
            elif type(other) is float or type(other) is int:
                y = float(other)
                return _with_right(MULTIPLY, self._number * y, self, y, y)
        return TABLE["multiply"].operator(self, other)

    @cython.locals(x="double")
    def __rmul__(self, other: Any) -> Any:
        if self._array is None and not _paused and (type(other) is float or type(other) is int):
            x = float(other)
            return _with_left(MULTIPLY, x * self._number, self, x, x)
        return TABLE["multiply"].operator(other, self)

    @cython.locals(value="Value", y="double", z="double", dx="double")
    def __truediv__(self, other: Any) -> Any:
        if self._array is None and not _paused:
            if type(other) is Value:
                value = other
                if value._array is None:
                    z = ieee.divide(self._number, value._number)
                    dx = ieee.divide(1.0, value._number)
                    return _binary(DIVIDE, z, self, value, dx, -ieee.divide(z, value._number))
            elif type(other) is float or type(other) is int:
                y = float(other)
                return _with_right(DIVIDE, ieee.divide(self._number, y), self, ieee.divide(1.0, y), y)
        return TABLE["divide"].operator(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return TABLE["divide"].operator(other, self)

    def __neg__(self) -> Any:
        if self._array is None and not _paused:
            return _unary(NEGATIVE, -self._number, self, -1.0)
        return TABLE["negative"](self)

    def __pos__(self) -> Any:
        return self

    @cython.locals(y="double")
    def __pow__(self, other: Any, modulo: Any = None) -> Any:
        if modulo is not None:
            raise UnsupportedError("pow(v, y, modulo) has no derivative; expected pow(v, y).")
        if self._array is None and not _paused and (type(other) is float or type(other) is int):
            y = float(other)
            return _with_right(POWER, ieee.power(self._number, y), self, ieee.power_slope(self._number, y), y)
        return TABLE["power"].operator(self, other)

    def __rpow__(self, other: Any, modulo: Any = None) -> Any:
        return TABLE["power"].operator(other, self)

    def __mod__(self, other: Any) -> Any:
        return TABLE["remainder"].operator(self, other)

    def __rmod__(self, other: Any) -> Any:
        return TABLE["remainder"].operator(other, self)

    def __floordiv__(self, other: Any) -> Any:
        return TABLE["floor_divide"].operator(self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return TABLE["floor_divide"].operator(other, self)

    def __divmod__(self, other: Any) -> Any:
        return TABLE["divmod"](self, other)

    def __rdivmod__(self, other: Any) -> Any:
        return TABLE["divmod"](other, self)

    def __matmul__(self, other: Any) -> Any:
        return TABLE["matmul"].operator(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return TABLE["matmul"].operator(other, self)

    def __abs__(self) -> Any:
        return TABLE["abs"](self)

    def __round__(self, decimals: int | None = None) -> Any:
        return TABLE["round"](self, decimals or 0)

    def __getitem__(self, index: Any) -> Any:
        return TABLE["getitem"](self, index)

    @cython.locals(z="double")
    def exp(self) -> Any:
        """e to the power of this Value."""
        if self._array is None and not _paused:
            z = ieee.exp(self._number)
            return _unary(EXP, z, self, z)
        return TABLE["exp"](self)

    @cython.locals(z="double")
    def log(self) -> Any:
        """The natural logarithm; -inf at zero, NaN below."""
        if self._array is None and not _paused:
            z = ieee.log(self._number)
            return _unary(LOG, z, self, ieee.divide(1.0, self._number + 0.0) if z == z else z)
        return TABLE["log"](self)

    def tanh(self) -> Any:
        """The hyperbolic tangent."""
        if self._array is None and not _paused:
            return _unary(TANH, ieee.tanh(self._number), self, ieee.sech2(self._number))
        return TABLE["tanh"](self)

    @cython.locals(z="double")
    def relu(self) -> Any:
        """This Value where it is positive, 0 elsewhere; derivative 0 at 0."""
        if self._array is None and not _paused:
            z = ieee.relu(self._number)
            return _unary(RELU, z, self, ieee.sign(z))
        return TABLE["relu"](self)


def _refuse_subclass(cls: type, **kwargs: Any) -> None:
    raise UnsupportedError(f"class {cls.__name__}: Value cannot be subclassed; write functions of Values instead.")


if not cython.compiled:
    Value.__hash__ = object.__hash__  # type: ignore[method-assign]  # plain Python hashes faster through object's slot
    # A final class in C refuses by itself.
    Value.__init_subclass__ = classmethod(_refuse_subclass)  # type: ignore[assignment,arg-type]  # plain build only


def as_number(data: Any, what: str) -> float:
    """What the user gave for a number, as a float."""
    if isinstance(data, (float, int)) and type(data) is not bool:
        return float(data)
    if getattr(data, "shape", None) == () and hasattr(data, "item") and type(data) is not Value:
        return float(data.item())  # a NumPy scalar or 0-d array
    kind = ShapeError if hasattr(data, "shape") else DtypeError
    raise kind(f"{what}: found {type(data).__name__}; expected a number, because this Value stores one.")


def _wrapped(operand: Any) -> Value:
    """A constant operand as a Value, whatever its dtype: a condition may be an array of booleans."""
    return Value(operand * 1.0, requires_grad=False)


def _text(data: Any) -> str:
    return repr(data) if isinstance(data, float) else repr(data).replace("\n", "\n           ")


# ---- making nodes ----


def _node(origin: Any, data: float, x: Any, y: Any, dx: float, dy: float, flags: int) -> Value:
    node = Value.__new__(Value)
    node._number = data
    node._grad = 0.0
    node._x = x
    node._y = y
    node._dx = dx
    node._dy = dy
    node._origin = origin
    node._label = ""
    node._flags = flags
    node._mark = 0
    node._time = _clock
    node._array = None
    node._array_grad = None
    return node


def _unary(op: int, data: float, x: Value, dx: float) -> Value:
    if not x._flags & TRACKED:
        return _node(None, data, None, None, 0.0, 0.0, 0)
    return _node(_hot[op], data, x, None, dx, 0.0, TRACKED)


def _binary(op: int, data: float, x: Value, y: Value, dx: float, dy: float) -> Value:
    if not (x._flags | y._flags) & TRACKED:
        return _node(None, data, None, None, 0.0, 0.0, 0)
    return _node(_hot[op], data, x, y, dx, dy, TRACKED)


def _with_right(op: int, data: float, x: Value, dx: float, constant: float) -> Value:
    if not x._flags & TRACKED:
        return _node(None, data, None, None, 0.0, 0.0, 0)
    return _node(_hot[op], data, x, None, dx, constant, TRACKED | RIGHT)


def _with_left(op: int, data: float, y: Value, dy: float, constant: float) -> Value:
    if not y._flags & TRACKED:
        return _node(None, data, None, None, 0.0, 0.0, 0)
    return _node(_hot[op], data, None, y, constant, dy, TRACKED | LEFT)


def bare(data: float) -> Value:
    """A number without a graph, to which no gradient flows."""
    return _node(None, data, None, None, 0.0, 0.0, 0)


# ---- what the layers above plug in ----


def register_entry(name: str, entry: Any) -> None:
    """Put an entry into the table."""
    TABLE[name] = entry
    if name in HOT:
        _hot[HOT.index(name)] = entry


if cython.compiled:
    lay_in_slabs(Value)  # type: ignore[name-defined]  # noqa: F821  (C, in value.pxd)


def install(name: str, attribute: Any) -> None:
    """Add a method or property to Value; the table and the walks install theirs at import."""
    if cython.compiled:
        install_in_type(Value, name, attribute)  # type: ignore[name-defined]  # noqa: F821  (C, in value.pxd)
    else:
        setattr(Value, name, attribute)


def any_open() -> bool:
    """Whether any block is open in the process: else operations are recorded, and nobody watches."""
    return _paused > 0


def recording() -> bool:
    """Whether operations record nodes here and now: as the innermost block that says so."""
    if _paused:
        for block in reversed(open_here.get()):
            if block.open and block.records is not None:
                return block.records
    return True


def observers() -> list[Observer]:
    """Who watches here and now."""
    if not _paused:
        return []
    return [block.observer for block in open_here.get() if block.open and block.observer is not None]


def replaying() -> Any:
    """The observer that records a program to be replayed, here and now; None where there is none.

    While there is one, comparisons are nodes of the graph, and it is asked what a decision by a Value comes to.
    """
    if _paused:
        for observer in observers():
            if observer.replays:
                return observer
    return None


def _compared(name: str, *operands: Any) -> Any:
    """The answer to a comparison, or to several, as a Value; nobody but a recorder of programs wants it as one."""
    recorder = replaying()
    return NotImplemented if recorder is None else recorder.compared(name, *operands)


def _reads(what: str) -> None:
    recorder = replaying()
    if recorder is not None:
        recorder.reads(what)


def _replaces() -> None:
    recorder = replaying()
    if recorder is not None:
        recorder.replaces()


def advance_clock(time: int) -> None:
    """Let no tick before `time` come again: a node that was pickled by another process may be ahead of this one."""
    global _clock
    _clock = max(_clock, time)


def tick() -> int:
    """Let the clock tick, so that nodes made before and after differ in the tick of their birth: the new tick."""
    global _clock
    _clock += 1
    return _clock


def pause(step: int) -> None:
    """Count the open blocks of the process (+1 or -1); while there are any, every operation goes through the table."""
    global _paused
    _paused += step
