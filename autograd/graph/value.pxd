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

cdef extern from *:
    """
    /* Where nodes lie: side by side in slabs, each in the first place that is free behind the one before, so that a
       walk reads memory in order. The interpreter's allocator, and a list of free nodes, hand places out in the
       order in which they were given back; after some steps of training that is none, and each node costs a cache
       miss. A slab is used again once half of it is free, so that no more than half of the memory lies idle. */
    #include <stdint.h>
    #include <stdlib.h>
    #include <string.h>

    #define SLAB ((uintptr_t) 1 << 18)  /* bytes, and their alignment: a node finds its slab by its address */
    #define KEPT 128  /* slabs without a node that are kept for the next graph: a step's, not those of a giant */
    #define WORDS 64  /* of bits that tell which places are free: enough for nodes of 64 bytes and more */

    struct slab {
        struct slab *before, *behind;  /* in the ring of those that may be used next */
        int waits, places, taken, word;
        uint64_t free[WORDS];
    };

    static struct slab ring = {&ring, &ring};
    static struct slab *current = NULL;
    static Py_ssize_t node_size, idle = 0;

    #ifdef _MSC_VER
    #include <intrin.h>
    #include <malloc.h>
    static inline int first_bit(uint64_t bits) { unsigned long i; _BitScanForward64(&i, bits); return (int) i; }
    #define new_slab() ((struct slab *) _aligned_malloc(SLAB, SLAB))
    #define give_back(slab) _aligned_free(slab)
    #else
    #include <sys/mman.h>
    #ifndef MAP_ANONYMOUS
    #define MAP_ANONYMOUS MAP_ANON
    #endif
    #define first_bit(bits) __builtin_ctzll(bits)
    #define give_back(slab) munmap(slab, SLAB)  /* malloc's pages might stay with the process */

    static struct slab *new_slab(void) {
        char *found = (char *) mmap(NULL, 2 * SLAB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (found == (char *) MAP_FAILED) return NULL;
        char *aligned = (char *) (((uintptr_t) found + SLAB - 1) & ~(SLAB - 1));
        if (aligned > found) munmap(found, aligned - found);
        munmap(aligned + SLAB, found + SLAB - aligned);
        return (struct slab *) aligned;
    }
    #endif

    static inline char *first_place(struct slab *slab) { return (char *) slab + sizeof(struct slab); }

    static void leave_ring(struct slab *slab) {
        slab->before->behind = slab->behind;
        slab->behind->before = slab->before;
        slab->waits = 0;
        if (!slab->taken) idle--;
    }

    static void join_ring(struct slab *slab) {
        slab->before = &ring;
        slab->behind = ring.behind;
        ring.behind = ring.behind->before = slab;
        slab->waits = 1;
    }

    static int next_slab(void) {
        if (current && 2 * current->taken > current->places) current = NULL;  /* it comes back when half is free */
        if (!current && ring.behind != &ring) leave_ring(current = ring.behind);
        if (!current) {
            if (!(current = new_slab())) return -1;
            current->places = (int) ((SLAB - sizeof(struct slab)) / node_size);
            current->taken = current->waits = 0;
            for (int i = 0; i < WORDS; i++) {
                int left = current->places - 64 * i;
                current->free[i] = left >= 64 ? ~(uint64_t) 0 : left > 0 ? ((uint64_t) 1 << left) - 1 : 0;
            }
        }
        current->word = 0;
        return 0;
    }

    static PyObject *node_alloc(PyTypeObject *type, Py_ssize_t items) {
        for (;;) {
            if (current) {
                while (current->word < WORDS && !current->free[current->word]) current->word++;
                if (current->word < WORDS) break;
            }
            if (next_slab() < 0) return PyErr_NoMemory();
        }
        int bit = first_bit(current->free[current->word]);
        current->free[current->word] &= current->free[current->word] - 1;
        current->taken++;
        PyObject *node = (PyObject *) (first_place(current) + (64 * current->word + bit) * node_size);
        memset(node, 0, node_size);
        return PyObject_Init(node, type);
    }

    static void node_free(void *node) {
        struct slab *slab = (struct slab *) ((uintptr_t) node & ~(SLAB - 1));
        Py_ssize_t place = ((char *) node - first_place(slab)) / node_size;
        slab->free[place / 64] |= (uint64_t) 1 << (place % 64);
        slab->taken--;
        if (slab == current) return;
        if (!slab->waits && 2 * slab->taken <= slab->places) join_ring(slab);
        if (!slab->taken && ++idle > KEPT) {
            leave_ring(slab);
            give_back(slab);
        }
    }

    static inline int lay_in_slabs(PyObject *type) {
        node_size = (((PyTypeObject *) type)->tp_basicsize + 15) & ~(Py_ssize_t) 15;
        ((PyTypeObject *) type)->tp_alloc = node_alloc;
        ((PyTypeObject *) type)->tp_free = node_free;
        return 0;
    }
    """
    int lay_in_slabs(object type) except -1

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
