"""How gradients are checked: what `gradcheck`, `gradgradcheck` and `assert_gradients` are made of.

| file              | what it knows                                                                |
|-------------------|------------------------------------------------------------------------------|
| `options.py`      | how the user wants it                                                        |
| `report.py`       | what came out, as data and as text                                           |
| `problem.py`      | a function at a point: its arguments and outputs, and what cannot be checked |
| `second_order.py` | the gradient of a function, to be checked in turn                            |
| `differences.py`  | a numeric derivative along a line, with an estimate of its error             |
| `blocks.py`       | a block of the Jacobian: what agrees, what fails, what cannot be decided     |
| `comparison.py`   | both sides computed: every entry, or along random directions                 |
| `evidence.py`     | what the causes look at                                                      |
| `causes.py`       | the causes of a wrong gradient, one function each                            |
| `diagnosis.py`    | which operation is at fault on its own, and the cause that fits              |

`autograd.gradcheck` imports them when the first check runs; all but the first two load NumPy.
"""

from autograd.checking.report import Disagreement, GradientReport

__all__ = ["Disagreement", "GradientReport"]
