# cython: language_level=3
"""builders.py is compiled as it stands: its functions are called for every step of a walk."""
