"""Every kind of problem of a workflow, with its exact place."""

import pytest

from tidegate.errors import WorkflowInvalid
from tidegate.model.document import load_document
from tidegate.registry import Registry, load_registry
from tidegate.services.check import (
    WARNINGS,
    check_workflow,
    load_workflow_file,
    read_workflow_file,
)


def workflow(nodes, edges):
    types = {"start": "trigger.manual", "if": "flow.if", "loop": "flow.loop", "merge": "flow.merge"}
    lines = [f"  {node}: {{type: {types.get(node.rstrip('12'), 'data.sort')}}}" for node in nodes]
    return "\n".join(
        ["tidegate: 1", "name: x", "nodes:", *lines, "edges:", *(f"  - {edge}" for edge in edges)]
    )


def test_a_workflow_without_problems(check):
    text = workflow(
        ["start", "if", "a", "b", "merge"],
        ["start -> if", "if.true -> a", "if.false -> b", "a -> merge", "b -> merge.second"],
    )
    assert check(text) == []


def test_a_lone_trigger_is_a_workflow(check):
    assert check(workflow(["start"], [])) == []


def test_all_problems_come_at_once_in_the_order_of_lines(check):
    text = """\
        tidegate: 1
        name: x
        nodes:
          start: {type: trigger.manual}
          fetch:
            type: http.reqest
          second:
            type: http.request
            version: 3
          third:
            type: http.request
            params:
              uri: https://example.com/
              retries: 9
              body: {deep: ["{{ json. }}"]}
          check: {type: flow.if}
          lost: {type: data.sort}
        edges:
          - start -> fetch
          - start -> thrid
          - start -> check
          - check.treu -> third
          - check.true -> third.left
          - third -> start
          - start -> second
        """
    assert check(text) == [
        ("UNKNOWN_NODE_TYPE", 6, 5, "fetch", "type"),
        ("UNKNOWN_NODE_VERSION", 9, 5, "second", "version"),
        ("MISSING_PARAMETER", 12, 5, "third", "url"),
        ("UNKNOWN_PARAMETER", 13, 7, "third", "uri"),
        ("WRONG_PARAMETER", 14, 7, "third", "retries"),
        ("EXPRESSION_SYNTAX", 15, 21, "third", "body.deep.0"),
        ("UNREACHABLE", 17, 3, "lost", None),
        ("UNKNOWN_NODE", 20, 5, "thrid", None),
        ("UNKNOWN_OUTPUT", 22, 5, "check", None),
        ("UNKNOWN_INPUT", 23, 5, "third", None),
        ("EDGE_INTO_TRIGGER", 24, 5, "start", None),
    ]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("http.reqest", "did you mean 'http.request'?"),
        ("HTTP.Request", "did you mean 'http.request'?"),
        ("web.request", "did you mean 'http.request'?"),
        ("request", "did you mean 'http.request'?"),
        ("zzz.qqq", "there are: data, flow, http, trigger (groups; 'tidegate nodes' lists all)"),
    ],
)
def test_an_unknown_node_type_has_the_nearest_name(only_problem, name, hint):
    problem = only_problem(
        f"tidegate: 1\nname: x\nnodes:\n  start: {{type: trigger.manual}}\n  a: {{type: {name}}}\n"
        "edges: [start -> a]\n"
    )
    assert (problem.message, problem.hint) == (f"there is no node type '{name}'", hint)


def test_an_unknown_version_lists_those_that_exist(only_problem):
    problem = only_problem(
        "tidegate: 1\nname: x\nnodes:\n  start: {type: trigger.manual}\n"
        "  a: {type: http.request, version: 7}\nedges: [start -> a]\n"
    )
    assert problem.message == "node type 'http.request' has no version 7"
    assert problem.hint == "its versions: 1, 2"


