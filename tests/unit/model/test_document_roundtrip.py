import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import InvalidInput, WorkflowInvalid
from tidegate.model.document import load_document
from tidegate.model.document_write import document_hash, dump_document
from tidegate.model.workflow import (
    CanvasGroup,
    CanvasNote,
    Edge,
    FallbackStrategy,
    NodeSettings,
    PlacedNode,
    Workflow,
    WorkflowSettings,
)

NASTY = st.sampled_from(
    ["", " ", "on", "12:30", "2024-01-02", "0o7", "1e3", "007", "~", "- a", "a: b", "a #b", "#", "|",
     "{{ json.x }}", "a\n", "\na", " a\nb", "a \nb", "a\n\n\n", "a\tb\nc", "\t\n", "a\r\nb", "é😀\nb",
     "a\u2028b", "\x85", "\ufeff", "\x00", "\x7f", "%TAG", "---", "...", "&a", "*a", "!a", "'", '"', "\\",
     "x" * 300, "=", "<<", "null", "?", "? a", ": a", "[", "]", ",", "@", "`"]
)  # fmt: skip
TEXT = NASTY | st.text(max_size=20) | st.text(alphabet=" \n\ta:#-'\"", max_size=12)
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(TEXT, JSON_VALUES, max_size=3)
NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=30)
LINES = NAMES.map(str.strip).filter(bool)
IDS = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
PORTS = st.just("main") | st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)
FALLBACKS = st.builds(FallbackStrategy, *[st.booleans()] * 5)
SECONDS = st.none() | st.floats(0.001, 1e6) | st.integers(1, 1000)
RETRIES = st.fixed_dictionaries(
    {},
    optional={
        "max_retries": st.integers(0, 100),
        "jitter": st.floats(0, 1),
        "retryable_status_codes": st.lists(st.integers(100, 599), max_size=3),
        "retryable_errors": st.lists(st.sampled_from(["TIMEOUT", "NODE_TIMEOUT"]), max_size=2),
        "retry_all_errors": st.booleans(),
    },
)
SETTINGS = st.builds(
    NodeSettings,
    on_error=st.sampled_from([None, "stop", "continue", "error_output"]),
    retry=st.none() | RETRIES,
    fallback=st.none() | FALLBACKS,
    default_output=st.none() | st.lists(OBJECTS, max_size=2),
    timeout=SECONDS,
    memory_limit=st.none() | st.integers(1, 10_000),
    in_flight=st.sampled_from([None, "rerun", "fail", "ask"]),
    disabled=st.booleans(),
    execute_once=st.booleans(),
    always_output=st.booleans(),
    sensitive=st.booleans(),
    notes=TEXT,
)
NODES = st.builds(
    PlacedNode,
    id=IDS,
    type=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    version=st.integers(1, 9),
    label=st.just("") | LINES,
    params=OBJECTS,
    settings=SETTINGS,
    credential=st.none() | LINES,
)
PLACES = st.tuples(*[st.integers(-9999, 9999) | st.floats(-1e6, 1e6)] * 2)
SIZES = st.integers(1, 10_000) | st.floats(0.5, 1e4)
NOTES = st.tuples(TEXT, PLACES, SIZES, SIZES).map(
    lambda drawn: CanvasNote(drawn[0], *drawn[1], drawn[2], drawn[3])
)
MEMBERS = st.lists(IDS, max_size=3, unique=True).map(tuple)
GROUPS = st.builds(CanvasGroup, st.just("") | LINES, MEMBERS, st.booleans())
WORKFLOWS = st.builds(
    Workflow,
    name=LINES,
    nodes=st.lists(NODES, max_size=4, unique_by=lambda node: node.id).map(tuple),
    edges=st.lists(st.builds(Edge, IDS, IDS, PORTS, PORTS), max_size=4, unique=True).map(tuple),
    description=TEXT,
    variables=st.dictionaries(
        st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True), JSON_VALUES, max_size=3
    ),
    settings=st.builds(
        WorkflowSettings,
        fallback=FALLBACKS,
        timeout=SECONDS,
        on_crash=st.sampled_from(["resume", "restart", "fail"]),
        minutes_saved=st.none() | st.floats(0.25, 600),
    ),
    layout=st.dictionaries(IDS, PLACES, max_size=3),
    notes=st.dictionaries(IDS, NOTES, max_size=2),
    groups=st.dictionaries(IDS, GROUPS, max_size=2),
)


