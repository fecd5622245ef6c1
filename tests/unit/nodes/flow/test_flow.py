from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from tidegate.engine.testing import run_node
from tidegate.nodes.flow.if_ import If
from tidegate.nodes.flow.no_op import NoOp
from tidegate.nodes.flow.stop import Stop
from tidegate.nodes.flow.switch import Switch
from tidegate.nodes.flow.wait import WaitFor
from tidegate.sdk import Item, Lazy, NodeFailed, Wait


def lazily(function):
    return Lazy(lambda item, roots: function(item.json), is_constant=False)


async def test_if_passes_the_same_items_on(bench):
    items = [Item({"n": n}) for n in range(4)]
    out = await bench.items(If, {"condition": lazily(lambda j: j["n"] > 1)}, items)
    assert all(a is b for a, b in zip(out["false"] + out["true"], items, strict=True))
    with pytest.raises(NodeFailed, match="for item 2; it must give true or false"):
        await bench.items(If, {"condition": lazily(lambda j: j["n"] < 2 or "no")}, items)


def rules(*pairs, **others):
    return {"rules": [{"output": o, "condition": c} for o, c in pairs], **others}


async def test_switch_looks_no_further_than_it_must(bench):
    def broken(json):
        raise AssertionError("the second rule was looked at")

    params = rules(("a", True), ("b", lazily(broken)))
    assert (await bench.json(Switch, params, [{"n": 1}]))["a"] == [{"n": 1}]


async def test_switch_in_the_engine_evaluates_rules_one_by_one():
    params = rules(("none", "{{ json.x is None }}"), ("large", "{{ json.x > 10 }}"))
    found = await run_node(Switch, params, [{"x": None}, {"x": 20}, {"x": 1}])
    assert found == {"none": [{"x": None}], "large": [{"x": 20}], "fallback": [{"x": 1}]}
    both = params | {"matches": "{{ 'first' if 1 < 2 else 'all' }}"}
    assert await run_node(Switch, both, [{"x": None}]) == {"none": [{"x": None}]}


async def test_switch_to_all_that_fit(bench):
    params = rules(
        ("small", lazily(lambda j: j["n"] < 5)),
        ("even", lazily(lambda j: j["n"] % 2 == 0)),
        ("small", True),
        matches="all",
    )
    out = await bench.json(Switch, params, [{"n": 2}, {"n": 6}])
    assert out == {"small": [{"n": 2}, {"n": 6}], "even": [{"n": 2}, {"n": 6}], "fallback": []}


async def test_switch_by_value_compares_as_json(bench):
    cases = [
        {"output": o, "equals": e}
        for o, e in [
            ("one", 1),
            ("text", "1"),
            ("true", True),
            ("null", None),
            ("list", [1, {"a": 2}]),
        ]
    ]
    params = {"mode": "value", "value": lazily(lambda j: j["v"]), "cases": cases}
    values = [1.0, "1", True, None, [1.0, {"a": 2}], False]
    out = await bench.json(Switch, params, [{"v": v} for v in values])
    assert {name: [i["v"] for i in items] for name, items in out.items()} == {
        "one": [1.0],
        "text": ["1"],
        "true": [True],
        "null": [None],
        "list": [[1.0, {"a": 2}]],
        "fallback": [False],
    }


async def test_switch_when_nothing_fits(bench):
    params = rules(("a", False))
    assert (await bench.json(Switch, params, [{}]))["fallback"] == [{}]
    assert await bench.json(Switch, params | {"otherwise": "drop"}, [{}]) == {"a": []}
    with pytest.raises(NodeFailed, match=r'nothing fits item 0: \{"n":1\}'):
        await bench.json(Switch, params | {"otherwise": "fail"}, [{"n": 1}])
    with pytest.raises(NodeFailed, match="condition of 'a' gave text"):
        await bench.json(Switch, rules(("a", lazily(lambda j: "x"))), [{}])


@pytest.mark.parametrize(
    ("params", "outputs"),
    [
        ({}, ("fallback",)),
        ({"rules": 5, "otherwise": "{{ x }}"}, ()),
        ({"rules": [{"output": "a"}, 7, {"output": 8}, {}, {"output": "a"}]}, ("a", "fallback")),
        (
            {"mode": "value", "rules": [{"output": "a"}], "cases": [{"output": "b"}]},
            ("b", "fallback"),
        ),
    ],
)
def test_switch_says_its_outputs_for_any_document(params, outputs):
    assert Switch.outputs_for(params) == outputs


@pytest.mark.parametrize("name", ["", "a b", "1", "a.b", "é", "x" * 65])
def test_switch_refuses_names_that_an_edge_can_not_name(name):
    with pytest.raises(ValidationError):
        Switch.Params.model_validate(rules((name, True)))


async def test_stop_says_why(bench):
    params = {"message": lazily(lambda j: f"no {j['n']}"), "error_code": "NO_N"}
    with pytest.raises(NodeFailed, match=r"^no 1$") as error:
        await bench.items(Stop, params, [Item({"n": 1}), Item({"n": 2})])
    assert error.value.as_json() == {"code": "NODE_FAILED", "message": "no 1", "error_code": "NO_N"}
    with pytest.raises(NodeFailed, match=r'^\{"a":1\}$'):
        await bench.items(Stop, {"message": {"a": 1}}, [Item({})])
    assert await bench.items(Stop, {}, []) == {}
    with pytest.raises(NodeFailed, match="Order 7 is late"):
        await run_node(Stop, {"message": "Order {{ json.id }} is late"}, [{"id": 7}])


async def test_no_op_passes_the_same_items(bench):
    items = [Item({"n": 1})]
    assert (await bench.items(NoOp, {}, items))["main"][0] is items[0]


async def wait(bench, **params):
    result = await bench.outcome(WaitFor, params, {"main": [Item({"n": 1})]})
    assert isinstance(result, Wait)
    assert [item.json for item in result.items] == [{"n": 1}]
    return result.until


@pytest.mark.parametrize(
    ("amount", "unit", "seconds"),
    [
        (0, "days", 0),
        (1.5, "seconds", 1.5),
        (2, "minutes", 120),
        (3, "hours", 10_800),
        (2, "days", 172_800),
    ],
)
async def test_wait_for_a_duration(bench, amount, unit, seconds):
    before = datetime.now(UTC)
    until = await wait(bench, amount=amount, unit=unit)
    assert before <= until - timedelta(seconds=seconds) <= datetime.now(UTC)


async def test_wait_until_a_time(bench):
    until = await wait(bench, mode="until", until="2100-07-01T12:00", time_zone="Europe/Berlin")
    assert until == datetime(2100, 7, 1, 10, tzinfo=UTC)
    assert until.tzinfo is UTC
    now = datetime.now(UTC)
    assert now <= await wait(bench, mode="until", until=0) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"mode": "until"}, "'until' is null"),
        ({"mode": "until", "until": "soon"}, "is not a date"),
        ({"mode": "until", "until": "2100-01-01", "time_zone": "X"}, "no time zone"),
        ({"amount": 10**9, "unit": "days"}, "longer than time goes"),
        ({"amount": 1e300, "unit": "days"}, "longer than time goes"),
    ],
)
async def test_a_wait_that_can_not_be(bench, params, message):
    with pytest.raises(NodeFailed, match=message):
        await wait(bench, **params)


@pytest.mark.parametrize("amount", [-1, float("inf"), float("nan")])
def test_wait_refuses_durations_that_are_none(amount):
    with pytest.raises(ValidationError):
        WaitFor.Params.model_validate({"amount": amount})
