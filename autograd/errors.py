"""Every error the project raises on purpose, in one tree.

GlassgradError
|-- ShapeError            (ValueError)     shapes that do not fit the operation
|-- BoundsError           (IndexError)     an index outside its axis
|-- AxisError             (both)           an axis that is not there: a ShapeError and a BoundsError, as NumPy's own
|-- DtypeError            (TypeError)      data of a kind that cannot be used there
|-- ArgumentError         (ValueError)     any other argument out of its range
|   `-- SingularMatrixError (numpy.linalg.LinAlgError)  a singular matrix, say; it stands in `arrays`, which has NumPy
|-- SignatureError        (TypeError)      arguments that the operation does not take
|-- UnsupportedError      (TypeError)      a request the engine refuses: it would drop the gradient, or is not supported
|-- GraphError            (RuntimeError)   a graph used in a way that has no meaning
|-- AnomalyError          (FloatingPointError)  a NaN or an infinity, found by detect_anomaly
|-- GradientError         (AssertionError) an analytic gradient that disagrees with the numeric one
|-- ReplayError           (AssertionError) a replay that disagrees with a fresh run of what was recorded
|-- RenderError           (RuntimeError)   a picture that Graphviz did not make: it took too long, or failed
`-- MissingPackageError   (ImportError)    an optional package that is not installed

A message says which operation, which argument, what was found, what was expected, and what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from autograd.checking.report import GradientReport

__all__ = [
    "AnomalyError",
    "ArgumentError",
    "AxisError",
    "BoundsError",
    "DtypeError",
    "GlassgradError",
    "GradientError",
    "GraphError",
    "MissingPackageError",
    "RenderError",
    "ReplayError",
    "ShapeError",
    "SignatureError",
    "UnsupportedError",
]


class GlassgradError(Exception):
    """The root of all errors raised on purpose by this project; `operation` is the one that the message begins with."""

    operation = ""

    def named(self, operation: str) -> Self:
        """This error with the name of an operation in front of its message, in place of that of any of its parts.

        Each operation does so with what is raised inside it, so that the name that stays is the one the user called.
        """
        self.args = (f"{operation}: {str(self).removeprefix(f'{self.operation}: ')}",)
        self.operation = operation
        return self

    def within(self, place: str) -> Self:
        """This error with the place where it came up in front of its message, which keeps the name of its operation."""
        self.args = (f"{place}: {self}",)
        self.operation = ""
        return self


class ShapeError(GlassgradError, ValueError):
    """Shapes that do not fit the operation."""


class BoundsError(GlassgradError, IndexError):
    """An index outside its axis, or too many of them."""


class AxisError(ShapeError, BoundsError):
    """An axis that the array does not have, or that was given twice."""


class DtypeError(GlassgradError, TypeError):
    """Data of a type or dtype that cannot be used there."""


class ArgumentError(GlassgradError, ValueError):
    """An argument outside its range, or of the wrong form."""


class SignatureError(GlassgradError, TypeError):
    """Arguments that the operation does not take, or too few of those it needs."""


class UnsupportedError(GlassgradError, TypeError):
    """A request the engine refuses: it would drop the gradient in silence, or is not supported."""


class GraphError(GlassgradError, RuntimeError):
    """A computation graph used in a way that has no meaning."""


class AnomalyError(GlassgradError, FloatingPointError):
    """A NaN or an infinity that came up where `detect_anomaly` watches."""

    def named(self, operation: str) -> Self:
        """This error as it is: it tells which operation of those that make up another one it was."""
        return self


class GradientError(GlassgradError, AssertionError):
    """An analytic gradient that disagrees with the numeric one; `report` is the GradientReport that says so."""

    def __init__(self, message: str, report: GradientReport | None = None) -> None:
        super().__init__(message)
        self.report = report


class ReplayError(GlassgradError, AssertionError):
    """A replay that disagrees with a fresh run of the function that was recorded."""


class RenderError(GlassgradError, RuntimeError):
    """A picture that Graphviz did not make: it took too long, or failed."""


class MissingPackageError(GlassgradError, ImportError):
    """An optional package that is not installed."""

    @classmethod
    def to(cls, purpose: str, operation: str, package: str, extra: str) -> Self:
        """The error of an operation that cannot serve its purpose without a package, which an extra installs."""
        return cls(
            f"{operation}: the package {package} is not installed; expected it, to {purpose}. "
            f'Install it with: pip install "glassgrad[{extra}]"'
        )
