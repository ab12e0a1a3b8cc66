"""no_grad, and threads that share leaves."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import autograd as ag
from autograd import Value, no_grad


def test_no_grad_as_block_decorator_nested_and_left_by_an_exception() -> None:
    x = Value(2.0)

    @no_grad()
    def square(n: int) -> Value:
        return square(n - 1) if n else x * x

    assert not square(3).requires_grad and (x * x).requires_grad
    reused = no_grad()
    with reused:
        with reused, no_grad():
            assert not (x * x).requires_grad
        assert not (-x).requires_grad and not x.exp().requires_grad and not (1 - x).requires_grad
        assert x.requires_grad and Value(1.0).requires_grad
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert (x * x).requires_grad


def test_no_grad_holds_for_its_own_thread_only() -> None:
    x = Value(2.0)
    inside, done = threading.Event(), threading.Event()

    def other() -> bool:
        inside.wait(10)
        recorded = (x * x + ag.sin(x)).requires_grad
        done.set()
        return recorded

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(other)
        with no_grad():
            inside.set()
            assert done.wait(10)
            assert not (x * x).requires_grad
        assert future.result() is True


def test_no_grad_holds_for_its_own_task_only() -> None:
    x = Value(2.0)

    async def paused() -> bool:
        with no_grad():
            await asyncio.sleep(0.01)
            return (x * x).requires_grad

    async def free() -> bool:
        await asyncio.sleep(0.005)
        return (x * x).requires_grad

    async def both() -> list[bool]:
        return await asyncio.gather(paused(), free())

    assert asyncio.run(both()) == [False, True]


def test_threads_may_share_leaves() -> None:
    x, w = Value(1.0), Value([1.0, 2.0])
    rounds, workers = 100, 8

    def work(_: int) -> None:
        for _ in range(rounds):
            with no_grad():
                x * 3
            (x * 3 + (w * x).sum()).backward()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))
    assert x.grad == 6.0 * rounds * workers
    assert w.grad.tolist() == [rounds * workers] * 2
    assert (x * 3).requires_grad
