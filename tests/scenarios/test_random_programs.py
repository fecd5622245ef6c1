"""Random workflows of conditions, loops and failures against a few lines of plain Python.

A program is a list of statements over items with a number ``n`` and an ``id``. It is turned into a
workflow, and the workflow must give what :func:`interpret` gives, also after a crash at any row.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tidegate.engine.journaled import Journaled
from tidegate.engine.testing import run_workflow
from tidegate.model.document import load_document
from tidegate.model.status import ExecutionStatus
from tidegate.model.workflow import Workflow
from tidegate.registry import Registry

Program = list[tuple[Any, ...]]
Numbers = list[tuple[int, int]]
"""The items: ``(id, n)``."""

SIMPLE = st.one_of(
    st.tuples(st.just("add"), st.integers(1, 3)),
    st.tuples(st.just("keep"), st.integers(2, 3)),
    st.tuples(st.just("turn")),
    st.tuples(st.just("fail"), st.integers(2, 3), st.sampled_from(["skip", "drop", "aside"])),
)


def _compound(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    body = st.lists(inner, max_size=2)
    return st.one_of(
        st.tuples(st.just("if"), st.integers(2, 3), body, body),
        st.tuples(st.just("loop"), st.integers(1, 3), body),
        inner,
    )


PROGRAMS = st.lists(st.recursive(SIMPLE, _compound, max_leaves=5), max_size=4)
INPUT = st.lists(st.integers(0, 9), max_size=5).map(lambda numbers: list(enumerate(numbers)))


def interpret(program: Program, items: Numbers) -> Numbers:
    """What the program means."""
    for kind, *arguments in program:
        match kind:
            case "add":
                items = [(id_, n + arguments[0]) for id_, n in items]
            case "keep":
                items = [(id_, n) for id_, n in items if n % arguments[0] == 0]
            case "turn":
                items = sorted(items, key=lambda item: -item[1])
            case "fail":
                divisor, handling = arguments
                if handling == "aside":  # what failed comes after what did not
                    good = [item for item in items if item[1] % divisor]
                    items = good + [item for item in items if not item[1] % divisor]
                elif handling == "drop":
                    items = [item for item in items if item[1] % divisor]
            case "if":
                divisor, yes, no = arguments
                met = [item for item in items if item[1] % divisor == 0]
                rest = [item for item in items if item[1] % divisor]
                items = interpret(yes, met) + interpret(no, rest)
            case "loop":
                size, body = arguments
                batches = [items[i : i + size] for i in range(0, len(items), size)]
                items = [item for batch in batches for item in interpret(body, batch)]
    return items


@dataclass
class Compiler:
    """Turns a program into nodes and edges."""

    nodes: dict[str, Any] = field(default_factory=dict)
    edges: list[str] = field(default_factory=list)

    def add(self, type_: str, params: dict[str, Any], **settings: Any) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes[name] = {"type": type_, "params": params, "settings": settings}
        return name

    def run(self, program: Program, source: str) -> str:
        """Adds the statements behind an output; returns the output behind them."""
        for kind, *arguments in program:
            source = getattr(self, f"_{kind}")(source, *arguments)
        return source

    def _behind(self, source: str, node: str) -> str:
        self.edges.append(f"{source} -> {node}")
        return node

    def _add(self, source: str, summand: int) -> str:
        fields = {"n": f"{{{{ json.n + {summand} }}}}"}
        return self._behind(source, self.add("data.set", {"fields": fields}))

    def _keep(self, source: str, divisor: int) -> str:
        condition = f"{{{{ json.n % {divisor} == 0 }}}}"
        return self._behind(source, self.add("data.filter", {"condition": condition}))

    def _turn(self, source: str) -> str:
        keys = [{"field": "n", "order": "descending"}]
        return self._behind(source, self.add("data.sort", {"keys": keys}))

    def _fail(self, source: str, divisor: int, handling: str) -> str:
        fields = {"fail": f"{{{{ 9 if json.n % {divisor} == 0 else 0 }}}}"}
        mark = self._behind(source, self.add("data.set", {"fields": fields}))
        if handling == "aside":
            each = self._behind(mark, self.add("test.each", {}, on_error="error_output"))
            join = self._behind(each, self.add("flow.no_op", {}))
            self.edges.append(f"{each}.error -> {join}")
            return join
        flag = "skip_failed_nodes" if handling == "skip" else "continue_on_node_failure"
        return self._behind(mark, self.add("test.each", {}, fallback={flag: True}))

    def _if(self, source: str, divisor: int, yes: Program, no: Program) -> str:
        condition = f"{{{{ json.n % {divisor} == 0 }}}}"
        check = self._behind(source, self.add("flow.if", {"condition": condition}))
        ends = [self.run(yes, f"{check}.true"), self.run(no, f"{check}.false")]
        join = self.add("flow.no_op", {})
        self.edges += [f"{end} -> {join}" for end in ends]
        return join

    def _loop(self, source: str, size: int, body: Program) -> str:
        loop = self._behind(source, self.add("flow.loop", {"batch_size": size}))
        self.edges.append(f"{self.run(body, f'{loop}.each')} -> {loop}.results")
        return f"{loop}.done"


def compiled(program: Program, items: Numbers) -> tuple[Workflow, str]:
    """The workflow, and its last node."""
    compiler = Compiler()
    given_items = [{"id": id_, "n": n} for id_, n in items]
    start = compiler.add("test.start", {"items": given_items})
    end = compiler.add(
        "data.set",
        {
            "keep": "none",
            "fields": {
                "id": "{{ json.id }}",
                "n": "{{ json.n }}",
                "from": f"{{{{ node('{start}').item.json.id }}}}",
            },
        },
    )
    compiler.edges.append(f"{compiler.run(program, start)} -> {end}")
    document = {
        "tidegate": 1,
        "name": "Program",
        "nodes": compiler.nodes,
        "edges": compiler.edges,
    }
    return load_document(json.dumps(document), "program.json").workflow, end


@given(program=PROGRAMS, items=INPUT, cut=st.floats(0, 1), spill=st.sampled_from([1, 1 << 20]))
def test_a_workflow_means_what_its_program_means(
    program: Program, items: Numbers, cut: float, spill: int, registry: Registry
) -> None:
    workflow, end = compiled(program, items)
    expected = [{"id": id_, "n": n, "from": id_} for id_, n in interpret(program, items)]

    async def run() -> None:
        whole = await run_workflow(workflow, registry.node_class, spill_threshold=spill)
        before = whole.rows[: int(cut * len(whole.rows))]
        resumed = await run_workflow(
            workflow,
            registry.node_class,
            journaled=Journaled.of(before, whole.spill),
            spill=whole.spill,
            spill_threshold=spill,
        )
        for ran, rows in ((whole, whole.rows), (resumed, [*before, *resumed.rows])):
            assert ran.end.status is ExecutionStatus.SUCCEEDED, ran.end.error
            assert ran.end.errors_handled == whole.end.errors_handled
            journaled = Journaled.of(rows, ran.spill)
            output = journaled.outputs(journaled.rows[end, ()]).get("main")
            batches = () if output is None else output.batches
            assert [item.json for batch in batches for item in batch.load()[0]] == expected

    asyncio.run(run())