@pytest.mark.parametrize("format", ["yaml", "json"])
@given(workflow=WORKFLOWS)
def test_a_written_workflow_is_read_back_equal(format, workflow):
    text = dump_document(workflow, format)
    again = load_document(text, f"a.{format}").workflow
    assert again == workflow
    assert dump_document(again, format) == text
    assert document_hash(again) == document_hash(workflow)


@given(value=JSON_VALUES)
def test_types_survive_the_trip(value):
    workflow = Workflow("x", (), variables={"v": value})
    for format in ("yaml", "json"):
        again = load_document(dump_document(workflow, format), f"a.{format}").workflow
        assert repr(again.variables["v"]) == repr(value)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_random_input_is_invalid_and_nothing_else(text):
    for file in ("a.yaml", "a.json", "a"):
        with contextlib.suppress(WorkflowInvalid):
            load_document(text, file)


START = "tidegate: 1\nname: x\nnodes:\n  a:\n    type: t\n"
FRAGMENTS = st.lists(
    st.sampled_from(
        ["a", "b: ", ": ", "- ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ",", "'", '"', "|\n", ">\n",
         "&a ", "*a", "!!int ", "#", "?", "1", "012", ".nan", "true", "\t", "---\n", "...\n", "%YAML 1.1\n",
         "nodes", "edges", "params", "settings", "layout", "retry", "a -> b", "\\ud800", "\ufeff", "<<", "é"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(FRAGMENTS)
def test_nearly_right_yaml_is_invalid_and_nothing_else(text):
    for whole in (text, START + text, START + "    params: " + text):
        with contextlib.suppress(WorkflowInvalid):
            load_document(whole, "a.yaml")


def test_the_text_is_made_for_people_and_git():
    workflow = Workflow(
        "Orders",
        (
            PlacedNode(
                "fetch",
                "http.request",
                label="Fetch 📦",
                params={
                    "url": "{{ vars.base }}/x",
                    "body": "one 😀\ntwo\n",
                    "when": "on",
                    "at": "12:30",
                    "zip": "0123",
                    "n": 1e22,
                    "list": [{"a": 1}, []],
                },
                settings=NodeSettings(timeout=10.0, fallback=FallbackStrategy()),
            ),
        ),
        (Edge("fetch", "fetch", "error"),),
        layout={"fetch": (120.0, -40.5)},
    )
    assert (
        dump_document(workflow, "yaml")
        == """\
tidegate: 1
name: Orders
nodes:
  fetch:
    type: http.request
    label: Fetch 📦
    params:
      url: '{{ vars.base }}/x'
      body: |
        one 😀
        two
      when: 'on'
      at: '12:30'
      zip: '0123'
      n: 1.0e+22
      list:
        - a: 1
        - []
    settings:
      fallback: {}
      timeout: 10
edges:
  - fetch.error -> fetch
layout:
  fetch: [120, -40.5]
"""
    )
    assert dump_document(workflow, "json").startswith('{\n  "tidegate": 1,\n  "name": "Orders",')


def test_the_hash_sees_what_the_workflow_does_and_not_where_it_is_drawn():
    node = PlacedNode("a", "t", params={"x": 1, "y": 2})
    workflow = Workflow("w", (node,), layout={"a": (0, 0)})
    same = Workflow(
        "w",
        (node,),
        layout={"a": (5, 5)},
        notes={"n": CanvasNote("x", 0, 0)},
        groups={"g": CanvasGroup("x", ("a",))},
    )
    other = Workflow("w", (PlacedNode("a", "t", params={"y": 2, "x": 1}),))
    assert document_hash(workflow) == document_hash(same)
    assert document_hash(workflow) != document_hash(other)
    assert len(document_hash(workflow)) == 64


@pytest.mark.parametrize("value", [math.nan, math.inf, {1: 2}, {"a": {1, 2}}, "\ud800", (1,)])
def test_what_no_document_can_hold_is_not_written(value):
    workflow = Workflow("w", (PlacedNode("a", "t", params={"x": value}),))
    for write in (
        document_hash,
        lambda w: dump_document(w, "yaml"),
        lambda w: dump_document(w, "json"),
    ):
        with pytest.raises(InvalidInput):
            write(workflow)
