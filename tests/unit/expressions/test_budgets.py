import itertools
import time
from types import SimpleNamespace

import pytest

from tidegate.errors import (
    Bug,
    ExpressionError,
    ExpressionLimit,
    OperationalError,
    SecurityError,
    SecurityErrorType,
)
from tidegate.expressions import NodeView, Scope, compile_expression, compile_template, evaluate
from tidegate.expressions.scope import MAX_MEMORY, MAX_STEPS
from tidegate.sdk.budget import Budget

HUNDRED_STEPS = compile_expression("[x for x in range(100)]")


def used(budget, memory):
    return memory - budget.alloc


def test_steps_are_shared_by_all_evaluations(scope):
    budget = Budget(steps=10_000)
    made = scope(budget=budget)
    count = 0
    with pytest.raises(ExpressionLimit, match="of this node took too many steps together"):
        for _ in range(200):
            HUNDRED_STEPS.evaluate(made)
            made.release_results()
            count += 1
    # A hundred loop passes, and as many for looking at the result.
    assert 30 < count < 100
    assert budget.steps == 0


def test_several_scopes_can_share_a_budget(scope):
    budget = Budget(steps=3_000)
    scopes = [scope(budget=budget), scope(budget=budget)]
    with pytest.raises(ExpressionLimit):
        for turn in range(100):
            HUNDRED_STEPS.evaluate(scopes[turn % 2])


def test_even_the_smallest_expression_takes_a_step(scope):
    budget = Budget(steps=1000)
    made = scope({"a": 1}, budget=budget)
    small = compile_expression("json.a")
    for _ in range(1000):
        assert small.evaluate(made) == 1
    with pytest.raises(ExpressionLimit):
        small.evaluate(made)


def test_one_expression_cannot_take_the_steps_of_all(scope):
    budget = Budget(steps=10 * MAX_STEPS)
    made = scope(budget=budget)
    hungry = compile_expression("[1 for a in range(5000) for b in [1] * 5000 if False]")
    with pytest.raises(ExpressionLimit, match=r"more than 1,000,000 steps|longer than"):
        hungry.evaluate(made)
    assert budget.steps >= 9 * MAX_STEPS - 1
    too_much_at_once = compile_expression("('a' * 5000000).rfind('ab' + 'a' * 2000000)")
    with pytest.raises(ExpressionLimit, match="this expression takes more than 1,000,000 steps"):
        too_much_at_once.evaluate(made)
    assert budget.steps >= 8 * MAX_STEPS - 2
    assert HUNDRED_STEPS.evaluate(made) == list(range(100))


def test_temporaries_are_free_again_and_results_are_held(scope):
    memory = 64 << 20
    budget = Budget(memory=memory)
    made = scope({"big": "a" * 5_000_000}, budget=budget)
    assert compile_expression("len(json.big + json.big)").evaluate(made) == 10_000_000
    assert used(budget, memory) < 100
    assert budget.high_water >= 10_000_000
    compile_expression("json.big + 'a'").evaluate(made)
    assert 5_000_000 < used(budget, memory) < 5_001_000
    assert made.held == used(budget, memory)
    # What is shared with the input is not charged.
    before = budget.alloc
    assert compile_expression("json").evaluate(made) is made.values["json"]
    assert (
        compile_expression("json.big if True else 1").evaluate(made) is made.values["json"]["big"]
    )
    assert compile_expression("{'copy': json.big, 'all': [json]}").evaluate(made)["copy"]
    assert before - budget.alloc < 1_000
    made.release_results()
    assert budget.alloc == memory
    assert made.held == 0


def test_results_that_nobody_releases_use_the_budget_up(scope):
    made = scope(budget=Budget(memory=40 << 20))
    large = compile_expression("'a' * 10000000")
    for _ in range(4):
        large.evaluate(made)
    with pytest.raises(ExpressionLimit, match="needs more memory"):
        large.evaluate(made)
    made.release_results()
    assert len(large.evaluate(made)) == 10_000_000


def test_a_failed_evaluation_holds_nothing(scope):
    memory = 64 << 20
    budget = Budget(memory=memory)
    made = scope(budget=budget)
    for source in ("'a' * 20000000 + 1", "['a' * 20000000][1]", "'a' * 20000000 * 20"):
        with pytest.raises(ExpressionError):
            compile_expression(source).evaluate(made)
    assert budget.alloc == memory
    assert made.held == 0


def test_one_evaluation_gets_its_own_part_of_the_memory(scope):
    made = scope(budget=Budget(memory=10 * MAX_MEMORY))
    with pytest.raises(ExpressionLimit, match="needs more memory than it may use"):
        compile_expression("['a' * 10000000 for x in range(4)]").evaluate(made)
    little = scope(budget=Budget(memory=1 << 20))
    with pytest.raises(ExpressionLimit, match="needs more memory than it may use"):
        compile_expression("'a' * 2000000").evaluate(little)


def test_a_result_has_a_largest_size(scope, monkeypatch):
    monkeypatch.setattr("tidegate.expressions.scope.MAX_SECONDS", 600)  # not what ends it here
    made = scope({"mb": "a" * (1 << 20)})
    shared = compile_expression("[json.mb] * 15")
    assert len(shared.evaluate(made)) == 15
    for source in (
        "[json.mb] * 17",
        "{'a': [[json.mb] * 3] * 6}",
        "'a' * (17 * 1048576)",
        "[[[[1] * 99] * 99] * 99] * 99",
    ):
        with pytest.raises(ExpressionLimit, match="larger than 16 MB"):
            compile_expression(source).evaluate(made)


