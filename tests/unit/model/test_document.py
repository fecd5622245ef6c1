import json
import textwrap

import pytest

from tidegate.errors import WorkflowInvalid
from tidegate.model.document import MAX_BYTES, load_document
from tidegate.model.workflow import (
    Edge,
    FallbackStrategy,
    NodeSettings,
    PlacedNode,
    Workflow,
    WorkflowSettings,
)

FULL = """\
tidegate: 1
name: Orders sync
description: |
  Reads orders.
  Writes a report.
variables: {base: "https://api.example.com", "limit": 5}
settings: {timeout: 60, on_crash: restart, fallback: {continue_on_node_failure: true}}
nodes:
  start:
    type: trigger.manual
  fetch:
    type: http.request
    version: 2
    label: Fetch the orders 📦
    credential: orders api
    params: {url: "{{ vars.base }}/orders", headers: [{name: a, value: b}]}
    settings:
      on_error: error_output
      retry: {max_retries: 2}
      timeout: 10
      default_output: [{n: 1}]
edges:
  - start -> fetch
  - fetch.error -> fetch.second   # a comment
layout:
  start: [0, 0.5]
"""

WORKFLOW = Workflow(
    name="Orders sync",
    description="Reads orders.\nWrites a report.\n",
    variables={"base": "https://api.example.com", "limit": 5},
    settings=WorkflowSettings(
        timeout=60, on_crash="restart", fallback=FallbackStrategy(continue_on_node_failure=True)
    ),
    nodes=(
        PlacedNode("start", "trigger.manual"),
        PlacedNode(
            "fetch",
            "http.request",
            version=2,
            label="Fetch the orders 📦",
            credential="orders api",
            params={"url": "{{ vars.base }}/orders", "headers": [{"name": "a", "value": "b"}]},
            settings=NodeSettings(
                on_error="error_output",
                retry={"max_retries": 2},
                timeout=10,
                default_output=[{"n": 1}],
            ),
        ),
    ),
    edges=(Edge("start", "fetch"), Edge("fetch", "fetch", "error", "second")),
    layout={"start": (0, 0.5)},
)


def in_json(text):
    """The same document as JSON, by way of another YAML reader."""
    import yaml

    return json.dumps(yaml.safe_load(text), indent=2)


def test_every_key_of_the_document_is_read():
    loaded = load_document(FULL, "orders.yaml")
    assert loaded.workflow == WORKFLOW
    assert loaded.file == "orders.yaml"


def test_json_means_the_same_as_yaml():
    assert load_document(in_json(FULL), "orders.json").workflow == WORKFLOW
    assert load_document(in_json(FULL), "no suffix").workflow == WORKFLOW


def test_places_are_those_of_keys_and_of_list_elements():
    loaded = load_document(FULL, "orders.yaml")
    assert loaded.positions["nodes.fetch"] == (11, 3)
    assert loaded.positions["nodes.fetch.params.url"] == (16, 14)
    assert loaded.positions["nodes.fetch.params.headers.0.name"] == (16, 56)
    assert loaded.positions["edges.1"] == (24, 5)
    assert loaded.position("nodes.fetch.params.body.deep") == loaded.positions["nodes.fetch.params"]
    assert loaded.position("nothing") is None


def test_places_in_json_count_lines_and_characters():
    text = '{\r\n\t"tidegate": 1, "name": "😀",\n "nodes": {"a": {"type": "t"}},\n "edges": ["a -> a"]}'
    loaded = load_document(text, "a.json")
    assert loaded.positions["tidegate"] == (2, 2)
    assert loaded.positions["name"] == (2, 17)
    assert loaded.positions["nodes.a.type"] == (3, 18)
    assert loaded.positions["edges.0"] == (4, 12)


