from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from tidegate.nodes.triggers.manual import ManualTrigger
from tidegate.nodes.triggers.sub_workflow import SubWorkflowTrigger
from tidegate.sdk import NodeFailed

SCHEMA = {
    "type": "object",
    "required": ["name", "age"],
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}},
    "additionalProperties": False,
}


async def start(bench, node=ManualTrigger, **params):
    return await bench.main(node, params)


async def test_the_output_says_when_how_and_by_whom(bench):
    assert await start(bench, description="Nightly") == [
        {
            "triggered_at": "2024-05-01T12:00:00.000Z",
            "trigger_type": "manual",
            "description": "Nightly",
            "custom_data": None,
            "metadata": {"execution_id": "execution-1", "user": "ada", "source": "cli"},
        }
    ]
    moment = (await start(bench))[0]["triggered_at"]
    assert datetime.fromisoformat(moment) == datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("default", "expected"),
    [
        ('{"a": [1]}', {"a": [1]}),
        ({"a": 1}, {"a": 1}),
        ("just text", "just text"),
        (None, None),
        ("null", None),
        ([1, 2], [1, 2]),
    ],
)
async def test_default_data_as_json_or_as_text(bench, default, expected):
    (out,) = await start(bench, default_data=default)
    assert out["custom_data"] == expected


@pytest.mark.parametrize("data", [{"n": 1}, [1], "x", 0, False, None])
async def test_given_data_wins_even_when_it_is_null(new_bench, data):
    bench = new_bench(custom_data=data, has_custom_data=True)
    (out,) = await start(bench, default_data={"other": 1})
    assert out["custom_data"] == data


async def test_data_that_is_not_allowed(new_bench):
    bench = new_bench(custom_data={"n": 1}, has_custom_data=True)
    with pytest.raises(NodeFailed, match="takes no data"):
        await start(bench, allow_custom_data=False)
    (out,) = await start(new_bench(), allow_custom_data=False, default_data={"d": 1})
    assert out["custom_data"] == {"d": 1}


async def test_every_wrong_place_is_listed(new_bench):
    bench = new_bench(custom_data={"name": 5, "age": -1, "x": 0}, has_custom_data=True)
    with pytest.raises(NodeFailed) as error:
        await start(bench, data_validation=SCHEMA)
    assert len(error.value.details["problems"]) == 3
    for part in ("the given data", "name: 5", "age: -1", "'x'"):
        assert part in error.value.message
    with pytest.raises(NodeFailed, match="default_data does not fulfil"):
        await start(new_bench(), data_validation=SCHEMA, default_data={"name": "Ada"})
    good = new_bench(custom_data={"name": "Ada", "age": 36}, has_custom_data=True)
    assert (await start(good, data_validation=SCHEMA))[0]["custom_data"]["age"] == 36


@pytest.mark.parametrize("node", [ManualTrigger, SubWorkflowTrigger])
@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "nothing"}, "not a valid JSON Schema"),
        ({"$ref": "http://127.0.0.1:1/schema.json"}, "leads out of the schema"),
        ({"properties": {"a": {"$ref": "file:///etc/passwd"}}}, "leads out of the schema"),
    ],
)
async def test_a_schema_that_is_wrong_or_leads_outside(new_bench, node, schema, message):
    bench = new_bench(custom_data={"a": 1}, has_custom_data=True)
    name = "data_validation" if node is ManualTrigger else "input_schema"
    with pytest.raises(NodeFailed, match=message):
        await start(bench, node, **{name: schema})


async def test_the_items_of_the_calling_workflow(new_bench):
    bench = new_bench(custom_data=[{"n": 1}, {"n": 2}], has_custom_data=True)
    assert await start(bench, SubWorkflowTrigger) == [{"n": 1}, {"n": 2}]
    assert await start(new_bench(), SubWorkflowTrigger) == [{}]
    one = new_bench(custom_data={"n": 1}, has_custom_data=True)
    assert await start(one, SubWorkflowTrigger) == [{"n": 1}]
    none = new_bench(custom_data=[], has_custom_data=True)
    assert await start(none, SubWorkflowTrigger) == []
    with pytest.raises(NodeFailed, match="item 1 of the given data is a number"):
        await start(new_bench(custom_data=[{}, 5], has_custom_data=True), SubWorkflowTrigger)


async def test_each_item_is_checked(new_bench):
    items = [{"name": "a", "age": 1}, {"name": "b"}, {"age": "x"}]
    bench = new_bench(custom_data=items, has_custom_data=True)
    with pytest.raises(NodeFailed) as error:
        await start(bench, SubWorkflowTrigger, input_schema=SCHEMA)
    problems = error.value.details["problems"]
    assert [p.partition(",")[0] for p in problems] == ["item 1", "item 2", "item 2"]
    many = new_bench(custom_data=[{}] * 10_000, has_custom_data=True)
    with pytest.raises(NodeFailed) as error:
        await start(many, SubWorkflowTrigger, input_schema=SCHEMA)
    assert len(error.value.details["problems"]) < 30


def test_unknown_parameters_are_refused():
    with pytest.raises(ValidationError):
        ManualTrigger.Params.model_validate({"defaultData": "{}"})
