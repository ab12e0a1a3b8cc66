# cython: language_level=3
"""The C types of operands.py."""

cimport cython
from autograd.graph.value cimport Value

cpdef tuple plain_operands(tuple operands)
cpdef bint are_arrays(tuple operands) except -1
@cython.locals(value=Value)
cpdef object data_of(object x)
cpdef bint is_array(object x) except -1
@cython.locals(found=int, value=Value)
cpdef int gather(tuple operands, list data) except -1
cdef bint _acts_as_number(object x) except -1
cpdef bint is_operand(object x) except -1
cpdef object arrays()
