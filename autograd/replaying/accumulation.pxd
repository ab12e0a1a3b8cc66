# cython: language_level=3
"""The C types of accumulation.py: thousands of numbers' gradients are added in C."""

cimport cython
from autograd.graph.value cimport Value

cdef unsigned int GRADED, TRACKED

@cython.locals(leaf=Value, i=cython.Py_ssize_t)
cpdef bint are_tracked(list leaves, bytes tracked)

@cython.locals(source=Value, i=cython.Py_ssize_t)
cdef _add_all(list sources, list gradients)
cdef _add_number(Value leaf, double g)
