"""Hypothesis profiles: `quick` at a desk, `ci` where CI=true; another one by `pytest --hypothesis-profile=NAME`.

No deadlines: the machines that run these tests are shared. No fixed seed: each run looks at new examples, and the blob
printed with a failure brings it back on any machine.
"""

import os

from hypothesis import settings

settings.register_profile("quick", deadline=None, print_blob=True, max_examples=25)
settings.register_profile("ci", deadline=None, print_blob=True, max_examples=100, derandomize=False)
settings.load_profile("ci" if os.environ.get("CI") else "quick")
