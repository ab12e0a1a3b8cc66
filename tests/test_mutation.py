"""The mutation script: it finds what may be wrong in a table, and tells what a test notices from what none does."""

import ast
from pathlib import Path
from typing import Any

import pytest
from processes import run_python

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"
FAMILY = '''
from autograd.ops.builders import elementwise, sample

SAMPLES = [sample((2, 3))]

def _slope(z, x):
    """No rule."""
    if x > 1:
        raise ValueError("no " + "rule")
    return -z[1:]

def _by_hand(np, x):
    return x + 1.0

tiny = elementwise("tiny", kernel=_kernel, d=lambda z, x: 2.0 * _slope(z, x), kinks={0.0: 0.5}, samples=SAMPLES,
    reference=_by_hand, doc="Tiny.", example=("tiny(1.0)", "2.0"))
user = elementwise("user", d=lambda z, x: tiny(x, strict=True, axis=0), doc="User.", example=("user(1.0)", "2.0"))
'''


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The rules of a table of two entries."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    from mutation.rules import Rules

    family = tmp_path / "family.py"
    family.write_text(FAMILY)
    return Rules({"autograd.ops.family": family})


def test_every_change_of_a_rule_is_found_and_nothing_else_is_changed(rules: Any) -> None:
    found = {statement.place: [(m.kind, m.after) for m in statement.mutants()] for statement in rules.reached()}
    assert found == {
        "family._slope": [
            ("operator", "if x >= 1:"),
            ("operator", "if x <= 1:"),
            ("argument", "if z > 1:"),
            ("constant", "if x > 2:"),
            ("unary", "return z[1:]"),
            ("argument", "return -x[1:]"),
            ("slice", "return -z[:]"),
            ("constant", "return -z[2:]"),
        ],
        "family.tiny": [
            ("operator", "lambda z, x: 2.0 + _slope(z, x)"),
            ("constant", "lambda z, x: 2.02 * _slope(z, x)"),
            ("argument", "lambda z, x: 2.0 * _slope(x, z)"),
            ("call", "lambda z, x: 2.0 * z"),
            ("argument", "lambda z, x: 2.0 * _slope(x, x)"),
            ("argument", "lambda z, x: 2.0 * _slope(z, z)"),
            ("constant", "0.505"),
        ],
        "family.user": [
            ("argument", "lambda z, x: tiny(x, strict=True)"),
            ("call", "lambda z, x: x"),
            ("argument", "lambda z, x: tiny(z, strict=True, axis=0)"),
            ("constant", "lambda z, x: tiny(x, strict=True, axis=1)"),
        ],
    }


def test_the_entries_that_a_change_may_affect_come_nearest_first(rules: Any) -> None:
    affected = {statement.place: statement.affected() for statement in rules.reached()}
    assert affected == {"family._slope": ["tiny", "user"], "family.tiny": ["tiny", "user"], "family.user": ["user"]}
    assert [statement.place for statement in rules.select(["tiny"])] == ["family.tiny"]
    with pytest.raises(SystemExit, match="no rule is called nonsense"):
        rules.select(["nonsense"])


def test_a_change_leaves_the_source_as_it_was_until_it_is_applied(rules: Any) -> None:
    (tree,) = rules.trees.values()
    before = ast.unparse(tree)
    mutants = [m for statement in rules.reached() for m in statement.mutants()]
    assert ast.unparse(tree) == before == ast.unparse(ast.parse(FAMILY))
    mutants[0].apply()
    assert ast.unparse(tree) == before.replace("x > 1", "x >= 1")


TRIALS = f"""
import ast, sys
from dataclasses import replace
sys.path.insert(0, {str(SCRIPTS)!r})
import mutate
from mutation.rules import Rules

rules = Rules(mutate.sources())
wrong = next(m for m in rules.entries["sin"].mutants() if m.after == "lambda z, x: x")

def instead(text):
    return replace(wrong, after=text, value=ast.parse(text, mode="eval").body)

mutants = wrong, instead("1.0 * cos(x)")
tried = list(mutate.judge(rules, [(m, ["sin"]) for m in mutants], workers=2, quick=True))
tried.sort(key=lambda trial: mutants.index(trial.mutant))
(endless,) = mutate.Trials(rules, 1).run([mutate.Trial(instead("sum(iter(int, 1))"), ["sin"], limit=1.0)])
print(*(t.killer for t in (*tried, endless)), sep="|")
assert mutate.report(tried) == 1
"""


def test_a_mutant_that_no_test_notices_is_printed_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    from mutate import survivors

    printed = run_python("-c", TRIALS)
    assert survivors(printed) == {("trigonometric.sin", "1.0 * cos(x)")}  # as a later run reads it
    *_, killers, survivor, before, after, closing = printed.splitlines()
    first, second, third = killers.split("|")
    assert (first.startswith("test_"), second, third) == (True, "", "death")
    assert survivor.startswith("SURVIVED trigonometric.sin, line ")
    assert (before.strip(), after.strip()) == ("- lambda z, x: cos(x)", "+ 1.0 * cos(x)")
    assert closing == "2 mutants: 1 killed, 1 survived, 0 equivalent"


def test_the_script_knows_every_entry_and_every_mutant_listed_as_equivalent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    from mutate import reasons, sources
    from mutation.rules import Rules

    rules = Rules(sources())
    table = run_python("-c", "import autograd; print(*autograd.TABLE)")  # without what other tests add to it
    assert set(rules.entries) == set(table.split())
    assert set(reasons()) <= {m.key for statement in rules.reached() for m in statement.mutants()}


def test_the_list_of_mutants() -> None:
    printed = run_python(SCRIPTS / "mutate.py", "cos", "--list").splitlines()
    assert "    - lambda z, x: -sin(x)" in printed
    assert "    + lambda z, x: sin(x)" in printed
    assert "    + lambda z, x: -TABLE['cos'](x)" in printed
