"""Every example of every built-in node type does what it shows, on the real engine."""

import pytest
from code_ports import code_ports

from tidegate.engine.testing import run_node
from tidegate.model.workflow import PlacedNode, Workflow
from tidegate.registry import BUILTIN_NODES, load_registry
from tidegate.services.code import with_chosen_engines

registry = load_registry()
classes = [registry[key] for key in registry]
examples = [
    pytest.param(node, example, id=f"{node.name}-{place}")
    for node in classes
    for place, example in enumerate(node.examples)
    if example.runnable
]


def stored_params(node, params):
    """The parameters as they are when the workflow was stored."""
    workflow = Workflow("test", (PlacedNode("node", node.name, params=params),))
    return with_chosen_engines(workflow, registry).nodes[0].params


@pytest.mark.parametrize(("node", "example"), examples)
async def test_example(node, example):
    async with code_ports() as make_ports:
        params = stored_params(node, example.params)
        found = await run_node(node, params, example.items, example.inputs, make_ports=make_ports)
    expected = example.outputs
    if expected is None:
        assert example.output is not None, "an example shows what comes out"
        expected = {node.outputs_for(example.params)[0]: example.output}
    for name, items in expected.items():
        assert found.get(name, []) == list(items)


@pytest.mark.parametrize("node", classes, ids=[node.name for node in classes])
def test_every_node_type_is_explained(node):
    assert node.__doc__
    assert len(node.examples) >= 1
    assert all(example.title for example in node.examples)
    assert node.category != "other"


def test_there_are_built_in_nodes():
    assert len(BUILTIN_NODES) > 10
    assert len(examples) > 20
