"""Hypothesis profiles: `quick` at a desk, `ci` where CI=true; another one by `pytest --hypothesis-profile=NAME`.

No deadlines: the machines that run these tests are shared. No fixed seed: each run looks at new examples, and the blob
printed with a failure brings it back on any machine.
"""

import os
from pathlib import Path

import pytest
from builds import builds_folder
from hypothesis import settings

# Several workers, each with a BLAS that has a thread for every core, wait for each other: small products take ten times
# as long. It counts for the programs that tests start, too.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

settings.register_profile("quick", deadline=None, print_blob=True, max_examples=25)
settings.register_profile("ci", deadline=None, print_blob=True, max_examples=100, derandomize=False)
settings.load_profile("ci" if os.environ.get("CI") else "quick")


@pytest.fixture(scope="session")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both builds of the project: wheels/python and wheels/compiled, installed in python and compiled."""
    return builds_folder(tmp_path_factory.getbasetemp())
