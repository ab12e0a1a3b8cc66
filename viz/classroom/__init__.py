"""For the class room: `worksheet` leaves figures out of a picture, `compare` looks through a student's own gradients.

Both make one backward pass of their own from the root: no `backward()` is needed first, and nobody's gradient changes.
"""

from viz.classroom.comparison import Comparison, compare
from viz.classroom.judging import WrongGradient
from viz.classroom.mistakes import Mistake
from viz.classroom.sheets import Answer, Worksheet, worksheet

__all__ = ["Answer", "Comparison", "Mistake", "Worksheet", "WrongGradient", "compare", "worksheet"]
