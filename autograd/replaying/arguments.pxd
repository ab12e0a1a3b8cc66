# cython: language_level=3
"""The C types of arguments.py: long lists of numbers are looked through in C."""

cdef bint _all_floats(list items)
