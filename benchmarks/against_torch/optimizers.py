"""Every optimizer and schedule beside PyTorch's, step by step, under several sets of options each.

python benchmarks/against_torch/optimizers.py           # the table of agreement; status 1 where it is not to 1e-10
python benchmarks/against_torch/optimizers.py --write   # and what PyTorch computed, for tests that have no PyTorch
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from autograd import Value
from nn import optim
from nn.optim import lr_scheduler

GOLDEN = Path(__file__).resolve().parent.parent.parent / "tests" / "golden" / "torch_optimizers.json"
TOLERANCE = 1e-10  # in float64
STEPS, EPOCHS = 50, 60
KEPT = (1, 10, 50)  # the steps whose weights are written
START = [[1.0, -2.0, 0.3], [4.0, -0.7, 0.05]]

Options = dict[str, Any]
OPTIMIZERS: list[tuple[str, Options]] = [
    ("SGD", {}),
    ("SGD", {"lr": 0.05, "momentum": 0.9}),
    ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.01}),
    ("ASGD", {}),
    ("ASGD", {"lr": 0.1, "lambd": 0.01, "alpha": 0.5, "t0": 5, "weight_decay": 0.1}),
    ("ASGD", {"lr": 0.1, "t0": 0}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.3, "lr_decay": 0.1, "weight_decay": 0.1}),
    ("Adagrad", {"lr": 0.3, "initial_accumulator_value": 0.5, "eps": 1e-3}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.05, "alpha": 0.9, "weight_decay": 0.1}),
    ("RMSprop", {"lr": 0.05, "centered": True}),
    ("RMSprop", {"lr": 0.02, "momentum": 0.8}),
    ("RMSprop", {"lr": 0.02, "alpha": 0.8, "momentum": 0.8, "centered": True, "weight_decay": 0.1, "eps": 1e-4}),
    ("Adam", {}),
    ("Adam", {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3}),
    ("Adam", {"lr": 0.1, "weight_decay": 0.2}),
    ("Adam", {"lr": 0.1, "amsgrad": True}),
    ("Adam", {"lr": 0.1, "betas": (0.0, 0.5), "amsgrad": True, "weight_decay": 0.2, "decoupled_weight_decay": True}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.1, "weight_decay": 0.2}),
    ("AdamW", {"lr": 0.1, "betas": (0.8, 0.9), "amsgrad": True}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.1, "momentum_decay": 0.1, "weight_decay": 0.2}),
    ("NAdam", {"lr": 0.1, "betas": (0.5, 0.9), "weight_decay": 0.2, "decoupled_weight_decay": True}),
    ("RAdam", {}),
    ("RAdam", {"lr": 0.1, "betas": (0.8, 0.9), "weight_decay": 0.2}),
    ("RAdam", {"lr": 0.1, "betas": (0.9, 0.99), "weight_decay": 0.2, "decoupled_weight_decay": True}),
    ("RAdam", {"lr": 0.1, "betas": (0.9, 0.5)}),
    ("Adamax", {}),
    ("Adamax", {"lr": 0.1, "betas": (0.5, 0.9), "weight_decay": 0.2, "eps": 1e-3}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.5, "eps": 1e-3, "weight_decay": 0.2}),
    ("Rprop", {}),
    ("Rprop", {"lr": 0.3, "etas": (0.3, 1.5), "step_sizes": (1e-3, 0.5)}),
]
SCHEDULES: list[tuple[str, Options]] = [
    ("StepLR", {"step_size": 7}),
    ("StepLR", {"step_size": 1, "gamma": 0.9}),
    ("MultiStepLR", {"milestones": [30, 5, 30, 40]}),
    ("MultiStepLR", {"milestones": [3, 50], "gamma": 0.5}),
    ("ExponentialLR", {"gamma": 0.93}),
    ("CosineAnnealingLR", {"T_max": 60}),
    ("CosineAnnealingLR", {"T_max": 13, "eta_min": 0.01}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.01, "end_factor": 0.5, "total_iters": 20}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": EPOCHS}),
    ("OneCycleLR", {"max_lr": [0.5, 0.1], "epochs": 10, "steps_per_epoch": 7, "anneal_strategy": "linear"}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 61, "three_phase": True, "pct_start": 0.4, "max_momentum": 0.99}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 80, "cycle_momentum": False, "div_factor": 5, "final_div_factor": 9}),
    ("ReduceLROnPlateau", {}),
    ("ReduceLROnPlateau", {"patience": 2, "factor": 0.5, "cooldown": 3, "min_lr": [0.01, 0.005]}),
    ("ReduceLROnPlateau", {"patience": 1, "threshold": 0.1, "threshold_mode": "abs", "eps": 0.001}),
    ("ReduceLROnPlateau", {"mode": "max", "patience": 3, "threshold": 0.05}),
    ("ReduceLROnPlateau", {"mode": "max", "patience": 0, "threshold": 0.01, "threshold_mode": "abs", "min_lr": 1e-3}),
]
PLAIN = ("SGD",)
BY_SCHEDULE = {"OneCycleLR": ("SGD", "Adam")}  # it sets the momentum of the one, and the first beta of the other
Steps = list[Any]


def titled(name: str, options: Options) -> str:
    return f"{name}({', '.join(f'{k}={x}' for k, x in options.items())})"


def gradient(w: Any, t: int) -> Any:
    """What the weights are moved by: the slope of a well that wanders, with ripples in it."""
    return 2 * (w - math.sin(t)) + 0.5 * np.cos(3 * w)


# ---- optimizers ------------------------------------------------------------------------------------------------------


def path_here(name: str, options: Options, dtype: Any = float, *, numbers: bool = False) -> tuple[Steps, Any]:
    """The weights after each step, as one array or as one number each, and what is remembered in the end."""
    start = np.array(START, dtype)
    weights = [Value(float(w)) for w in start.flat] if numbers else [Value(start)]
    optimizer, path = getattr(optim, name)(weights, **options), []
    for t in range(1, STEPS + 1):
        for w in weights:
            w.grad = gradient(w.data, t)
        optimizer.step()
        path.append(np.reshape([w.data for w in weights], start.shape).astype(float))
    return path, list(optimizer.state.values())


def path_there(name: str, options: Options, dtype: Any = float) -> tuple[Steps, Any]:
    """The same in PyTorch."""
    import torch

    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)  # which the numbers in a state are kept in, such as ASGD's eta
    try:
        weights, path = torch.nn.Parameter(torch.tensor(np.array(START, dtype))), []
        optimizer = getattr(torch.optim, name)([weights], **options)
        for t in range(1, STEPS + 1):
            weights.grad = torch.tensor(gradient(weights.detach().numpy(), t))
            optimizer.step()
            path.append(weights.detach().numpy().astype(float))
        return path, {key: x.numpy().tolist() for key, x in optimizer.state[weights].items() if x is not None}
    finally:
        torch.set_default_dtype(default)


def apart(xs: Any, ys: Any) -> float:
    """The largest difference, relative to the larger of the two or to 1."""
    x, y = np.asarray(xs, float), np.asarray(ys, float)
    return float(np.max(np.abs(x - y) / np.maximum(1.0, np.maximum(np.abs(x), np.abs(y)))))


def state_apart(here: Any, there: Any) -> float:
    """The same for what is remembered; infinite where the names differ."""
    return max([apart(here[k], there[k]) for k in there], default=0.0) if set(here) == set(there) else math.inf


def optimizer_apart(name: str, options: Options) -> dict[str, float]:
    found = {}
    for dtype in (np.float32, np.float64):
        (here, (state,)), (there, expected) = path_here(name, options, dtype), path_there(name, options, dtype)
        found[np.dtype(dtype).name] = max(apart(here, there), state_apart(state, expected))
    found["float64"] = max(found["float64"], apart(path_here(name, options, numbers=True)[0], there))
    return found


def minima_apart() -> dict[str, float]:
    """L-BFGS is SciPy's, and takes another way: both have to come to the same minimum."""
    import torch

    slopes = np.linspace(-1.0, 1.0, 6).reshape(2, 3)
    here, there = Value(START), torch.nn.Parameter(torch.tensor(START, dtype=torch.float64))

    def loss(w: Any, slopes: Any) -> Any:
        return (w**4).sum() + ((w - 1) ** 2).sum() + (w * slopes).sum()

    def closure_here() -> Any:
        value = loss(here, slopes)
        value.backward()
        return value

    optimizer = torch.optim.LBFGS([there], line_search_fn="strong_wolfe", max_iter=100, tolerance_change=1e-14)

    def closure_there() -> Any:
        optimizer.zero_grad()
        value = loss(there, torch.tensor(slopes))
        value.backward()
        return value

    optim.LBFGS([here], max_iter=100, tolerance_change=1e-14).step(closure_here)
    optimizer.step(closure_there)
    return {"float64": apart(here.data, there.detach().numpy())}


