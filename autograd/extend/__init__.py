"""Operations of the user's own: one decorator, `primitive`; `defvjp` and `defjvp` as HIPS autograd names them.

Inside an operation the arguments are plain floats and arrays. A rule is written in functions of `autograd` (or of
`autograd.numpy`), so that it runs on Values, too: then it has derivatives of any order.
"""

from autograd.extend.primitive import Primitive, primitive
from autograd.extend.rules import defjvp, defvjp
from autograd.graph.entry import sample

__all__ = ["Primitive", "defjvp", "defvjp", "primitive", "sample"]
