# cython: language_level=3
"""The C types of steps.py."""

cimport cython
from autograd.graph.value cimport Value

cdef unsigned int SHARES

@cython.locals(x=Value, k=Py_ssize_t, wanted=list, paths=list)
cpdef list pulled(Value node, object g, bint create_graph, dict owners, dict place)
cpdef bint is_fresh(Value x, object h, object g, Value node, list paths) except -1
cpdef object pushed(Value node, tuple operands, tuple ts, bint create_graph, dict owners)
cpdef object kept_partials(Value node)
cdef bint _fits(object h, object array) except -1
cdef tuple _primals(tuple operands, Value node, bint create_graph, dict owners)
cdef object _primal(Value x, Value node, bint create_graph, dict owners)
