# cython: language_level=3
"""The C types of order.py."""

cimport cython
from autograd.graph.value cimport Value

cdef unsigned int TRACKED
cdef unsigned int _marks

@cython.locals(mark=cython.uint, numbers=cython.bint)
cdef tuple _ordered(object roots, unsigned int mask, object stop)
@cython.locals(node=Value, x=Value, left=Value, right=Value, stack=list, placed=cython.uint, numbers=cython.bint)
cdef bint _visit(Value root, unsigned int mask, object stop, unsigned int opened, list order) except -1
