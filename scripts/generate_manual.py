"""Write the reference manual docs/manual/ from the table: `python scripts/generate_manual.py`.

A page for each family of operations, and an index. Signatures, rules, kinks and notes come from the entries, the text
of the rules from their source, and the values and derivatives at hard points from the engine itself.
"""

import ast
import importlib
import inspect
import sys
from collections import Counter
from collections.abc import Iterator
from math import inf, nan
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from autograd import TABLE, Value, gradients  # noqa: E402  (the one beside this script)
from autograd.graph.entry import Entry  # noqa: E402

MANUAL = ROOT / "docs" / "manual"
RULES = ("d", "adjoint", "vjp", "jvp")
HARD = (-inf, -1.0, -0.0, 0.0, 1.0, inf, nan)
LEGEND = [
    "In the rules `x, y` are operands, `z` is the result, `g` a cotangent (what `backward` hands back), `t` and `ts`",
    "tangents (what forward mode hands on). A `d` is the derivative of each element of z by an operand: reverse mode",
    "multiplies g by it, forward mode t. A name with an underscore is a function beside the entry, in its file under",
    "`autograd/ops/`.",
]
MEANING = {
    "elementwise": "on each element alone: a partial derivative per operand",
    "reduction": "over axes: the derivative of the result by each element",
    "linear": "linear in each operand: an adjoint per operand",
    "predicate": "a question answered 0 or 1, recorded, with derivative zero",
    "query": "a question answered in plain integers or booleans, not recorded",
    "composite": "made of other entries",
    "custom": "none of these; the reason stands in the entry",
}


def sources() -> dict[str, tuple[str, str, dict[str, str]]]:
    """For each entry its family, what its file says in a sentence, and the source text of its rules."""
    found: dict[str, tuple[str, str, dict[str, str]]] = {}
    for path in sorted((ROOT / "autograd" / "ops").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        family = path.relative_to(ROOT / "autograd" / "ops").with_suffix("").as_posix()
        summary = (ast.get_docstring(tree) or "").partition("\n\n")[0].replace("\n", " ")
        imported = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
        rules = dict(rules_in(tree))
        for variable, entry in vars(module).items():
            if isinstance(entry, Entry) and variable not in imported:
                found[entry.name] = family, summary, rules.get(entry.name, {})
    return found


def rules_in(tree: ast.Module) -> Iterator[tuple[str, dict[str, str]]]:
    """The name of each entry that a file makes, with the text of its rules."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value), {k.arg: ast.unparse(k.value) for k in call.keywords if k.arg in RULES}


def left_out(entry: Entry) -> list[str]:
    """NumPy's parameters that an entry does not take."""
    function = next(iter(entry.numpys()), None)
    if function is None or isinstance(function, np.ufunc) or callable(entry.reference):
        return []
    try:
        theirs = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    ours = {*entry.operand_names, *entry.defaults}
    named = [p.name for p in theirs if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD, p.POSITIONAL_ONLY)]
    return [name for name in named[len(entry.operand_names) :] if name not in ours]


def shown(x: float) -> str:
    """A number as the tables of hard points print it."""
    return f"{x:.6g}"


def hard_points(entry: Entry) -> Iterator[str]:
    """A table of values and derivatives at infinities, zeros, ones and NaN, computed by the engine."""
    if entry.builder != "elementwise" or len(entry.operand_names) != 1 or ... in entry.defaults.values():
        return
    yield "| x | " + " | ".join(shown(x) for x in HARD) + " |"
    yield "|---" * (len(HARD) + 1) + "|"
    values, slopes = [], []
    for point in HARD:
        x = Value(point)
        z = entry(x)
        values.append(shown(z.data))
        slopes.append(shown(gradients(z, [x])[0].data))
    yield "| value | " + " | ".join(values) + " |"
    yield "| derivative | " + " | ".join(slopes) + " |"


def described(entry: Entry, rules: dict[str, str]) -> Iterator[str]:
    """One entry of a page."""
    yield f"### {entry.name}"
    yield ""
    yield f"`{entry.name}{entry.__signature__}`: {entry.doc}"
    if entry.notes:
        yield ""
        yield entry.notes
    yield ""
    yield f"- {entry.builder}{f': {entry.reason}' if hasattr(entry, 'reason') else ''}"
    for kind, text in rules.items():
        yield f"- `{kind} = {text}`"
    if getattr(entry, "kinks", None):
        yield "- kinks, and the derivative pinned there: " + ", ".join(f"{p}: {d}" for p, d in entry.kinks.items())
    if entry.domain and any(interval != (-inf, inf) for interval in entry.domain):
        yield "- domain: " + " and ".join(f"({low:g}, {high:g})" for low, high in entry.domain)
    missing = left_out(entry)
    if missing:
        yield f"- of NumPy's parameters not taken: {', '.join(f'`{name}`' for name in missing)}"
    yield f"- `{entry.example[0]}` gives `{' '.join(entry.example[1].split())}`"
    table = list(hard_points(entry))
    if table:
        yield ""
        yield from table
    yield ""


def pages() -> dict[str, str]:
    """The text of every file of the manual."""
    known = sources()
    families: dict[str, list[Entry]] = {}
    after = ("", "", {})
    for name in reversed(TABLE):  # what an entry is made of may have no name in its file, and stands just before it
        after = known.setdefault(name, (*after[:2], {}))
    for name, entry in TABLE.items():
        families.setdefault(known[name][0], []).append(entry)
    written = {}
    for family, entries in families.items():
        lines = [f"# {family}", "", known[entries[0].name][1], ""]
        for entry in sorted((e for e in entries if e.public), key=lambda entry: entry.name):
            lines += described(entry, known[entry.name][2])
        private = sorted((e for e in entries if not e.public), key=lambda entry: entry.name)
        if private:
            lines += ["## What the rules call", "", "Entries of the table that are not offered as functions.", ""]
        for entry in private:
            lines += described(entry, known[entry.name][2])
        written[f"{family.replace('/', '-')}.md"] = "\n".join(lines).rstrip() + "\n"
    written["index.md"] = index(families, known)
    return written


def index(families: dict[str, list[Entry]], known: dict[str, tuple[str, str, dict[str, str]]]) -> str:
    """The first page: the builders, each custom entry's reason, and every operation."""
    counts = Counter(entry.builder for entry in TABLE.values())
    lines = ["# The operations", "", f"{len(TABLE)} entries; this page is written from the table by `make manual`.", ""]
    lines += ["| builder | entries | what it is |", "|---|---|---|"]
    lines += [f"| {builder} | {counts[builder]} | {meaning} |" for builder, meaning in MEANING.items()]
    lines += ["", *LEGEND]
    lines += ["", "What a derivative is at kinks, edges and jumps: [hard points](../hard_points.md)."]
    lines += ["", "## By family", ""]
    for family, entries in families.items():
        names = ", ".join(f"`{entry.name}`" for entry in entries if entry.public)
        page = f"{family.replace('/', '-')}.md"
        lines += [f"- [{family}]({page}): {known[entries[0].name][1]} {names}"]
    lines += ["", "## Why an entry is custom", "", "| entry | reason |", "|---|---|"]
    lines += [f"| {name} | {entry.reason} |" for name, entry in TABLE.items() if entry.builder == "custom"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    written = pages()
    MANUAL.mkdir(parents=True, exist_ok=True)
    for old in MANUAL.glob("*.md"):
        old.unlink()
    for name, text in written.items():
        (MANUAL / name).write_text(text, encoding="utf-8")
    print(f"{len(TABLE)} operations on {len(written)} pages in {MANUAL.relative_to(ROOT)}")
