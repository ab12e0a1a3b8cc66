"""Type hints: names are NumPy's, their answers of the kind that they are given."""

from typing import Any

def __getattr__(name: str) -> Any: ...
