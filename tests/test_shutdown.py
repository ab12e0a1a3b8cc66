"""The interpreter shuts down with graphs alive, without a crash and without a word: compiled, and in plain Python."""

from pathlib import Path

import pytest
from builds import run_in
from stress import PREAMBLE

# Who holds the graphs at the end, when the interpreter takes everything apart in an order of its own.
ENDINGS = {
    "globals": "kept = [shape(Value(0.5), MANY // 5) for shape in SHAPES]",
    "modules": "sys.kept = autograd.kept = autograd.TABLE['kept'] = chain(Value(0.5), MANY)",
    "cycles": "kept = [chain(Value(0.5), MANY)]; kept.append(kept); del kept",
    "daemons": """
def forever():
    while True:
        local = chain(Value(0.5), 500)
        local.backward()
for _ in range(4):
    threading.Thread(target=forever, daemon=True).start()
kept = chain(Value(0.5), 100_000)
""",
    "atexit": """
kept = chain(Value(0.5), 100_000)
def late():
    kept.backward()
    global last
    last = chain(kept, 1_000)
atexit.register(late)
class Late:
    def __init__(self):
        self.graph = chain(Value(0.5), 1_000)
    def __del__(self):  # module globals may be gone by now
        y = self.graph * 2
        y.backward()
late_one = Late()
""",
    "an exit in the middle": """
def deep(n):
    local = chain(Value(0.5), 1_000)
    if n == 0:
        sys.exit(0)
    deep(n - 1)
deep(100)
""",
}


@pytest.mark.parametrize("build", ["python", "compiled"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_interpreter_shuts_down_with_graphs_alive(builds: Path, build: str, ending: str) -> None:
    for _ in range(3):
        assert run_in(builds / build, PREAMBLE + ENDINGS[ending]) == ""
