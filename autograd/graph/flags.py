"""The bits of `Value._flags`; in a file of their own, because a compiled module keeps copies that C alone can read."""

TRACKED = 1  # gradients flow to this node
GRADED = 2  # a gradient was computed, so that "0" and "never computed" differ
LEFT = 4  # the left operand is a constant, kept in _dx
RIGHT = 8  # the right operand is a constant, kept in _dy
SHARES = 16  # the array is a view of an operand's memory
LOADED = 32  # it was pickled: the tick of its birth is of the clock of another process
