# cython: language_level=3
"""The C types of walks.py."""

cimport cython
from autograd.graph cimport steps
from autograd.graph.value cimport Value

cdef unsigned int TRACKED, GRADED

@cython.locals(node=Value, order=list, i=Py_ssize_t, own=bytearray, cotangents=list)
cdef object _differentiate(Value root, object gradient, bint leaves_only)
cdef object _commit(Value node, object g)
cdef object _accumulated(Value leaf, object g, bint own)
cdef object _interior(Value node, object g)
@cython.locals(node=Value, x=Value, i=Py_ssize_t, j=Py_ssize_t, place=dict, cotangents=list)
cdef list _reversed(list order, object seeds, bint create_graph, object keep, object stop, bytearray own)
@cython.locals(node=Value)
cdef object _quiet(list order)
