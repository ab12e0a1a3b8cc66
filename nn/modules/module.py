"""Module: what holds parameters, finds them by name, saves and loads them; PyTorch's contract on plain attributes."""

from __future__ import annotations

import copy
import reprlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from autograd import Value
from autograd.errors import ArgumentError, DtypeError, UnsupportedError
from nn.modules.calls import Called
from nn.modules.hooks import Hook, Hooks, RemovableHandle, registered
from nn.modules.parts import Buffer, inside_out, parts, require_fitting, unique
from nn.modules.state import IncompatibleKeys, fitted, fitted_buffer, floating_dtype, match_names
from nn.options import FLAG

if TYPE_CHECKING:
    from nn.modules.summary import Summary

__all__ = ["Module"]


class Module(Called):
    """The base of everything that has parameters: they are the leaf Values among its attributes.

    A module of your own assigns its parts to attributes and defines `forward`; a call of it runs that, between its
    hooks. Attributes are searched in the order of their assignment, through other modules, lists, tuples and dicts to
    any depth; a Value found twice counts once, under its first name. No call of `super().__init__()` is needed.
    Computed Values (outputs kept to look at) are no parameters; frozen leaves (`requires_grad=False`) are. What is a
    parameter or a module may give way to None or another part, but not to plain data; a buffer to no Value.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.shift = Value(2.0), Value(1.0)
    ...     def forward(self, x):
    ...         return self.slope * x + self.shift
    >>> line = Line()
    >>> line.named_parameters()
    [('slope', Value(data=2.0)), ('shift', Value(data=1.0))]
    >>> line(3.0).item()
    7.0
    """

    training: bool = True  # False after eval(): layers such as Dropout and BatchNorm ask it
    in_summary: bool = True  # False counts it to the module around it, as the neurons of a layer are
    buffer_names: Mapping[str, bool] = {}
    _hooks: Hooks | None = None

    # ---- calling ----

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; every module defines it."""
        raise UnsupportedError(f"{type(self).__name__}: found no forward; define forward(self, x) in the class.")

    def register_forward_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, args)` before each call; what it returns, if not None, replaces the arguments."""
        return registered(self._own_hooks().before, hook)

    def register_forward_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, args, output)` after each call; what it returns, if not None, replaces the output.

        >>> from nn import Neuron
        >>> neuron, seen = Neuron(1), []
        >>> with neuron.register_forward_hook(lambda module, args, output: seen.append(args)):
        ...     _ = neuron([2.0])
        >>> seen
        [([2.0],)]
        """
        return registered(self._own_hooks().after, hook)

    def _own_hooks(self) -> Hooks:
        if self._hooks is None:
            self._hooks = Hooks()
        return self._hooks

    # ---- what it is made of ----

    if not TYPE_CHECKING:  # pragma: no branch (to a type checker it would mean that any attribute may be set)

        def __setattr__(self, name: str, value: Any) -> None:
            if name in self.buffer_names or isinstance(self.__dict__.get(name), (Value, Module)):
                require_fitting(self, name, value)
            super().__setattr__(name, value)

        def __delattr__(self, name: str) -> None:
            super().__delattr__(name)
            if name in self.buffer_names:
                self.buffer_names = {key: kept for key, kept in self.buffer_names.items() if key != name}

    def parameters(self) -> list[Value]:
        """All parameters in a fixed order, each once."""
        return [parameter for _, parameter in self.named_parameters()]

    def named_parameters(self) -> list[tuple[str, Value]]:
        """All parameters with their dotted names, such as ('layers.0.neurons.2.b', Value(data=0.0)).

        Raises:
            ArgumentError: when two parameters would have the same name (dict keys 1 and "1").
        """
        return list(unique(self, Value).items())

    def buffers(self) -> list[Any]:
        """The data of all buffers."""
        return [data for _, data in self.named_buffers()]

    def named_buffers(self) -> list[tuple[str, Any]]:
        """The data of all buffers with their dotted names."""
        return [(name, buffer.data) for name, buffer in unique(self, Buffer).items()]

    def children(self) -> list[Module]:
        """The modules right below this one."""
        return [part for _, part in self.named_children()]

    def named_children(self) -> list[tuple[str, Module]]:
        """The modules right below this one with their names."""
        return [(name, part) for name, part in parts(self, deep=False) if isinstance(part, Module)]

    def modules(self) -> list[Module]:
        """This module and all below it, outer ones first, each once."""
        return [part for _, part in self.named_modules()]

    def named_modules(self) -> list[tuple[str, Module]]:
        """This module under the name "", and all below it with their dotted names, outer ones first.

        >>> from nn import MLP
        >>> [name for name, _ in MLP(2, [1]).named_modules()]
        ['', 'layers.0', 'layers.0.neurons.0']
        """
        return [("", self), *((name, part) for name, part in parts(self, deep=True) if isinstance(part, Module))]

    def register_buffer(self, name: str, data: Any, persistent: bool = True) -> None:
        """Keep plain data in the attribute `name` that is no parameter and yet belongs to the state.

        Args:
            name: of the attribute; assign plain data to it to change it, in `forward` by `nn.effects.observed`.
            data: an array or a number; None for one that is to come, which the state_dict leaves out.
            persistent: whether it stands in the state_dict.

        Raises:
            ArgumentError: for a name that is taken or no identifier.
            DtypeError: for a Value, which would be a parameter.

        >>> class Counter(Module):
        ...     def __init__(self):
        ...         self.register_buffer("calls", 0)
        >>> Counter().state_dict()
        {'calls': 0}
        """
        operation = f"{type(self).__name__}.register_buffer"
        if not isinstance(name, str) or not name.isidentifier() or hasattr(self, name):
            raise ArgumentError(f"{operation}: found the name {name!r}; expected an identifier that is not taken.")
        if isinstance(data, Value):
            raise DtypeError(f"{operation}: found a Value for {name!r}; expected plain data, such as value.detach().")
        self.buffer_names = {**self.buffer_names, name: persistent}
        setattr(self, name, data)

    # ---- what is done to all of it ----

    def train(self, mode: bool = True) -> Self:
        """Switch this module and all below it to training, or with False to evaluation.

        Raises:
            ArgumentError: for anything but True and False.
        """
        FLAG(f"{type(self).__name__}.train", mode=mode)
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch this module and all below it to evaluation: no dropout, running statistics."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Let gradients flow to every parameter, or with False freeze them all: frozen ones cost nothing."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def zero_grad(self) -> None:
        """Reset the gradient of every parameter to "never computed"."""
        for parameter in self.parameters():
            parameter.zero_grad()

    def apply(self, fn: Callable[[Module], object]) -> Self:
        """Call `fn(module)` for all below this module in their order, inner ones first, and then for itself."""
        for module in inside_out(self):
            fn(module)
        return self

    def to(self, dtype: Any) -> Self:
        """Convert all parameters and floating buffers to "float32" or "float64", in place; gradients are reset.

        Raises:
            DtypeError: for any other dtype, float16 too, or a parameter that is a number, which is always float64.

        >>> from nn import Layer
        >>> Layer(2, 1, vectorized=True).to("float32").weight.dtype
        dtype('float32')
        """
        dtype = floating_dtype(f"{type(self).__name__}.to", dtype)
        for name, parameter in self.named_parameters():
            if isinstance(parameter.data, float) and dtype.name != "float64":
                raise DtypeError(
                    f"{type(self).__name__}.to: found {name!r}, a number, which is always float64; expected an array. "
                    "Build the model on arrays, or vectorize() it."
                )
        for parameter in self.parameters():
            if parameter.dtype != dtype:
                # The same object, so that optimizers and other modules still hold it.
                label, requires_grad = parameter.label, parameter.requires_grad
                parameter.__init__(parameter.data, label=label, requires_grad=requires_grad, dtype=dtype)
        for buffer in unique(self, Buffer).values():
            if getattr(getattr(buffer.data, "dtype", None), "kind", "") == "f":
                buffer.set(buffer.data.astype(dtype))
        return self

    # ---- saving and loading ----

    def state_dict(self) -> dict[str, Any]:
        """The data of parameters and buffers by name: floats, and copies of arrays.

        >>> from nn import Neuron
        >>> sorted(Neuron(2).state_dict())
        ['b', 'w.0', 'w.1']
        """
        kept = {name: copy.copy(buffer.data) for name, buffer in self._saved_buffers().items()}
        return {name: parameter.detach() for name, parameter in self.named_parameters()} | kept

    def load_state_dict(self, state: Mapping[str, Any], strict: bool = True) -> IncompatibleKeys:
        """Copy data into parameters and buffers by name, all of it or, on any error, none.

        Args:
            state: plain data of the shape of what it is copied to; converted to its dtype.
            strict: False passes over names that are missing or unexpected, and returns them.

        Raises:
            ArgumentError: for missing or unexpected names, if strict.
            ShapeError, DtypeError: for data that does not fit.
        """
        parameters, buffers = dict(self.named_parameters()), self._saved_buffers()
        operation = f"{type(self).__name__}.load_state_dict"
        wrong = match_names(operation, state, [*parameters, *buffers], strict=strict)
        data = {n: fitted(f"{operation}: {n!r}", state[n], p) for n, p in parameters.items() if n in state}
        kept = {n: fitted_buffer(f"{operation}: {n!r}", state[n], b.data) for n, b in buffers.items() if n in state}
        for name in data:
            parameters[name].data = data[name]
        for name in kept:
            buffers[name].set(kept[name])
        return wrong

    def _saved_buffers(self) -> dict[str, Buffer]:
        found = unique(self, Buffer).items()
        return {name: buffer for name, buffer in found if buffer.persistent and buffer.data is not None}

    # ---- how it is shown ----

    def summary(self, input_shape: Sequence[int], *more_shapes: Sequence[int], dtype: Any = None) -> Summary:
        """The layers with their output shapes, parameters and multiply-adds, found by calling a copy of the module.

        Training mode, running statistics and random generators stay as they are. Multiply-adds are counted in matrix
        products and in products with parameters, for all of the input.

        Args:
            input_shape: of what the module is called with, the batch included: (1, 64).
            more_shapes: of further arguments.
            dtype: of the inputs, such as int for an Embedding; by default that of the parameters.

        Raises:
            ArgumentError: for what is no shape.
            ShapeError: for a shape that the module does not take.

        >>> from nn import MLP
        >>> MLP(2, [3, 1]).summary((2,))
        MLP: (2,) to ()
        layer           output shape  trainable  frozen  multiply-adds
        --------------------------------------------------------------
        layers.0 Layer  (3,)                  9       0              6
        layers.1 Layer  ()                    4       0              3
        --------------------------------------------------------------
        13 parameters (13 trainable, 0 frozen), 9 multiply-adds
        """
        from nn.modules.summary import summarize

        return summarize(self, (input_shape, *more_shapes), dtype)

    def extra_repr(self) -> str:
        """What the printed form says of the module itself, such as "in_features=2, out_features=1"."""
        return ""

    @reprlib.recursive_repr()  # a module may hold its own parent
    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = [f"({name}): {part!r}" for name, part in self.named_children()]
        if not lines:
            return f"{type(self).__name__}({extra})"
        inner = "\n".join([extra, *lines] if extra else lines).replace("\n", "\n  ")
        return f"{type(self).__name__}(\n  {inner}\n)"
