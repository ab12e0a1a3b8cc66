"""Products over axes, running sums and products: exact at zeros, in derivatives of any order."""

# fmt: off  (a table: one entry reads as one block)

import math
from collections.abc import Callable
from typing import Any

from autograd.errors import ArgumentError
from autograd.graph.cotangents import Masked, carry, plain, scale
from autograd.graph.masks import known
from autograd.ops.along_axes.reductions import REFUSED, SAMPLES
from autograd.ops.axes import count_over, from_lanes, lanes
from autograd.ops.builders import composite, custom, linear, query, reduction, sample, shape_of
from autograd.ops.elementwise.selection import where
from autograd.ops.manipulation.shaping import flip, reshape
from autograd.ops.manipulation.stacking import concatenate

__all__: list[str] = []


def _cumsum_adjoint(g: Any, a: Any, axis: int | None) -> Any:
    return reshape(flip(cumsum(flip(g, axis), axis), axis), shape_of(a))


cumsum = linear("cumsum", args="a", params={"axis": None}, adjoint=_cumsum_adjoint, method=True,
    samples=[sample((4,)), sample((2, 3)), sample((1, 3)), sample((2, 3), axis=0), sample((2, 3), axis=-1)],
    doc="The running sum along an axis, of the flattened array without one.",
    example=("cumsum([1.0, 2.0, 3.0])", "array([1., 3., 6.])"))


times_power_of_2 = linear("times_power_of_2", args="a", params={"exponents": ...}, public=False,
    kernel=lambda np, a, exponents: np.ldexp(a, exponents),
    adjoint=lambda g, a, exponents: times_power_of_2(g, exponents),
    reference=lambda np, a, exponents: a * 2.0 ** np.asarray(exponents), samples=[sample((3,), exponents=[1, -2, 0])],
    doc="a times powers of two, without an overflow on the way.",
    example=("times_power_of_2([1.0, 3.0], [2, -1])", "array([4. , 1.5])"))


def _exponents_kernel(np: Any, a: Any) -> Any:
    a = np.abs(np.asarray(a, dtype=float))  # in double precision: over a long lane the sum has many digits
    running = np.cumsum(np.log2(np.where((a > 0.0) & np.isfinite(a), a, 1.0)), axis=-1)
    return np.diff(np.rint(running), prepend=0.0).astype(int)


def _exponents_by_hand(np: Any, a: Any) -> Any:
    out = np.zeros(a.shape, dtype=int)
    for lane in np.ndindex(a.shape[:-1]):
        for k in range(a.shape[-1]):
            out[lane][k] = round(math.log2(abs(float(np.prod(a[lane][: k + 1]))))) - out[lane][:k].sum()
    return out


# A product is linear in each factor, so rules may take powers of two out of the factors, whatever these powers are.
balancing_exponents = query("balancing_exponents", args="a", kernel=_exponents_kernel, public=False,
    reference=_exponents_by_hand, samples=[sample((4,)), sample((2, 3))],
    doc="The powers of two to take out of factors, so that no product of neighbours on the last axis leaves the range.",
    example=("balancing_exponents([1e200, 1e200, 1e-300])", "array([ 664,  665, -997])"))


def _common_by_hand(np: Any, x: Any, y: Any, here: Any, there: Any) -> Any:
    rows = zip(x.ravel(), y.ravel(), np.ravel(here), np.ravel(there), strict=True)
    return np.reshape([m if y == 0.0 else n if x == 0.0 else max(m, n) for x, y, m, n in rows], x.shape)


common_exponents = query("common_exponents", args="x y", params={"here": ..., "there": ...}, public=False,
    kernel=lambda np, x, y, here, there: np.where(y == 0.0, here, np.where(x == 0.0, there, np.maximum(here, there))),
    reference=_common_by_hand, samples=[sample((3,), (3,), here=[1, -2, 0], there=[-1, 2, 0])],
    prepare=lambda np, x, y: (np.where(x < 0.0, 0.0, x), np.where(y < 0.0, 0.0, y)),
    doc="The power of two to take out of both x * 2**here and y * 2**there before they are added: the greater of the "
        "two, but that of the other where one is zero.",
    example=("common_exponents([1.0, 0.0], [2.0, 2.0], [4, 9], [5, 5])", "array([5, 5])"))


def _recurrence(a: Any, b: Any, exponents: Any) -> tuple[Any, Any]:
    """y[k] = a[k-1] * y[k-1] + b[k] along the last axis, in log2(n) steps; dead elements of b stay zero, be a infinite.

    b, and so y, stands for itself times 2**exponents: these factors may lie beyond the range of floats. Returned are y
    and its exponents.

    Source: Hillis and Steele, Data parallel algorithms (1986), the parallel prefix sum.
    """
    from autograd.arrays import np

    b, live = plain(b), b.mask.array if type(b) is Masked else None
    by = 1
    while a.size:
        own, handed_on = b[..., by:], a * b[..., :-by]
        if live is not None:
            handed_on = where(live[..., :-by], handed_on, 0.0)
            live = np.concatenate([live[..., :by], live[..., by:] | live[..., :-by]], axis=-1)
        here, there = exponents[..., by:], exponents[..., :-by]
        common = common_exponents(own, handed_on, here, there)
        own, handed_on = times_power_of_2(own, here - common), times_power_of_2(handed_on, there - common)
        b = concatenate([b[..., :by], own + handed_on], axis=-1)
        exponents = np.concatenate([exponents[..., :by], common], axis=-1)
        a, by = a[..., by:] * a[..., :-by], 2 * by
    return (b if live is None else Masked(b, known(live))), exponents