def test_time_is_bounded_for_one_and_for_all(scope):
    late = scope(budget=Budget(seconds=0))
    with pytest.raises(ExpressionLimit, match="this node's time was over"):
        for _ in range(1000):
            compile_expression("1").evaluate(late)
    made = scope({"big": list(range(5000))}, budget=Budget(seconds=3600))
    # Steps that are slow: the clock ends it before they are used up.
    slow = (
        "[1 for a in json.big for b in json.big if "
        + " and ".join(["b * b * b >= 0"] * 60)
        + " and False]"
    )
    start = time.thread_time()  # what it computes itself, whatever else keeps the machine busy
    with pytest.raises(ExpressionLimit, match=r"longer than 1 s|more than 1,000,000 steps"):
        compile_expression(slow).evaluate(made)
    assert time.thread_time() - start < 5


def test_the_time_of_one_evaluation_is_what_it_computes_itself(scope, monkeypatch):
    looks = itertools.count(step=2.0)
    clocks = SimpleNamespace(monotonic=lambda: next(looks), thread_time=lambda: 1.0)
    monkeypatch.setattr("tidegate.expressions.scope.time", clocks)
    made = scope({"rows": list(range(20_000))}, budget=Budget(seconds=1e9))
    counted = compile_expression("len([row for row in json.rows if row > 5])")
    assert counted.evaluate(made) == 19_994  # others keep the machine busy for minutes
    clocks.thread_time = lambda: next(looks)
    with pytest.raises(ExpressionLimit, match="longer than 1 s"):
        counted.evaluate(made)


def test_the_clock_is_looked_at_over_many_short_evaluations(scope):
    budget = Budget(seconds=3600)
    made = scope({"a": 1}, budget=budget)
    small = compile_expression("json.a")
    small.evaluate(made)
    budget.deadline = time.monotonic() - 1
    with pytest.raises(ExpressionLimit, match="time was over"):
        for _ in range(300):
            small.evaluate(made)


def node_scope(item):
    def fail(*_):
        raise AssertionError

    view = NodeView("x", item=item, items=fail, first=fail, last=fail, output=fail)
    return Scope({}, Budget(), node_lookup=lambda _: view)


@pytest.mark.parametrize(
    ("raised", "seen", "message"),
    [
        (ExpressionError("the node did not run"), ExpressionError, "the node did not run"),
        (
            SecurityError(
                "too much", SecurityErrorType.RESOURCE_LIMIT_EXCEEDED, rule="limits.memory"
            ),
            ExpressionLimit,
            "too much",
        ),
        (OperationalError("the disk is gone"), OperationalError, "the disk is gone"),
        (KeyError("engine"), Bug, "engine"),
    ],
)
def test_what_the_engine_raises_is_not_blamed_on_the_expression(raised, seen, message):
    def item():
        raise raised

    with pytest.raises(seen, match=message) as caught:
        compile_expression("default(node('x').json.a, 5)").evaluate(node_scope(item))
    assert type(caught.value) is seen


def test_python_exceptions_do_not_leak(scope):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    made = scope({"deep": deep})
    for source in (
        "json.deep == [1]",
        "str(json.deep)",
        "json(json.deep)",
        "[json.deep]",
        "json.deep in [json.deep]",
        "unique([json.deep])",
        "flatten(json.deep, 10**9)",
    ):
        try:
            compile_expression(source).evaluate(made)
        except ExpressionLimit as error:
            assert "nested too deeply" in error.message
    while deep:
        deep = deep.pop()


def test_evaluate_once():
    assert evaluate("json.a + vars.b + x", {"json": {"a": 1}, "vars": {"b": 2}, "x": 3}) == 6
    assert evaluate("node('n').last.v", {"node": {"n": [{"v": 1}, {"v": 2}]}}) == 2
    assert evaluate("node('n').item", {"node": {"n": [{"v": 1}]}}) == {
        "json": {"v": 1},
        "files": {},
        "index": 0,
    }
    for source, env, message in [
        ("node('n').json", {"node": {"n": []}}, "the node 'n' gave no items"),
        ("node('m').json", {"node": {"n": []}}, "no results of a node 'm' were given"),
        ("node('n').json", {"node": 5}, "no results of a node 'n' were given"),
        ("node('n').output('x')", {"node": {"n": []}}, "no results of the output 'x' were given"),
        ("json.a", {"json": {"a": float("nan")}}, "env.json.a: NaN"),
        ("json.a", {"json": {"a": object()}}, "object is not a JSON type"),
    ]:
        with pytest.raises(ExpressionError, match=message):
            evaluate(source, env)
    budget = Budget(steps=10)
    with pytest.raises(ExpressionLimit):
        evaluate("[x for x in range(100)]", {}, budget)


def test_a_limit_of_the_whole_evaluation_has_a_source_and_a_place(scope):
    empty = scope({"a": "x"}, budget=Budget(steps=0))
    for compiled in (compile_expression("json.a"), compile_template("a {{ json.a }}")):
        with pytest.raises(ExpressionLimit) as caught:
            compiled.evaluate(empty)
        assert caught.value.source == compiled.source
        assert (caught.value.line, caught.value.column) == (1, 1)
    with pytest.raises(ExpressionLimit) as caught:
        compile_template("a {{ json.a * 9000000 }}{{ json.a * 9000000 }}").evaluate(
            scope({"a": "x"})
        )
    assert caught.value.column == 1
