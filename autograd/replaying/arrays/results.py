"""Memory for what a call hands out: an array of an earlier call is taken again once nobody else holds it."""

from __future__ import annotations

from collections.abc import Sequence
from sys import getrefcount

from autograd.arrays import Array, np
from autograd.replaying.arrays.statements import Variable

__all__ = ["Results"]


class Results:
    """Arrays for the results of a call, which the caller may keep for as long as it likes.

    New memory is dear where arrays are large: the operating system hands it over page by page. A training loop drops
    the gradients of one step before the next one, or after it: with two arrays for each result there is none to be
    made.
    """

    def __init__(self, variables: Sequence[Variable]) -> None:
        self._latest = [np.empty(x.shape, x.dtype) for x in variables]
        self._others = [np.empty(x.shape, x.dtype) for x in variables]
        self._places = range(len(variables))

    def __call__(self) -> Sequence[Array]:
        """An array for each result, none of which anybody else can see; a view of one holds it, too."""
        latest, others = self._latest, self._others
        for i in self._places:
            array = latest[i]
            if getrefcount(array) > ALONE:
                latest[i], others[i] = others[i], array
                array = latest[i]
                if getrefcount(array) > ALONE:
                    latest[i] = np.empty_like(array)
        return tuple(latest)


def _count_of_one() -> int:
    """What getrefcount says in a loop like that above of an object in a list that nobody else holds.

    Newer versions of Python count one less.
    """
    objects = [object()]
    count = 0
    for i in range(1):
        item = objects[i]
        count = getrefcount(item)
    return count


ALONE = _count_of_one()
