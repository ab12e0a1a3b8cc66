# cython: language_level=3
"""The C signatures of the kernels that numbers use most; the others take Python's objects.

`math` is C's there: the functions that Python's call, with IEEE values where those raise.
"""

from libc cimport math

cpdef double divide(double x, double y)
cpdef double power(double x, double y)
cpdef double power_slope(double x, double y)
cpdef double exp(double x)
cpdef double exp2(double x)
cpdef double expm1(double x)
cpdef double log(double x)
cpdef double log1p(double x)
cpdef double sqrt(double x)
cpdef double square(double x)
cpdef double tanh(double x)
cpdef double sech2(double x)
cpdef double sigmoid(double x)
cpdef double softplus(double x)
cpdef double relu(double x)
cpdef double sign(double x)
cpdef double maximum(double x, double y)
cpdef double minimum(double x, double y)
