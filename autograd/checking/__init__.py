"""How gradients are checked: what `gradcheck`, `gradgradcheck` and `assert_gradients` are made of.

| file             | what it knows                                                             |
|------------------|---------------------------------------------------------------------------|
| `problem.py`     | a function at a point: its arguments and outputs, and what cannot be checked |
| `differences.py` | a numeric derivative along a line, with an estimate of its error           |
| `blocks.py`      | analytic against numeric derivatives, a block for each argument and mode  |
| `second_order.py` | the gradient of a function, to be checked in turn                        |
| `report.py`      | what came out, as data and as text                                        |
| `evidence.py`    | what the causes look at                                                   |
| `causes.py`      | the causes of a wrong gradient, one function each                         |
| `diagnosis.py`   | which operation is at fault on its own, and the cause that fits           |

Everything here works on arrays and loads NumPy; `autograd.gradcheck` loads it when the first check runs.
"""

from autograd.checking.report import Disagreement, GradientReport

__all__ = ["Disagreement", "GradientReport"]
