# cython: language_level=3
"""The C types of tape.py: its loops go over arrays of doubles and of ints, and box nothing."""

cimport cython
from autograd cimport ieee
from autograd.graph.value cimport Value

cdef int ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, POWER_SLOPE, MAXIMUM, MINIMUM, GREATER, GREATER_EQUAL, LESS
cdef int LESS_EQUAL, EQUAL, NOT_EQUAL, LOGICAL_AND, LOGICAL_OR, NEGATIVE, POSITIVE, EXP, LOG, TANH, SECH2, RELU, SIGN
cdef int SQRT, SQUARE, SIGMOID, EXPM1, LOG1P, ISNAN, LOGICAL_NOT, STOP_GRADIENT, WHERE

@cython.locals(i=cython.Py_ssize_t, leaf=Value)
cpdef fill(double[::1] values, list inputs, list leaves)

@cython.locals(i=cython.Py_ssize_t)
cpdef list picked(double[::1] values, list slots)

@cython.locals(i=cython.Py_ssize_t, k=cython.Py_ssize_t, end=cython.Py_ssize_t, code=int)
cpdef forward(
    double[::1] values, Py_ssize_t first, int[::1] codes, int[::1] ends, int[::1] xs, int[::1] ys, int[::1] zs,
    object encoded,
)

cdef double _binary(int code, double x, double y)
cdef bint _holds(int code, double x, double y)
cdef double _unary(int code, double x)

@cython.locals(i=cython.Py_ssize_t)
cpdef reverse(double[::1] values, double[::1] g, Py_ssize_t root, int[::1] results, int[::1] targets, int[::1] partials)

@cython.locals(i=cython.Py_ssize_t)
cpdef masked_reverse(
    double[::1] values, double[::1] g, signed char[::1] alive, Py_ssize_t root, int[::1] results, int[::1] targets,
    int[::1] partials, int[::1] conditions,
)
