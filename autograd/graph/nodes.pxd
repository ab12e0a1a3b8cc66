# cython: language_level=3
"""The C types of nodes.py."""

cimport cython
from autograd.graph.value cimport Value

cdef unsigned int LEFT, LOADED, RIGHT, SHARES, TRACKED

cpdef Value record(object op, tuple operands, dict params, object data, object partials, bint shares=*)
@cython.locals(node=Value)
cdef Value _tracked(object op, tuple operands, dict params, object data, object partials, bint shares, bint watched)
cdef bint _is_tracked(tuple operands) except -1
cdef bint _fits_slots(tuple operands, object partials, bint is_array) except -1
