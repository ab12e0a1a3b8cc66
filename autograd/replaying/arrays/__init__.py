"""Programs of NumPy calls: a recording with arrays as straight-line Python text over buffers, compiled once.

`lowering` turns instructions into statements, each a call of NumPy: `symbols` runs the table's kernels to see which
calls they make, `writing` shares and folds these, `simplifying` and `placing` know shorter ways. `buffers` finds memory
for what is computed, `results` for what is handed out, and `text` writes it all down.
"""

from autograd.replaying.arrays.program import ArrayProgram

__all__ = ["ArrayProgram"]