def test_all_problems_come_at_once_and_in_order(problems):
    text = textwrap.dedent("""\
        tidegate: 1
        descripton: x
        variables: {"a b": 1}
        settings: {on_crash: resum}
        nodes:
          fetch:
            type: http.request
            params: {url: a, url: b}
            settings: {on_error: error_outputt, retry: {max_retries: -2}, timeout: 10s}
          fetch: {typ: b}
          2nd:
            type: a
            credential: 5
        edges:
          - fetch -> x
          - fetch ->x.main
          - fetch - x
          - 12
        layout:
          start: [0, 0, 1]
          end: 5
        """)
    assert problems(text) == [
        ("MISSING", 1, 1, None, "name"),
        ("UNKNOWN_KEY", 2, 1, None, "descripton"),
        ("INVALID_VALUE", 3, 13, None, "variables.a b"),
        ("INVALID_VALUE", 4, 12, None, "settings.on_crash"),
        ("DUPLICATE_KEY", 8, 22, "fetch", "url"),
        ("INVALID_VALUE", 9, 16, "fetch", "settings.on_error"),
        ("INVALID_VALUE", 9, 49, "fetch", "settings.retry.max_retries"),
        ("INVALID_VALUE", 9, 67, "fetch", "settings.timeout"),
        ("DUPLICATE_NODE", 10, 3, "fetch", None),
        ("INVALID_NODE_ID", 11, 3, "2nd", None),
        ("INVALID_VALUE", 13, 5, "2nd", "credential"),
        ("DUPLICATE_EDGE", 16, 5, None, "edges.1"),
        ("INVALID_EDGE", 17, 5, None, "edges.2"),
        ("INVALID_VALUE", 18, 5, None, "edges.3"),
        ("INVALID_VALUE", 20, 3, None, "layout.start"),
        ("INVALID_VALUE", 21, 3, None, "layout.end"),
    ]


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("nmae: x", "unknown key 'nmae'", "did you mean 'name'?"),
        (
            "zzz: x",
            "unknown key 'zzz'",
            (
                "there are: tidegate, name, description, variables, settings, nodes, edges, "
                "layout, notes, groups"
            ),
        ),
        ("description: 5", "must be text, not a number", None),
        ("variables: [a]", "must be a mapping, not a list", None),
        ("edges: {a: b}", "must be a list, not a mapping", None),
        ("settings: {timeout: 0}", "must be more than 0", None),
        ("settings: {timeout: yes}", "must be a number, not text", None),
        (
            "settings: {on_crash: restrat}",
            "must be 'resume', 'restart' or 'fail', not 'restrat'",
            "did you mean 'restart'?",
        ),
        (
            "settings: {fallback: {skip_failed_nodes: on}}",
            "must be true or false, not text",
            "only true and false are; yes, no, on and off are text",
        ),
        (
            "edges: [a => b]",
            "an edge is written 'source -> target' or 'source.output -> target.input'",
            None,
        ),
    ],
)
def test_messages_say_what_would_be_right(only_problem, line, message, hint):
    problem = only_problem(f"tidegate: 1\nname: x\nnodes: {{}}\n{line}\n")
    assert (problem.message, problem.hint, problem.line) == (message, hint, 4)


def test_a_key_without_a_value_is_as_if_it_were_not_there(only_problem):
    text = "tidegate: 1\nname: x\nnodes:\n  a: {type: t, params: , settings: {retry: {jitter: }}}\nedges:\n"
    node = load_document(text, "a.yaml").workflow.nodes[0]
    assert node.settings.retry == {}
    assert only_problem("tidegate: 1\nname:\nnodes: {}\n").message == "must be text, not null"


def test_a_document_of_a_newer_format_is_refused_for_that_alone(only_problem):
    problem = only_problem("tidegate: 2\nanything: [new]\n")
    assert (problem.code, problem.line) == ("FORMAT_VERSION", 1)
    assert "format 2" in problem.message


@pytest.mark.parametrize("version", ["true", "0", "1.0", "'1'", "null"])
def test_the_format_is_the_number_one(only_problem, version):
    problem = only_problem(f"tidegate: {version}\nname: x\nnodes: {{}}\n")
    assert (problem.code, problem.parameter) == ("INVALID_VALUE", "tidegate")


@pytest.mark.parametrize("name", ['""', '" x"', '"a\\nb"', '"a\\u2028b"', '"a\\0b"', '"a\\x9Bb"'])
def test_a_name_is_one_line(only_problem, name):
    assert only_problem(f"tidegate: 1\nname: {name}\nnodes: {{}}\n").parameter == "name"


@pytest.mark.parametrize(
    ("edge", "expected"),
    [
        ("a -> b", Edge("a", "b")),
        ("a->b", Edge("a", "b")),
        ("a-1 -> b_2", Edge("a-1", "b_2")),
        ("  a.true   ->\tb.second ", Edge("a", "b", "true", "second")),
        ("a.main -> b.main", Edge("a", "b")),
        ("switch.0 -> b", Edge("switch", "b", "0")),
    ],
)
def test_edges_are_short_lines(edge, expected):
    text = f"tidegate: 1\nname: x\nnodes: {{}}\nedges:\n  - {json.dumps(edge)}\n"
    assert load_document(text, "a.yaml").workflow.edges == (expected,)


@pytest.mark.parametrize(
    "edge",
    ["", "a", "->", "a ->", "-> b", "a -> b -> c", "a.b.c -> d", "a b -> c", "a -> b\n", "-a -> b"],
)
def test_what_is_no_edge(only_problem, edge):
    text = f"tidegate: 1\nname: x\nnodes: {{}}\nedges:\n  - {json.dumps(edge)}\n"
    assert only_problem(text).code == "INVALID_EDGE"


