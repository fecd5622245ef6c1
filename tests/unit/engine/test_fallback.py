from itertools import product

import pytest

from tidegate.engine.fallback import Handling, handling_of, output_of, substitute
from tidegate.model.item import FileRef, Item
from tidegate.model.workflow import FallbackStrategy, NodeSettings

FLAGS = list(product([False, True], repeat=3))


def strategy(flags):
    use_default_values, skip, go_on = flags
    return FallbackStrategy(
        use_default_values=use_default_values,
        skip_failed_nodes=skip,
        continue_on_node_failure=go_on,
    )


def meaning(flags, has_default):
    """The precedence, said once more: defaults, skip, continue, stop."""
    use_default_values, skip, go_on = flags
    if use_default_values and has_default:
        return Handling.DEFAULTS
    if skip:
        return Handling.LET_THROUGH
    return Handling.END_BRANCH if go_on else Handling.STOP


@pytest.mark.parametrize("workflow", FLAGS)
@pytest.mark.parametrize("node", [None, *FLAGS])
@pytest.mark.parametrize("default_output", [None, [], [{"n": 0}]])
def test_the_strategy_of_the_node_else_of_the_workflow(workflow, node, default_output):
    own = None if node is None else strategy(node)
    settings = NodeSettings(fallback=own, default_output=default_output)
    expected = meaning(workflow if node is None else node, default_output is not None)
    assert handling_of(settings, strategy(workflow)) is expected


@pytest.mark.parametrize("flags", FLAGS)
@pytest.mark.parametrize(
    ("on_error", "handling"),
    [
        ("stop", Handling.STOP),
        ("continue", Handling.ERROR_ITEM),
        ("error_output", Handling.ERROR_OUTPUT),
    ],
)
def test_on_error_wins(flags, on_error, handling):
    settings = NodeSettings(on_error=on_error, fallback=strategy(flags), default_output=[{}])
    assert handling_of(settings, strategy(flags)) is handling


@pytest.mark.parametrize(
    ("handling", "through", "output"),
    [
        (Handling.END_BRANCH, "main", None),
        (Handling.LET_THROUGH, "true", "true"),
        (Handling.LET_THROUGH, None, None),
        (Handling.DEFAULTS, "main", "main"),
        (Handling.ERROR_ITEM, "main", "main"),
        (Handling.ERROR_OUTPUT, "main", "error"),
        (Handling.ERROR_OUTPUT, None, "error"),
    ],
)
def test_by_which_output_it_goes_on(handling, through, output):
    assert output_of(handling, through) == output


FILE = FileRef("k", "a.txt", "text/plain", 1, "00")
ITEM = Item({"n": 1, "error": "own"}, {"data": FILE})
ERROR = {"code": "NODE_FAILED", "message": "no"}


def test_errors_stand_in_the_item_that_failed():
    for handling in (Handling.ERROR_ITEM, Handling.ERROR_OUTPUT):
        (made,) = substitute(handling, NodeSettings(), [ITEM], ERROR)
        assert made == Item({"n": 1, "error": ERROR}, {"data": FILE})
        assert made.parents == (ITEM,)
        assert ITEM.json["error"] == "own"


def test_defaults_know_whom_they_stand_for():
    settings = NodeSettings(default_output=[{"a": 1}, {"b": 2}])
    made = substitute(Handling.DEFAULTS, settings, [ITEM], ERROR)
    assert [item.json for item in made] == [{"a": 1}, {"b": 2}]
    assert all(item.parents == (ITEM,) for item in made)
    assert made[0].json is not settings.default_output[0]


def test_what_passes_is_the_item_itself_and_an_ended_branch_has_none():
    assert substitute(Handling.LET_THROUGH, NodeSettings(), [ITEM], ERROR) == [ITEM]
    assert substitute(Handling.END_BRANCH, NodeSettings(), [ITEM], ERROR) == []