def _products_before(x: Any) -> Any:
    """The product of all that stand before each element along the last axis; the last is in none, be it infinite."""
    from autograd.arrays import np

    first = np.ones((*x.shape[:-1], min(x.shape[-1], 1)), x.dtype)
    return concatenate([first, cumprod(x[..., :-1], axis=-1)], axis=-1)


def _product_of_others(z: Any, x: Any, axes: tuple[int, ...]) -> Any:
    # Not z / x, which is 0/0 at a zero, where the product of the others is what it is.
    if count_over(x, axes) < 2:
        from autograd.arrays import np

        return np.ones(shape_of(x))
    flat = lanes(x, axes)
    out = balancing_exponents(flat)  # else 1e200 * 1e200 * 1e200 is inf, and inf * 0 is NaN
    flat = times_power_of_2(flat, -out)
    before, behind = cumprod(flat[..., :-1], axis=-1), flip(cumprod(flip(flat[..., 1:], -1), axis=-1), -1)
    others = concatenate([behind[..., :1], before[..., :-1] * behind[..., 1:], before[..., -1:]], axis=-1)
    return from_lanes(times_power_of_2(others, out.sum(-1, keepdims=True) - out), x.shape, axes)


prod = reduction("prod", d=_product_of_others, method=True, samples=[*SAMPLES, sample((5,))],
    doc="The product over axes; exact at zeros, in derivatives of any order.", notes=REFUSED,
    example=("prod([2.0, 3.0])", "np.float64(6.0)"))


def _on_data(g: Any, f: Callable[[Any], Any]) -> Any:
    """f(g) for an f that leaves zeros what they are: the mask stays."""
    return Masked(f(g.g), g.mask) if type(g) is Masked else f(g)


def _factors(x: Any) -> tuple[Any, Any, Any]:
    """What both rules of cumprod need: balanced factors, the products before each, and the powers of two taken out.

    The derivative of the k-th product by the i-th factor is one of balanced ones, times 2**(sum(out[:k+1]) - out[i]).
    """
    out = balancing_exponents(x)
    balanced = times_power_of_2(x, -out)
    return balanced, _products_before(balanced), out


def _cumprod_vjp(g: Any, z: Any, a: Any, axis: int | None) -> tuple[Any]:
    balanced, before, out = _factors(lanes(a, axis))
    g = carry(g, lambda h: flip(lanes(h, axis), -1))
    reverse, exponents = _recurrence(flip(balanced, -1)[..., :-1], g, flip(out.cumsum(-1), -1))
    h = scale(carry(reverse, lambda h: flip(h, -1)), before)
    h = _on_data(h, lambda h: times_power_of_2(h, flip(exponents, -1) - out))
    return (carry(h, lambda h: from_lanes(h, shape_of(a), axis)),)


def _cumprod_jvp(ts: tuple[Any], z: Any, a: Any, axis: int | None) -> Any:
    balanced, before, out = _factors(lanes(a, axis))
    t = scale(carry(ts[0], lambda h: lanes(h, axis)), before)
    t, exponents = _recurrence(balanced[..., 1:], t, -out)
    t = _on_data(t, lambda h: times_power_of_2(h, exponents + out.cumsum(-1)))
    return carry(t, lambda h: from_lanes(h, shape_of(z), axis))


cumprod = custom("cumprod", args="a", params={"axis": None}, vjp=_cumprod_vjp, jvp=_cumprod_jvp, masks=True,
    method=True,
    reason="Each factor is in all later products: no rule over axes, and a division by the factor fails at zeros.",
    samples=[sample((4,)), sample((5, 3)), sample((5, 3), axis=0), sample((2, 3), axis=-1), sample((), axis=0),
             sample(None, axis=0)],
    doc="The running product along an axis, of the flattened array without one; exact at zeros, in derivatives of any "
        "order.",
    example=("cumprod([1.0, 2.0, 3.0])", "array([1., 2., 6.])"))


def _cumulative(run: Any, start: float) -> Any:
    """The running sum or product as the array API standard has it."""
    def function(x: Any, axis: int | None, include_initial: bool) -> Any:
        if axis is None and len(shape_of(x)) > 1:
            raise ArgumentError(f"found an array of shape {shape_of(x)} and no axis; expected axis=.")
        z = run(x, axis)
        if not include_initial:
            return z
        from autograd.arrays import np

        axis = axis or 0
        first = np.full([1 if i == axis % z.ndim else n for i, n in enumerate(z.shape)], start, z.dtype)
        return concatenate([first, z], axis=axis)

    return function


def _accumulated_by_hand(name: str, start: float) -> Any:
    def function(np: Any, x: Any, axis: int | None, include_initial: bool) -> Any:
        z = getattr(np, name).accumulate(x, axis=axis or 0)
        return np.insert(z, 0, start, axis=axis or 0) if include_initial else z

    return function


CUMULATIVE: dict[str, Any] = {"args": "x", "params": {"axis": None, "include_initial": False}, "samples": [
    sample((4,)), sample((2, 3), axis=0), sample((2, 3), axis=-1, include_initial=True),
    sample((4,), include_initial=True)]}

cumulative_sum = composite("cumulative_sum", _cumulative(cumsum, 0.0), **CUMULATIVE,
    reference=_accumulated_by_hand("add", 0.0),
    doc="The running sum along an axis, with the empty one before it if asked for.",
    example=("cumulative_sum([1.0, 2.0], include_initial=True)", "array([0., 1., 3.])"))

cumulative_prod = composite("cumulative_prod", _cumulative(cumprod, 1.0), **CUMULATIVE,
    reference=_accumulated_by_hand("multiply", 1.0),
    doc="The running product along an axis, with the empty one before it if asked for.",
    example=("cumulative_prod([2.0, 3.0], include_initial=True)", "array([1., 2., 6.])"))
