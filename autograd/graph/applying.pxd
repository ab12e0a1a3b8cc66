# cython: language_level=3
"""The C types of applying.py."""

cimport cython
from autograd.graph cimport nodes
from autograd.graph cimport operands as sorting
from autograd.graph.value cimport Value

@cython.locals(found=int, data=list)
cpdef object apply(object op, tuple operands, dict params)
cdef object _apply_scalar(object op, tuple operands, dict params, tuple xs, bint traced)
cpdef object run(object op, object data, object params)
cdef object _record_array(object op, tuple operands, dict params, object z, list data)
cdef bint _shares(object z, list data) except -1
