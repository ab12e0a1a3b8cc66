"""Stops a mixed installation: this project's files in one folder with those of another project called autograd.

PyPI's `autograd` (HIPS) installs a package of the same import name. Installed into the same folder, whichever comes
second overwrites a part of the first, and what is left works by accident or not at all.
"""

import sys
from os.path import dirname, exists, join

# Modules that HIPS autograd has had since 2017 and that this project never will have.
FOREIGN_FILES = ("tracer.py", "wrap_util.py", "differential_operators.py")


class MixedInstallationError(ImportError):
    """Glassgrad and another project called autograd are installed in one folder.

    It stands outside the tree of `autograd.errors`: in such a folder no other module can be relied on.
    """


def check_installation() -> None:
    """Raise `MixedInstallationError` when the package `autograd` is not this project's alone.

    Called first by `autograd`, `nn` and `viz`, so that whichever of them is still this project's stops at import.

    >>> check_installation()
    """
    folder = dirname(__file__)
    foreign = [name for name in FOREIGN_FILES if exists(join(folder, name))]
    if foreign:
        found = f"{', '.join(foreign)} of another project called autograd (HIPS) beside Glassgrad's files"
    elif getattr(sys.modules[__package__], "__file__", None) is None:  # uninstalling the other took `__init__.py` along
        found = "only a part of Glassgrad's files"
    else:
        return
    raise MixedInstallationError(
        f"{folder} holds {found}. The two cannot be installed together. To mend it, run\n"
        f"    pip uninstall -y autograd glassgrad\n"
        f"    pip install glassgrad"
    )