UNREADABLE = [
    (b"", "EMPTY", None),
    (b" \n\t\n", "EMPTY", None),
    (b"\xef\xbb\xbf", "EMPTY", None),
    (b"# only a comment\n", "NOT_A_WORKFLOW", (1, 1)),
    (b"[1, 2]", "NOT_A_WORKFLOW", (1, 1)),
    (b"just text", "NOT_A_WORKFLOW", (1, 1)),
    (b"\xff\xfea\0", "NOT_UTF8", None),
    ("tidegate: 1\nname: é\n".encode("latin-1"), "NOT_UTF8", (2, 7)),
    (b"name: \xed\xa0\x80", "NOT_UTF8", (1, 7)),
    (b"a: b\nc: \0", "INVALID_CHARACTER", (2, 4)),
    ("a: \ud800", "INVALID_CHARACTER", (1, 4)),
    ("a: \x1b[31m", "INVALID_CHARACTER", (1, 4)),
    ("é: 1\nb: x\u2028y", "INVALID_CHARACTER", (2, 5)),
    (b"a: [1, 2\nb: 3", "SYNTAX", (2, 2)),
    (b"a: b: c", "SYNTAX", (1, 5)),
    (b"a:\n\tb: 1", "SYNTAX", (2, 1)),
    (b"a: 1\n---\nb: 2", "SYNTAX", (2, 1)),
    (b"a: {{ json.x }}", "SYNTAX", (1, 5)),
    (b"? [a]\n: b", "SYNTAX", (1, 3)),
]


@pytest.mark.parametrize(("text", "code", "place"), UNREADABLE)
def test_what_can_not_be_read_is_one_clear_problem(only_problem, text, code, place):
    problem = only_problem(text)
    assert problem.code == code
    assert (problem.line, problem.column) == (place or (None, None))


def test_a_byte_order_mark_of_utf_8_is_no_problem():
    text = b"\xef\xbb\xbftidegate: 1\nname: x\nnodes: {}\n"
    assert load_document(text, "a.yaml").workflow.name == "x"
    assert load_document(b'\xef\xbb\xbf{"tidegate": 1, "name": "x", "nodes": {}}', "a").workflow


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a:\n\tb: 1", "indent with spaces, not with tabs"),
        ("a: {{ json.x }}", 'quote a value that starts with an expression: "{{ json.name }}"'),
        ("a: {{ json.x }}/y", 'quote a value that starts with an expression: "{{ json.name }}"'),
    ],
)
def test_usual_mistakes_have_a_hint(only_problem, text, hint):
    assert only_problem(text).hint == hint


def test_fifty_megabytes_are_refused_without_being_parsed(only_problem):
    problem = only_problem(b"{" * 50_000_000)
    assert problem.code == "TOO_LARGE"
    assert "50.0 MB" in problem.message
    assert f"at most {MAX_BYTES // 1_000_000} MB" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "tidegate: 1\nname: x\nnodes: {}\n" + "".join(f"k{i}: 1\n" for i in range(50_000)),
        "tidegate: 1\nname: x\nnodes: {}\nedges:\n" + "  - a\n" * 50_000,
        "tidegate: 1\nname: x\nnodes: {}\nedges:\n" + "  - a -> b\n" * 50_000,
        "a: 1\n" * 50_000,
        "".join(f"a{i}: &a{i} 012\n" for i in range(50_000)),
    ],
)
def test_no_more_than_a_thousand_problems_are_listed(text):
    with pytest.raises(WorkflowInvalid) as raised:
        load_document(text, "a.yaml")
    assert len(raised.value.problems) == 1001
    assert "TOO_MANY_PROBLEMS" in {problem.code for problem in raised.value.problems}


def test_a_file_of_nearly_five_megabytes_is_read():
    body = "text " * 90
    nodes = "".join(
        f"  n{i}:\n    type: data.set\n    params: {{a: '{{{{ json.n }}}}', b: {body}}}\n"
        for i in range(9_000)
    )
    text = f"tidegate: 1\nname: Large\nnodes:\n{nodes}"
    assert 4_000_000 < len(text) < MAX_BYTES
    loaded = load_document(text, "large.yaml")
    assert len(loaded.workflow.nodes) == 9_000
    assert loaded.positions["nodes.n8999.params.b"] == (27_003, 33)


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 4_000_000,
        "a: " + "{b: " * 500_000,
        "- " * 1_000_000,
        "\n".join(" " * depth + "a:" for depth in range(1000)),
        '{"a": ' * 500_000,
    ],
)
@pytest.mark.parametrize("file", ["a.yaml", "a.json"])
def test_deep_nesting_is_refused_at_the_hundredth_level(text, file):
    with pytest.raises(WorkflowInvalid) as raised:
        load_document(text, file)
    (problem,) = raised.value.problems
    assert problem.code in ("TOO_DEEP", "SYNTAX")
    assert problem.code == "TOO_DEEP" or file == "a.json"


def test_a_hundred_levels_are_allowed():
    deep = "[" * 98 + "]" * 98
    text = f"tidegate: 1\nname: x\nnodes: {{}}\nvariables: {{v: {deep}}}\n"
    assert load_document(text, "a.yaml").workflow.variables["v"]
