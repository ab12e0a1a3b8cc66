"""What might crash the compiled core, many times over, in a process of its own for each program; Python runs it too.

A node in C takes no part in cyclic collection and frees its operands without recursion. A mistake there shows as a
crash (the exit status), as memory that does not come back, or not at all: hence the repetitions.
"""

from pathlib import Path

import pytest
from builds import run_in
from stress import PREAMBLE

PROGRAMS = {
    "freeing": """
for shape in SHAPES:
    x = Value(0.5)
    y = shape(x, MANY)
    y.backward()
    del y
    before = resident()
    for _ in range(2):
        shape(Value(0.5), MANY)  # the leaf is owned by the graph alone
    assert resident() - before < 30, (shape, resident() - before)
""",
    "freeing in pieces": """
rng = random.Random(0)
for _ in range(12):
    x = Value(0.5)
    nodes = [x]
    for _ in range(8_000):
        a, b = rng.choice(nodes[-50:]), rng.choice(nodes[-500:])
        nodes.append(rng.choice([a + b, a * 0.5, (a - b).tanh(), autograd.where(a > b, a, b)]))
    kept = rng.sample(nodes, 20)
    rng.shuffle(nodes)
    while nodes:
        nodes.pop()
    for node in kept:
        node.backward(leaves_only=True)
        assert x.has_grad
    rng.shuffle(kept)
    del kept[::2], node
    kept.clear()
""",
    "at the bottom of containers": """
class Box:
    pass

def boxed(inner):
    box = Box()
    box.inner = inner
    return box

def closed(inner):
    return lambda: inner

def slotted(inner, Cell=collections.namedtuple("Cell", "inner")):
    return Cell(inner)

WRAPS = [lambda v: [v], lambda v: (v,), lambda v: {"v": v}, boxed, closed, slotted,
         lambda v: collections.deque([v]), lambda v: (x for x in [v]), lambda v: sys.exc_info.__class__ and [v, v]]
for wraps in [[w] for w in WRAPS] + [WRAPS] * 5:
    for _ in range(5):
        inner = chain(Value(0.5), 5_000)
        for i in range(10_000):
            inner = wraps[i % len(wraps)](inner)
        del inner
# Containers and graphs in turns: a container that frees a graph that frees constants kept in containers.
for _ in range(20):
    inner = chain(Value(0.5), 2_000)
    for i in range(2_000):
        inner = [chain(Value(0.5), 40), WRAPS[i % len(WRAPS)](inner)]
    del inner
# A cycle of Python's own around a graph, which only the collector finds.
for _ in range(200):
    ring = [chain(Value(0.5), 1_000)]
    ring.append(ring)
    del ring
gc.collect()
""",
    "dropping from threads": """
sys.setswitchinterval(1e-5)
graphs, errors = collections.deque(), []
x = Value(0.5)

def work(seed):
    rng = random.Random(seed)
    try:
        for _ in range(30):
            y = rng.choice(SHAPES)(x if rng.random() < 0.5 else Value(0.5), 4_000)
            graphs.append(y)
            if rng.random() < 0.3:
                y.backward()
            del y
            for _ in range(rng.randrange(3)):
                try:
                    graphs.popleft()  # often a graph that another thread built
                except IndexError:
                    pass
    except BaseException as error:
        errors.append(error)

threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
graphs.clear()
assert not errors, errors
assert x.has_grad
# One graph whose owners are many threads: whoever lets go last frees it.
for _ in range(50):
    owners = [[chain(x, MANY // 50)] for _ in range(2)]
    owners = [owners[i % 2][:] for i in range(8)]
    barrier = threading.Barrier(8)

    def drop(owned):
        barrier.wait()
        owned.clear()

    threads = [threading.Thread(target=drop, args=(owned,)) for owned in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
""",
    "exceptions inside operations": """
class Trouble(Exception):
    pass

class Bomb(float):  # an operand that explodes
    def __mul__(self, other): raise Trouble
    __rmul__ = __add__ = __radd__ = __pow__ = __rpow__ = __float__ = __mul__

@primitive
def forward_fails(x):
    raise rng.choice([Trouble, MemoryError, RecursionError, KeyboardInterrupt])

@primitive
def backward_fails(x):
    return x * 1.0

def rule(z, x):
    def pull(g):
        raise rng.choice([Trouble, MemoryError, RecursionError, KeyboardInterrupt])
    return pull

defvjp(backward_fails, rule)
EXPECTED = (Trouble, MemoryError, RecursionError, KeyboardInterrupt, autograd.GlassgradError, TypeError, ValueError)
rng = random.Random(1)

def attempt(action):
    try:
        action()
    except EXPECTED:
        return 1
    return 0

failed = 0
x = Value(0.5)
for i in range(300):
    y = rng.choice(SHAPES)(x, 1_000)
    failed += attempt(lambda: forward_fails(y * 2))
    failed += attempt(lambda: (backward_fails(y + x) * y).backward())
    failed += attempt(lambda: gradients(backward_fails(y) * y, [x], create_graph=True))
    for action in (lambda: y * Bomb(), lambda: Bomb() ** y, lambda: y + "text", lambda: y @ y, lambda: Value(y),
                   lambda: autograd.tanh(y, y), lambda: Value(object()), lambda: setattr(y, "data", 1.0),
                   lambda: Value(1.0, label=y), lambda: y("called"),
                   lambda: autograd.sum([y, Bomb()], axis=7), lambda: backward_fails(y).backward("gradient")):
        failed += attempt(action)
    assert not x.has_grad  # all or nothing
assert failed >= 300 * 12, failed
# An interrupt, and a recursion limit reached, in the middle of building and of walking.
deep = chain(x, 50_000)
def recurse(n):
    deep.backward() if n == 0 else recurse(n - 1)
limit = sys.getrecursionlimit()
for n in range(limit - 60, limit, 3):
    attempt(lambda: recurse(n))
deep.backward()
assert x.has_grad
""",
    "signals": """
import signal, time

class Alarm(Exception):
    pass

def alarm(*_):
    raise Alarm

if hasattr(signal, "setitimer"):
    signal.signal(signal.SIGALRM, alarm)
    rng = random.Random(2)
    x = Value(0.5)
    for _ in range(300):
        y = None
        try:
            signal.setitimer(signal.ITIMER_REAL, rng.uniform(1e-4, 4e-3))
            for shape in SHAPES:
                y = shape(x, 2_000)
                y.backward()
                gradients(y, [x], create_graph=True)
            time.sleep(10)
        except Alarm:  # somewhere in building, walking or freeing
            pass
    x.zero_grad()
    chain(x, 1_000).backward()
    assert x.has_grad
""",
    "half-made nodes": """
blank = Value.__new__(Value)  # never initialised
for action in (lambda: repr(blank), lambda: blank + 1, lambda: blank.backward(), lambda: blank.data, lambda: blank.grad,
               lambda: blank.label, lambda: blank.tree(), lambda: copy.deepcopy(blank), lambda: pickle.dumps(blank),
               lambda: blank.inputs, lambda: blank.op, lambda: blank.exp(), lambda: abs(blank), lambda: hash(blank)):
    try:
        action()
    except Exception:  # any error will do, a crash will not
        pass
for _ in range(1_000):
    try:
        Value("text", label="half made")
    except TypeError:
        pass
x = Value(1.0)
for _ in range(1_000):  # a second __init__ drops what the node owned
    y = chain(x, 100)
    try:
        y.__init__(2.0)
    except Exception:
        pass
    del y
""",
    "copies and pickles": """
for shape in SHAPES:
    for _ in range(2):
        x = Value(0.5, label="x")
        y = shape(x, 20_000)
        y2, x2 = copy.deepcopy((y, x))
        y3, x3 = pickle.loads(pickle.dumps((y2, x2)))
        del y2
        y3.backward()
        y.backward()
        assert x3.grad == x.grad and not x2.has_grad, (shape, x3.grad, x.grad)
        y4 = copy.copy(y3)
        del y3, y
        y4.backward()
        memo = {}
        for _ in range(3):
            copy.deepcopy(y4, memo)
        del memo, y4
""",
    "recorded walks": """
for shape in SHAPES:
    x = Value(0.5)
    for _ in range(2):
        y = shape(x, 8_000) * x
        (slope,) = gradients(y, [x], create_graph=True)
        (curvature,) = gradients(slope, [x])
        assert curvature.data == curvature.data
    with no_grad():
        shape(x, 20_000)
""",
    "collections in the middle": """
gc.set_threshold(1, 1, 1)
for shape in SHAPES:
    x = Value(0.5)
    y = shape(x, 2_000)
    y.backward()
    del y
gc.set_threshold(0)
gc.collect()
class Loud:
    def __del__(self):  # runs in the middle of freeing, and frees and builds itself
        del self.graph
        chain(Value(0.5), 500).backward()
for _ in range(200):
    loud = Loud()
    loud.graph = chain(Value(0.5), 2_000)
    nested = [loud]
    loud.me = [nested]
    del loud, nested
gc.collect()
""",
}


@pytest.mark.parametrize("build", ["python", "compiled"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_crashes(builds: Path, build: str, program: str) -> None:
    assert run_in(builds / build, PREAMBLE + PROGRAMS[program]) == ""
