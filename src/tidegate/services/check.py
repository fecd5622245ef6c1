"""Whether a workflow can run: every problem at once, each with its place in the file."""

import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from tidegate.errors import ExpressionError, Problem, WorkflowInvalid
from tidegate.expressions import compile_template
from tidegate.model.document import (
    MAX_BYTES,
    NO_TYPE,
    LoadedWorkflow,
    invalid,
    read_document,
    too_large,
)
from tidegate.model.field_problems import name_hint
from tidegate.model.graph import Graph, analyse
from tidegate.model.workflow import Edge, PlacedNode, Workflow
from tidegate.registry import Registry
from tidegate.sdk.node import Node
from tidegate.sdk.outcome import ERROR
from tidegate.services.check_params import ExpressionUse, check_params
from tidegate.services.check_webhooks import webhook_problems
from tidegate.services.code import code_problems
from tidegate.services.turns import KEY_ROOTS

WARNINGS: Final = frozenset({"UNREACHABLE", "UNKNOWN_VARIABLE"})
"""Codes of problems that people should know and that don't stop a workflow from running."""


def load_workflow_file(path: Path) -> LoadedWorkflow:
    """Read a workflow file that is not checked any further.

    Raises:
        WorkflowInvalid: it can't be read, or with every problem of its structure.
    """
    loaded = read_workflow_file(path)
    if loaded.problems:
        raise invalid(str(path), list(loaded.problems))
    return loaded


def read_workflow_file(path: Path) -> LoadedWorkflow:
    """Read a workflow file for :func:`check_workflow`, which reports its problems too.

    Raises:
        WorkflowInvalid: it can't be read, or nothing is left that could be checked.
    """
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise _unreadable(path, "it is no file")
        if info.st_size > MAX_BYTES:
            raise invalid(str(path), [replace(too_large(info.st_size), file=str(path))])
        text = path.read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(path, getattr(error, "strerror", None) or str(error)) from None
    return read_document(text, str(path))


def _unreadable(path: Path, reason: str) -> WorkflowInvalid:
    message = f"this file can't be read: {reason}"
    return invalid(str(path), [Problem(message, "UNREADABLE", file=str(path))])


def check_workflow(
    loaded: LoadedWorkflow, registry: Registry, credentials: Sequence[str] | None = None
) -> list[Problem]:
    """Every problem of a workflow, in the order of its lines; warnings are among them.

    ``credentials`` are the names of those that are stored; None: they are not looked at.
    """
    problems = _Check(loaded, registry).run()
    if loaded.problems:  # what was left out is not what leads to the warnings of the rest
        problems = [problem for problem in problems if problem.code not in WARNINGS]
        problems += loaded.problems
    if credentials is not None:
        problems += _unknown_credentials(loaded, credentials)
    return sorted(problems, key=lambda problem: (problem.line or 0, problem.column or 0))


def credentials_of(workflow: Workflow) -> set[str]:
    """The names of the credentials that a workflow uses."""
    return {node.credential for node in workflow.nodes if node.credential is not None}


def _unknown_credentials(loaded: LoadedWorkflow, known: Sequence[str]) -> list[Problem]:
    return [
        loaded.problem(
            "UNKNOWN_CREDENTIAL",
            f"there is no credential '{node.credential}'",
            f"nodes.{node.id}.credential",
            node=node.id,
            hint=name_hint(node.credential, known)
            or f"store it with: tidegate credentials set {node.credential} --type TYPE",
        )
        for node in loaded.workflow.nodes
        if node.credential is not None and node.credential not in known
    ]


