"""The graph: the node class, what it records, and the walks over it. It knows no particular operation."""
