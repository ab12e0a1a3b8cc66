# cython: language_level=3
"""The C types of numbers.py."""

cimport cython
from autograd.graph.value cimport Value

cdef unsigned int TRACKED, GRADED

@cython.locals(node=Value, x=Value, g=double)
cpdef object backward_numbers(list order, double seed)
cdef object _spread(Value node, tuple operands, tuple partials)
cdef object _add(Value node, double g)