class _Check:
    """The check of one workflow."""

    def __init__(self, loaded: LoadedWorkflow, registry: Registry) -> None:
        self.loaded = loaded
        self.workflow = loaded.workflow
        self.registry = registry
        self.problems: list[Problem] = []
        self.nodes: dict[str, PlacedNode] = {node.id: node for node in self.workflow.nodes}
        self.classes: dict[str, type[Node]] = {}
        self.uses: list[tuple[PlacedNode, ExpressionUse]] = []

    def run(self) -> list[Problem]:
        for node in self.workflow.nodes:
            self._find_class(node)
        for node in self.workflow.nodes:
            if node.id in self.classes:
                self._check_params(node, self.classes[node.id])
                self._check_code(node, self.classes[node.id])
        known = {id: (self.nodes[id], found) for id, found in self.classes.items()}
        for problem in webhook_problems(known):
            self._add_for_parameter(self.nodes[problem.node or ""], problem)
        edges = [
            (index, edge)
            for index, edge in enumerate(self.workflow.edges)
            if self._has_both_ends(index, edge)
        ]
        fitting = [edge for index, edge in edges if self._fits(index, edge)]
        loops = [node for node, found in self.classes.items() if found.is_loop]
        graph = analyse(tuple(self.nodes), fitting, loops)
        self._check_graph(graph)
        self._check_waits(graph)
        self._check_references(graph)
        self._check_triggers([edge for _, edge in edges])
        self._check_concurrency()
        return self.problems

    def _check_concurrency(self) -> None:
        concurrency = self.workflow.settings.concurrency
        if concurrency is None:
            return
        try:
            compile_template(concurrency.key, extra_roots=KEY_ROOTS)
        except ExpressionError as error:
            self._add("INVALID_EXPRESSION", error.message, "settings.concurrency.key")

    def _add(
        self,
        code: str,
        message: str,
        path: str,
        *,
        node: str | None = None,
        parameter: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.problems.append(
            self.loaded.problem(code, message, path, node=node, parameter=parameter, hint=hint)
        )

    def _find_class(self, node: PlacedNode) -> None:
        if node.type == NO_TYPE and self.loaded.problems:
            return
        try:
            self.classes[node.id] = self.registry.node_class(node.type, node.version)
        except WorkflowInvalid as error:
            for found in error.problems:
                key = "version" if found.code == "UNKNOWN_NODE_VERSION" else "type"
                path = f"nodes.{node.id}.{key}"
                self._add(
                    found.code, found.message, path, node=node.id, parameter=key, hint=found.hint
                )

    def _check_params(self, node: PlacedNode, node_class: type[Node]) -> None:
        found = check_params(node_class.Params, node.params)
        for problem in found.problems:
            self._add_for_parameter(node, problem)
        for use in found.expressions:
            self.uses.append((node, use))
            self._check_names(node, use)
            if node_class.shape_for(node.params) != "item" and not use.is_lazy:
                self._check_computed_once(node, node_class, use)

    def _check_code(self, node: PlacedNode, node_class: type[Node]) -> None:
        code = node_class.code_for(node.params)
        if code is not None:
            for problem in code_problems(code):
                self._add_for_parameter(node, problem)

    def _add_for_parameter(self, node: PlacedNode, problem: Problem) -> None:
        path = f"nodes.{node.id}.params.{problem.parameter or ''}".rstrip(".")
        self._add(
            problem.code,
            problem.message,
            path,
            node=node.id,
            parameter=problem.parameter,
            hint=problem.hint,
        )

    def _check_names(self, node: PlacedNode, use: ExpressionUse) -> None:
        """Find nodes that don't exist, and variables that only a caller could give."""
        for name in sorted(name for name in use.template.nodes if name not in self.nodes):
            problem = Problem(
                f"node(\"{name}\"): there is no node '{name}'",
                "UNKNOWN_NODE_REFERENCE",
                parameter=use.parameter,
                hint=name_hint(name, list(self.nodes)),
            )
            self._add_for_parameter(node, problem)
        variables = self.workflow.variables
        for name in sorted(name for name in use.variables() if name not in variables):
            problem = Problem(
                f"vars.{name}: the workflow has no variable '{name}'",
                "UNKNOWN_VARIABLE",
                parameter=use.parameter,
                hint=name_hint(name, list(variables)) or "add it to 'variables'",
            )
            self._add_for_parameter(node, problem)

    def _check_computed_once(
        self, node: PlacedNode, node_class: type[Node], use: ExpressionUse
    ) -> None:
        """Refuse ``json`` and ``item`` where there is no current item."""
        roots = sorted(use.template.roots & {"json", "item"})
        if not roots:
            return
        names = " and ".join(f"'{root}'" for root in roots)
        problem = Problem(
            f"{node.type} takes all its items at once and computes this parameter once, so it "
            f"can't use {names}",
            "EXPRESSION_NEEDS_ITEM",
            parameter=use.parameter,
            hint="use items[0] for the first item's object, or compute the value of each in a "
            "data.set node before this one",
        )
        self._add_for_parameter(node, problem)

    def _has_both_ends(self, index: int, edge: Edge) -> bool:
        missing = [
            end for end in dict.fromkeys((edge.source, edge.target)) if end not in self.nodes
        ]
        for end in missing:
            self._add(
                "UNKNOWN_NODE",
                f"the edge '{edge}' names '{end}', which is no node",
                f"edges.{index}",
                node=end,
                hint=name_hint(end, list(self.nodes)),
            )
        return not missing

    def _fits(self, index: int, edge: Edge) -> bool:
        """Whether both nodes have the output and the input; what is not known may fit."""
        path = f"edges.{index}"
        source, target = self.nodes[edge.source], self.nodes[edge.target]
        fits = True
        outputs = self._ports(source, "outputs")
        if outputs is not None and edge.output not in outputs:
            hint = name_hint(edge.output, outputs)
            if edge.output == ERROR:
                hint = f"set 'on_error: error_output' in the settings of '{source.id}'"
            self._add_port(path, source, "output", edge.output, hint)
            fits = False
        inputs = self._ports(target, "inputs")
        if inputs is not None and self.classes[target.id].is_trigger:
            self._add(
                "EDGE_INTO_TRIGGER",
                f"'{target.id}' is a trigger: it starts executions and has no input",
                path,
                node=target.id,
            )
            fits = False
        elif inputs is not None and edge.input not in inputs:
            self._add_port(path, target, "input", edge.input, name_hint(edge.input, inputs))
            fits = False
        return fits

    def _add_port(
        self, path: str, node: PlacedNode, kind: str, name: str, hint: str | None
    ) -> None:
        self._add(
            f"UNKNOWN_{kind.upper()}",
            f"'{node.id}' ({node.type}) has no {kind} '{name}'",
            path,
            node=node.id,
            hint=hint,
        )

    def _ports(self, node: PlacedNode, kind: str) -> Sequence[str] | None:
        """The outputs or inputs of a placed node, which may depend on its parameters.

        None if its type is not known.
        """
        node_class = self.classes.get(node.id)
        if node_class is None:
            return None
        if kind == "inputs":
            return node_class.inputs_for(node.params)
        outputs = node_class.outputs_for(node.params)
        has_error = node.settings.on_error == "error_output" and ERROR not in outputs
        return (*outputs, ERROR) if has_error else outputs

    def _check_graph(self, graph: Graph) -> None:
        for found in graph.problems:
            if any(node not in self.classes for node in found.nodes):
                continue  # it may be a loop: its type, which is not known, is the problem
            path = f"nodes.{found.nodes[0]}"
            if found.edge is not None:
                path = f"edges.{self.workflow.edges.index(found.edge)}"
            self._add(found.code, found.message, path, node=found.nodes[0])

    def _check_waits(self, graph: Graph) -> None:
        """Find waits for an answer in loops: their link would be one for all iterations."""
        for node, found in self.classes.items():
            if graph.loops.get(node) and found.answered_by(self.nodes[node].params) is not None:
                self._add(
                    "WAIT_IN_LOOP",
                    f"'{node}' waits for an answer inside of a loop, where its link would be the "
                    "same each time",
                    f"nodes.{node}",
                    node=node,
                    hint="call a sub-workflow for each item, and let that one wait",
                )

    def _check_references(self, graph: Graph) -> None:
        """Find expressions that use a node which does not run before their own."""
        for node, use in self.uses:
            for target in sorted(use.template.nodes & self.nodes.keys()):
                text = graph.reference_problem(target, node.id)
                if text is not None:
                    problem = Problem(text, "NODE_NOT_BEFORE", parameter=use.parameter)
                    self._add_for_parameter(node, problem)

    def _check_triggers(self, edges: Sequence[Edge]) -> None:
        all_triggers = [node for node, found in self.classes.items() if found.is_trigger]
        triggers = [node for node in all_triggers if not self.nodes[node].settings.disabled]
        unknown = [node for node in self.workflow.nodes if node.id not in self.classes]
        if any(node.type.startswith("trigger") for node in unknown):
            return
        if not triggers:
            self._add(
                "NO_TRIGGER",
                "every trigger is disabled, so nothing would start"
                if all_triggers
                else "there is no trigger, so nothing would start",
                "nodes",
                hint="add a node of type trigger.manual, and an edge from it",
            )
            return
        reached = _reached(triggers, edges)
        for node in self.workflow.nodes:
            if node.id not in reached:
                self._add(
                    "UNREACHABLE",
                    f"no trigger leads to '{node.id}', so it never runs",
                    f"nodes.{node.id}",
                    node=node.id,
                )


def _reached(starts: Sequence[str], edges: Sequence[Edge]) -> set[str]:
    """The nodes that edges lead to from ``starts``, and these."""
    targets: dict[str, list[str]] = {}
    for edge in edges:
        targets.setdefault(edge.source, []).append(edge.target)
    reached = set(starts)
    stack = list(starts)
    while stack:
        for target in targets.get(stack.pop(), ()):
            if target not in reached:
                reached.add(target)
                stack.append(target)
    return reached