@pytest.mark.parametrize(
    ("edge", "message", "hint"),
    [
        ("start -> sort1x", "the edge 'start -> sort1x' names 'sort1x', which is no node", "did you mean 'sort1'?"),
        ("if.ture -> sort1", "'if' (flow.if) has no output 'ture'", "did you mean 'true'?"),
        ("if.maybe -> sort1", "'if' (flow.if) has no output 'maybe'", "there are: true, false"),
        (
            "sort1.error -> sort2",
            "'sort1' (data.sort) has no output 'error'",
            "set 'on_error: error_output' in the settings of 'sort1'",
        ),
        ("start -> sort1.left", "'sort1' (data.sort) has no input 'left'", "there are: main"),
        ("sort1 -> start", "'start' is a trigger: it starts executions and has no input", None),
    ],
)  # fmt: skip
def test_edges_that_do_not_fit_say_what_exists(registry, edge, message, hint):
    nodes = ["start", "if", "sort1", "sort2"]
    text = workflow(nodes, ["start -> if", "start -> sort1", "start -> sort2", edge])
    (problem,) = check_workflow(load_document(text, "a.yaml"), registry)
    assert (problem.message, problem.hint, problem.line) == (message, hint, 12)


def test_an_edge_between_two_missing_nodes_is_two_problems(check):
    assert check(workflow(["start"], ["x -> y", "z -> z"])) == [
        ("UNKNOWN_NODE", 6, 5, "x", None),
        ("UNKNOWN_NODE", 6, 5, "y", None),
        ("UNKNOWN_NODE", 7, 5, "z", None),
    ]


def test_the_error_output_is_there_when_it_was_asked_for(check):
    text = workflow(["start", "a", "b"], ["start -> a", "a.error -> b"])
    text = text.replace(
        "a: {type: data.sort}", "a: {type: data.sort, settings: {on_error: error_output}}"
    )
    assert check(text) == []


def test_ports_may_depend_on_parameters(check):
    edges = ["start -> a", "start -> merge", "a -> merge.third"]
    text = workflow(["start", "a", "merge"], edges)
    assert [code for code, *_ in check(text)] == ["UNKNOWN_INPUT"]
    assert (
        check(text.replace("{type: flow.merge}", "{type: flow.merge, params: {inputs: 3}}")) == []
    )


def test_a_workflow_needs_a_trigger(check, only_problem):
    assert check(workflow(["a"], [])) == [("NO_TRIGGER", 3, 1, None, None)]
    problem = only_problem("tidegate: 1\nname: x\nnodes: {}\n")
    assert problem.hint == "add a node of type trigger.manual, and an edge from it"


def test_a_mistyped_trigger_is_one_problem(check):
    text = "tidegate: 1\nname: x\nnodes:\n  start: {type: trigger.manul}\n  a: {type: data.sort}\nedges: [start -> a]\n"
    assert check(text) == [("UNKNOWN_NODE_TYPE", 4, 11, "start", "type")]


def test_a_node_that_no_trigger_leads_to_is_a_warning(registry):
    text = workflow(["start", "a", "b"], ["a -> b"])
    found = check_workflow(load_document(text, "a.yaml"), registry)
    assert [(p.code, p.node, p.code in WARNINGS) for p in found] == [
        ("UNREACHABLE", "a", True),
        ("UNREACHABLE", "b", True),
    ]


def test_a_cycle_names_its_nodes_in_order(only_problem):
    text = workflow(
        ["start", "a", "b", "c", "d"], ["start -> c", "c -> a", "a -> b", "b -> c", "b -> d"]
    )
    problem = only_problem(text)
    assert (problem.code, problem.node, problem.line) == ("CYCLE", "a", 5)
    assert "a -> b -> c -> a" in problem.message


def test_an_edge_from_a_node_to_itself_is_a_cycle(check):
    assert check(workflow(["start", "a"], ["start -> a", "a -> a"])) == [("CYCLE", 5, 3, "a", None)]


def test_loops_are_no_cycles(check):
    edges = ["start -> loop1", "loop1.each -> loop2", "loop2.each -> a", "a -> loop2.results"]
    edges += ["loop2.done -> b", "b -> loop1.results", "loop1.done -> c"]
    assert check(workflow(["start", "loop1", "loop2", "a", "b", "c"], edges)) == []


