"""replay: the public face of recorded programs."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import update_wrapper
from typing import Any

from autograd.errors import UnsupportedError
from autograd.functional.containers import leaves, rebuilt
from autograd.functional.gradients import value_and_grad
from autograd.functional.trace import Argnum, chosen, plain_data
from autograd.functional.transforming import one_of
from autograd.graph.value import Value, observers, replaying
from autograd.replaying.accumulation import accumulate
from autograd.replaying.arguments import Flat
from autograd.replaying.comparison import differs, explained, require_same
from autograd.replaying.derivative import eager_gradients
from autograd.replaying.instructions import Missed
from autograd.replaying.making import Call, Version, first, make

__all__ = ["Program"]

Done = tuple[Version, list[Any], list[Any]]  # what ran, its outputs and gradients

KEYS = 64  # structures of arguments that are remembered, the latest ones
VERSIONS = 32  # outcomes of decisions that are remembered for each, the latest ones


class Program:
    """A function that is recorded once per structure of its arguments, and replayed at each later call.

    Made by `replay`, which says what it can do. It may be called from several threads, one of which runs at a time.
    """

    def __init__(self, f: Callable[..., Any]) -> None:
        self._f = f
        self._versions: OrderedDict[Hashable, list[Version]] = OrderedDict()
        self._latest: Version | None = None
        self._repeats: tuple[Version, Any] | None = None  # what the latest call ran, and what was asked of it
        self._lock = threading.RLock()  # a program writes into buffers of its own
        self._runs = False  # whether one is writing into them now
        self.recordings = 0  # how often f was recorded
        update_wrapper(self, f, updated=())  # a callable object keeps its attributes to itself

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """f's value, as plain data in its nesting."""
        done = self._repeated(args, kwargs, ())
        if done is None:
            call = Call(args, kwargs)
            flat = _flattened(call)
            if flat.holds_values or replaying() is not None:
                return self._f(*args, **kwargs)
            done = self._replayed(call, flat, ())
            if done is None:
                return _as_plain(self._f(*args, **kwargs))
        return done[0].result(done[1])

    def value_and_grad(self, *args: Any, argnums: int | tuple[int, ...] = 0, **kwargs: Any) -> Any:
        """The pair (value, gradient) of a function whose result is a single number.

        Args:
            argnums: the place of the argument to differentiate by, or a tuple of places.

        Raises:
            ShapeError: when the function returns several elements.

        >>> from autograd import replay
        >>> replay(lambda p, x: (p["w"] * x + p["b"]) ** 2).value_and_grad({"w": 2.0, "b": 1.0}, 3.0)
        (49.0, {'w': 42.0, 'b': 14.0})
        """
        asked = argnums if type(argnums) is int else one_of("replay", argnums, None)
        done = self._repeated(args, kwargs, asked)
        if done is None:
            call = Call(args, kwargs, self._places(asked, args))
            flat = _flattened(call)
            if flat.holds_values or replaying() is not None:
                return value_and_grad(self._f, asked)(*args, **kwargs)
            done = self._replayed(call, flat, asked)
            if done is None:
                return _as_plain(value_and_grad(self._f, asked)(*args, **kwargs))
        version, outputs, gradients = done
        gradient = version.gradient(gradients)
        return version.result(outputs), gradient[0] if isinstance(asked, int) else gradient

    def backward(self, *args: Any, **kwargs: Any) -> Any:
        """f's value; its gradient is added to the `.grad` of each Value that f takes from outside.

        It does what `f(*args).backward(leaves_only=True)` does. f must return a single number, or a tuple that begins
        with it, `(loss, outputs)` say: the first is differentiated, and the rest is there to be looked at.

        Raises:
            GraphError: when f takes no Value from outside to which gradients flow.

        >>> from autograd import Value
        >>> w = Value(3.0)
        >>> from autograd import replay
        >>> step = replay(lambda x: (w * x - 1.0) ** 2)
        >>> step.backward(2.0), w.grad
        (25.0, 20.0)
        """
        done = self._repeated(args, kwargs, "captured")
        if done is None:
            call = Call(args, kwargs, captured=True)
            flat = _flattened(call)
            if not flat.holds_values and replaying() is None:
                done = self._replayed(call, flat, "captured")
        if done is None:
            y = self._f(*args, **kwargs)
            first(y).backward(leaves_only=True)
            return _as_plain(y)
        version, outputs, gradients = done
        accumulate(version.sources, gradients)
        return version.result(outputs)

    def check(self, *args: Any, argnums: int | tuple[int, ...] | None = None, **kwargs: Any) -> None:
        """Compare a replay with a fresh run of f: its value, and its gradient by the Values that it takes from outside.

        What f drew at random, or took from outside as plain data, is a constant of the program: this finds where it has
        changed since. Results may differ by rounding: by 1e-9 of the largest element, in single precision by 1e-4.

        Args:
            argnums: the place of an argument, or several, by which the gradient is compared, too.

        Raises:
            ReplayError: where they differ, with both numbers and the first instruction that computes something else.
            UnsupportedError: where layers draw random numbers or keep running statistics.

        >>> scale = [2.0]
        >>> from autograd import replay
        >>> program = replay(lambda x: scale[0] * x)
        >>> program(3.0)
        6.0
        >>> scale[0] = 5.0
        >>> program.check(3.0)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        autograd.errors.ReplayError: replay: result: a replay gives 6.0, a fresh run 15.0. Instruction 0, multiply, ...
        """
        if _flattened(Call(args, kwargs)).holds_values:
            return  # f itself runs
        y = self._f(*args, **kwargs)
        loss = first(y)
        self._compare("result", Call(args, kwargs), lambda version: leaves(_as_plain(y)))
        if argnums is not None:
            wanted = self._places(argnums, args)
            gradient = leaves(_as_plain(value_and_grad(self._f, wanted)(*args, **kwargs)[1]))
            self._compare("gradient", Call(args, kwargs, wanted), lambda version: gradient)
        if type(loss) is Value and loss.requires_grad and loss.size == 1:
            call = Call(args, kwargs, captured=True)
            self._compare("gradient", call, lambda version: eager_gradients(loss, version.sources))

    def _compare(self, what: str, call: Call, expected: Callable[[Version], list[Any]]) -> None:
        flat = _flattened(call)
        done = self._replayed(call, flat)
        if done is None:
            return  # f itself runs
        version, outputs, gradients = done
        if version.effects:
            raise UnsupportedError(
                "replay: check: found random draws or running statistics, by which a fresh run differs from each "
                "replay; expected neither. Call model.eval() first."
            )
        found = leaves(version.result(outputs)) if what == "result" else gradients
        wanted = expected(version)
        if len(found) != len(wanted) or any(map(differs, found, wanted)):
            fresh = make(self._f, call)
            require_same(what, found, wanted, explained(version.recording, fresh.recording, flat.leaves))

    def _places(self, argnums: Argnum, args: tuple[Any, ...]) -> tuple[int, ...]:
        """The arguments that are differentiated, by their places."""
        places = one_of("replay", argnums, None)
        chosen("replay", places, args)
        return tuple(i % len(args) for i in ((places,) if isinstance(places, int) else places))

    @property
    def source(self) -> str:
        """What runs, as readable text: the program of the latest call."""
        return "" if self._latest is None else self._latest.runner.source

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._f,)  # what is recorded belongs to the Values that f takes from outside here

    def __repr__(self) -> str:
        return f"<replay of {getattr(self._f, '__name__', 'f')}, recorded {self.recordings} times>"

    def _repeated(self, args: tuple[Any, ...], kwargs: dict[str, Any], asked: Any) -> Done | None:
        """What a call gives that is like the latest one; None where it must be looked at more closely."""
        repeats = self._repeats
        if repeats is None or kwargs or repeats[1] != asked or observers() or replaying() is not None:
            return None
        version = repeats[0]
        inputs = version.match(args)
        if inputs is None:
            return None
        with self._lock:
            try:
                return self._outcome(version, inputs) if version.fits() and not self._runs else None
            except Exception:  # Missed, or what an operation raised: _replayed sees which
                return None

    def _replayed(self, call: Call, flat: Flat, asked: Any = None) -> Done | None:
        """The version that ran, its outputs and gradients; None where f itself is to run.

        That is where somebody watches each operation (detect_anomaly), where decisions cannot be reproduced, where an
        operation of the user's own calls the program that calls it, and where the program fails (a singular matrix, an
        index out of range): f says better what is wrong, and may decide otherwise before it comes there.
        """
        if observers():
            return None
        key = (tuple(flat.key), call.wanted, call.captured)
        with self._lock:
            if self._runs:
                return None
            versions = self._versions.setdefault(key, [])
            self._versions.move_to_end(key)
            version = versions[0] if versions else None
            while version is not None:
                if not version.fits():  # a parameter was frozen, or thawed
                    versions.clear()
                    break
                try:
                    return self._ran(version, versions, flat, asked)
                except Missed as missed:
                    version = _other(versions, version.outcomes, missed.place)
                except Exception as error:
                    if version.outcomes or isinstance(
                        error, (ValueError, IndexError)
                    ):  # all runs before guards are asked
                        return None
                    raise
            if len(self._versions) > KEYS:  # now: f may raise
                self._versions.popitem(last=False)
            version = self._recorded(call, versions)
            try:
                return self._ran(version, versions, flat, asked)
            except Missed:
                return None

    def _recorded(self, call: Call, versions: list[Version]) -> Version:
        version = make(self._f, call)
        self.recordings += 1
        versions.insert(0, version)
        del versions[VERSIONS:]
        return version

    def _ran(self, version: Version, versions: list[Version], flat: Flat, asked: Any) -> Done:
        done = self._outcome(version, flat.leaves)
        self._latest = version
        self._repeats = version, asked
        if versions[0] is not version:
            versions.remove(version)
            versions.insert(0, version)
        return done

    def _outcome(self, version: Version, inputs: list[Any]) -> Done:
        self._runs = True
        try:
            outputs, gradients = version.runner.run([*inputs, *version.effects.inputs()])
        finally:
            self._runs = False
        version.effects.happened(outputs)
        outputs = [y if type(y) is float or y.ndim else y[()] for y in outputs]  # a NumPy scalar, as transforms give
        for i, shape, dtype in version.absent:
            gradients[i] = _zeros(shape, dtype)
        return version, outputs, gradients


def _flattened(call: Call) -> Flat:
    flat = Flat()
    for x, numbers in call.parts:
        flat.add(x, numbers)
    return flat


def _other(versions: list[Version], outcomes: tuple[bool, ...], place: int) -> Version | None:
    """A version that goes the same way up to a decision, and there the other one."""
    way = (*outcomes[:place], not outcomes[place])
    return next((version for version in versions if version.outcomes[: len(way)] == way), None)


def _as_plain(tree: Any) -> Any:
    return rebuilt(tree, [plain_data(x) for x in leaves(tree)])


def _zeros(shape: tuple[int, ...], dtype: Any) -> Any:
    if dtype is None:
        return 0.0
    from autograd.arrays import np

    return np.zeros(shape, dtype)
