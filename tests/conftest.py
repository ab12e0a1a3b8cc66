"""Hypothesis profiles: `quick` at a desk, `ci` where CI=true, `explore` by `pytest --hypothesis-profile=explore`.

No deadlines: the machines that run these tests are shared. At a desk each run looks at new examples, and the blob
printed with a failure brings it back on any machine. In CI they are the same until a test changes, as in Hypothesis's
own profile for it: what is red there is red because of a change, and to search is what `explore` is for.
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
settings.register_profile("ci", deadline=None, print_blob=True, max_examples=50, derandomize=True)
settings.register_profile("explore", deadline=None, print_blob=True, max_examples=1000)
settings.load_profile("ci" if os.environ.get("CI") else "quick")

LONG = ("test_wheel", "test_backend", "test_large_graphs", "test_stress", "test_both_builds", "test_docs")


@pytest.fixture(scope="session")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both builds of the project: wheels/python and wheels/compiled, installed in python and compiled."""
    return builds_folder(tmp_path_factory.getbasetemp())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes, so that in the end no worker waits for it."""
    items.sort(key=lambda item: item.path.stem not in LONG)
