# cython: language_level=3
"""The C types of value.py: a node holds its numbers unboxed and its inputs by pointer."""

cimport cython
from autograd cimport ieee

cdef extern from *:
    """
    /* Python's setattr refuses to change a static type; its dictionary may be changed when the type is told so. */
    static inline int install_in_type(PyObject *type, PyObject *name, PyObject *attribute) {
        if (PyDict_SetItem(((PyTypeObject *) type)->tp_dict, name, attribute) < 0) return -1;
        PyType_Modified((PyTypeObject *) type);
        return 0;
    }
    """
    int install_in_type(object type, object name, object attribute) except -1

cdef class Value:
    cdef public double _number
    cdef public double _grad
    cdef public double _dx
    cdef public double _dy
    cdef public Value _x
    cdef public Value _y
    cdef public object _origin
    cdef public object _label
    cdef public object _array
    cdef public object _array_grad
    cdef public unsigned int _flags
    cdef public unsigned int _mark
    cdef public long long _time

cdef unsigned int TRACKED, GRADED, LEFT, RIGHT
cdef int ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATIVE, POWER, EXP, LOG, TANH, RELU
cdef long long _clock
cdef long _paused
cdef bint _freeing
cdef list _pending
cdef list _hot

@cython.locals(node=Value)
cdef Value _node(object origin, double data, Value x, Value y, double dx, double dy, unsigned int flags)
cdef Value _unary(int op, double data, Value x, double dx)
cdef Value _binary(int op, double data, Value x, Value y, double dx, double dy)
cdef Value _with_right(int op, double data, Value x, double dx, double constant)
cdef Value _with_left(int op, double data, Value y, double dy, double constant)
