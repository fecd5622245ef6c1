"""The code of workflows: what is wrong with it, and which engine runs it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tidegate.engine.plan import Plan
from tidegate.errors import CodeError, Problem, WorkflowInvalid
from tidegate.isolation.engines import CodeEngines, missing
from tidegate.isolation.scan import Reason, needs_cpython, parse
from tidegate.model.workflow import PlacedNode, Workflow
from tidegate.registry import Registry
from tidegate.sdk.code import CHOSEN_ENGINE, EngineName, PlacedCode


def code_problems(code: PlacedCode) -> Iterator[Problem]:
    """What keeps a placed node's code from running here; ``parameter`` is the code's."""
    try:
        if code.language == "python":
            parse(code.source)
    except CodeError as error:
        pointer = error.pretty().removeprefix(error.message).lstrip("\n")
        yield Problem(error.message, "CODE_SYNTAX", parameter=code.parameter, hint=pointer or None)
        return
    reasons = needs_cpython(code.source) if code.language == "python" else []
    engine = _engine(code, reasons)
    if engine == "monty" and reasons:
        what = _listed(reasons)
        message = f"the engine Monty has not: {what}"
        hint = "set the engine to auto or cpython"
        yield Problem(message, "CODE_NOT_SUPPORTED", parameter=code.parameter, hint=hint)
    lacking = missing(engine)
    if lacking is not None:
        hint = ""
        if code.chooses and reasons:
            hint = f"without these Monty could run it: {_listed(reasons)}"
        yield Problem(lacking, "ENGINE_MISSING", parameter=code.parameter, hint=hint or None)


def with_chosen_engines(workflow: Workflow, registry: Registry) -> Workflow:
    """The workflow with the engine of each code node written down.

    A later version of the scan can't move stored code to another engine.
    """
    nodes = tuple(_with_engine(node, registry) for node in workflow.nodes)
    return workflow if nodes == workflow.nodes else replace(workflow, nodes=nodes)


def _with_engine(node: PlacedNode, registry: Registry) -> PlacedNode:
    code = registry.node_class(node.type, node.version).code_for(node.params)
    if code is None or not code.chooses:
        return node
    try:
        engine = "cpython" if needs_cpython(code.source) else "monty"
    except CodeError:
        return node  # the check of the workflow says so
    return replace(node, params={**node.params, CHOSEN_ENGINE: engine})


def check_engines(plan: Plan, engines: Callable[[], CodeEngines]) -> None:
    """Refuse a workflow whose code this machine can't run; another machine may have stored it.

    Raises:
        WorkflowInvalid: an engine is missing.
    """
    problems = []
    for placed in plan.workflow.nodes:
        code = plan.nodes[placed.id].node.code_for(placed.params)
        if code is None or code.engine is None:
            continue
        lacking = engines().missing(code.engine)
        if lacking is not None:
            problems.append(
                Problem(lacking, "ENGINE_MISSING", node=placed.id, parameter=code.parameter)
            )
    if problems:
        name = plan.workflow.name
        raise WorkflowInvalid(f"workflow {name!r} can't run on this machine", problems)


def _engine(code: PlacedCode, reasons: list[Reason]) -> EngineName:
    """The engine that code gets: the author's, or the scan's."""
    if code.language == "javascript":
        return "quickjs"
    if not code.chooses and code.engine is not None:
        return code.engine
    return "cpython" if reasons else "monty"


def _listed(reasons: list[Reason]) -> str:
    found = dict.fromkeys(f"{reason.what} (line {reason.line})" for reason in reasons)
    return ", ".join(list(found)[:5])
