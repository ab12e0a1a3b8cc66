# cython: language_level=3
"""The C types of operation.py."""

from autograd.graph cimport applying
from autograd.graph cimport operands as sorting
from autograd.graph.entry cimport Entry

cdef class Operation(Entry):
    cdef public object scalar
    cdef public object _kernel
    cdef public object _found
