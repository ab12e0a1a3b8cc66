# cython: language_level=3
"""The C types of order.py."""

cimport cython
from autograd.graph.value cimport Value

cdef unsigned int TRACKED
cdef unsigned int _walks

@cython.locals(walk=cython.uint)
cdef list _ordered(object roots, unsigned int mask, object stop=*)
@cython.locals(node=Value, x=Value, left=Value, right=Value, stack=list, height=Py_ssize_t)
cdef object _visit(Value root, unsigned int mask, object stop, unsigned int walk, list order)