# ---- schedules -------------------------------------------------------------------------------------------------------


def metric(epoch: int) -> float:
    """What a plateau is looked for in: it falls in steps, with noise that repeats."""
    return 1.0 / (1 + epoch // 6) + 0.02 * math.sin(epoch * epoch)


def rates(optimizer: Any, schedule: Callable[..., Any], name: str, options: Options) -> Iterator[list[float]]:
    """The rates of both groups, and their momenta where these are set, at the start and after each epoch."""
    scheduler = schedule(optimizer, **options)
    for epoch in range(EPOCHS):
        found = [group["lr"] for group in optimizer.param_groups]
        if name in BY_SCHEDULE:
            found += [g["betas"][0] if "betas" in g else g["momentum"] for g in optimizer.param_groups]
        yield [float(x) for x in found]
        optimizer.step()
        scheduler.step(*([metric(epoch)] if name == "ReduceLROnPlateau" else []))


def rates_here(name: str, options: Options, moved_by: str) -> list[list[float]]:
    groups = [{"params": [Value(1.0)]}, {"params": [Value(2.0)], "lr": 0.02}]
    return list(rates(getattr(optim, moved_by)(groups, lr=0.1), getattr(lr_scheduler, name), name, options))


def rates_there(name: str, options: Options, moved_by: str) -> list[list[float]]:
    import torch

    weights = [torch.nn.Parameter(torch.ones(1)) for _ in range(2)]
    optimizer = getattr(torch.optim, moved_by)([{"params": weights[:1]}, {"params": weights[1:], "lr": 0.02}], lr=0.1)
    return list(rates(optimizer, getattr(torch.optim.lr_scheduler, name), name, options))


# ---- the table -------------------------------------------------------------------------------------------------------


def golden() -> dict[str, Any]:
    """What PyTorch computes, in double precision."""
    import torch

    found: dict[str, Any] = {"torch": torch.__version__.partition("+")[0], "optimizers": {}, "schedules": {}}
    for name, options in OPTIMIZERS:
        path, state = path_there(name, options)
        weights = {t: path[t - 1].tolist() for t in KEPT}
        found["optimizers"][titled(name, options)] = {"weights": weights, "state": state}
    for name, options in SCHEDULES:
        for moved_by in BY_SCHEDULE.get(name, PLAIN):
            found["schedules"][f"{titled(name, options)} of {moved_by}"] = rates_there(name, options, moved_by)
    return found


def written(found: dict[str, Any]) -> str:
    """As JSON, a case on each line."""
    tables = [
        f"{json.dumps(kind)}: {{\n" + ",\n".join(f"  {json.dumps(k)}: {json.dumps(x)}" for k, x in found[kind].items())
        for kind in ("optimizers", "schedules")
    ]
    return "{\n" + f'"torch": {json.dumps(found["torch"])},\n' + "\n},\n".join(tables) + "\n}\n}\n"


def agreement() -> dict[str, list[dict[str, float]]]:
    """By the name of each optimizer and schedule, the largest differences of each of its cases."""
    found: dict[str, list[dict[str, float]]] = {}
    for name, options in OPTIMIZERS:
        found.setdefault(name, []).append(optimizer_apart(name, options))
    found["LBFGS, its minimum"] = [minima_apart()]
    for name, options in SCHEDULES:
        for moved_by in BY_SCHEDULE.get(name, PLAIN):
            here, there = (of(name, options, moved_by) for of in (rates_here, rates_there))
            found.setdefault(name, []).append({"float64": apart(here, there)})
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"write {GOLDEN.name}")
    if parser.parse_args().write:
        GOLDEN.write_text(written(golden()), encoding="utf-8")
    worst = 0.0
    print(f"{'':24}{'cases':>6}{'float32':>12}{'float64':>12}   largest difference in {STEPS} steps, {EPOCHS} epochs")
    for name, cases in agreement().items():
        cells = [max((case[kind] for case in cases if kind in case), default=None) for kind in ("float32", "float64")]
        print(f"{name:24}{len(cases):6}" + "".join(f"{'-' if x is None else format(x, '.1e'):>12}" for x in cells))
        if not name.startswith("LBFGS"):
            worst = max(worst, cells[1] or 0.0)
    print(f"In double precision all agree to {worst:.1e}; {TOLERANCE:.0e} is allowed.")
    return int(worst > TOLERANCE)


if __name__ == "__main__":
    raise SystemExit(main())