def test_a_loop_is_entered_and_left_by_its_own_outputs(check):
    edges = ["start -> loop", "loop.each -> a", "a -> loop.results"]
    assert check(workflow(["start", "loop", "a"], [*edges, "start -> a"])) == [
        ("LOOP_ENTRY", 11, 5, "a", None)
    ]
    assert check(workflow(["start", "loop", "a", "b"], [*edges, "loop.done -> b", "a -> b"])) == [
        ("LOOP_ENTRY", 12, 5, "b", None)
    ]
    assert check(
        workflow(["start", "loop", "b"], ["start -> loop", "start -> b", "b -> loop.results"])
    ) == [("LOOP_RESULT", 10, 5, "b", None)]


def test_a_broken_package_is_a_problem_of_the_nodes_that_use_it():
    from tidegate.registry import NodeEntry

    registry = Registry(
        [
            NodeEntry("acme.gone", 1, "no_such_module_at_all:Gone", "acme-nodes"),
            NodeEntry("acme.text", 1, "json:dumps", "acme-nodes"),
        ]
    )
    text = "tidegate: 1\nname: x\nnodes:\n  a: {type: acme.gone}\n  b: {type: acme.text}\n"
    found = [p for p in check_workflow(load_document(text, "a.yaml"), registry) if p.node]
    assert [(p.code, p.node, p.line) for p in found] == [
        ("BROKEN_NODE_TYPE", "a", 4),
        ("BROKEN_NODE_TYPE", "b", 5),
    ]
    assert "acme-nodes" in found[0].message


def test_json_files_have_places_too(check):
    text = '{"tidegate": 1, "name": "x",\n "nodes": {"start": {"type": "trigger.manual"},\n  "a": {"type": "data.srot"}},\n "edges": ["start -> a", "a -> b"]}'
    assert check(text, "a.json") == [
        ("UNKNOWN_NODE_TYPE", 3, 9, "a", "type"),
        ("UNKNOWN_NODE", 4, 26, "b", None),
    ]


WRONG_ALL_OVER = """\
tidegate: 1
nmae: x
nodes:
  a: {type: trigger.manul}
  b: {type: data.set, params: {feilds: 1}}
  b: {type: data.set}
  c: {type: data.set, settings: {timeout: soon}, params: {fields: {x: "{{ json.a + }}"}}}
edges:
  - a -> b
  - b -> c
  - b -> c
  - c - a
  - c.other -> b
  - c -> nobody
"""


def test_what_is_wrong_with_the_structure_hides_nothing_else(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG_ALL_OVER)
    found = [
        (problem.line, problem.code)
        for problem in check_workflow(read_workflow_file(path), load_registry())
    ]
    assert found == [
        (1, "MISSING"),
        (2, "UNKNOWN_KEY"),
        (4, "UNKNOWN_NODE_TYPE"),
        (5, "UNKNOWN_PARAMETER"),
        (6, "DUPLICATE_NODE"),
        (7, "INVALID_VALUE"),
        (7, "EXPRESSION_SYNTAX"),
        (11, "DUPLICATE_EDGE"),
        (12, "INVALID_EDGE"),
        (13, "UNKNOWN_OUTPUT"),
        (14, "UNKNOWN_NODE"),
    ]


def test_a_file_that_is_not_checked_must_be_whole(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG_ALL_OVER)
    with pytest.raises(WorkflowInvalid) as raised:
        load_workflow_file(path)
    assert {problem.line for problem in raised.value.problems} == {1, 2, 6, 7, 11, 12}


def test_files_that_can_not_be_read(tmp_path):
    (tmp_path / "large.yaml").write_bytes(b"#" * 50_000_000)
    (tmp_path / "good.yaml").write_text("tidegate: 1\nname: x\nnodes: {}\n")
    cases = {
        "missing.yaml": "UNREADABLE",
        ".": "UNREADABLE",
        "large.yaml": "TOO_LARGE",
        "a\0b": "UNREADABLE",
    }
    for name, code in cases.items():
        with pytest.raises(WorkflowInvalid) as raised:
            read_workflow_file(tmp_path / name)
        (problem,) = raised.value.problems
        assert (problem.code, problem.file) == (code, str(tmp_path / name))
    assert read_workflow_file(tmp_path / "good.yaml").workflow.name == "x"
