# cython: language_level=3
"""The C types of entry.py: what every call of an operation reads."""

cdef class Entry:
    cdef dict __dict__
    cdef public str name
    cdef public tuple operand_names
    cdef public dict optional
    cdef public dict defaults
    cdef public object normalize
    cdef public bint variadic
    cdef public bint _plain
    cdef public list _by_name
    cdef public Py_ssize_t _required
