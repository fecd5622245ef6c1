"""What the tests of the document share: problems in short, and random workflows."""

import pytest

from tidegate.errors import WorkflowInvalid
from tidegate.model.document import load_document


@pytest.fixture
def problems():
    """The problems of a text: ``(code, line, column, node, parameter)`` each, in order."""

    def read(text, file="flow.yaml"):
        with pytest.raises(WorkflowInvalid) as raised:
            load_document(text, file)
        assert raised.value.problems
        assert all(problem.file == file for problem in raised.value.problems)
        return [(p.code, p.line, p.column, p.node, p.parameter) for p in raised.value.problems]

    return read


@pytest.fixture
def only_problem():
    """The one problem of a text."""

    def read(text, file="flow.yaml"):
        with pytest.raises(WorkflowInvalid) as raised:
            load_document(text, file)
        (problem,) = raised.value.problems
        return problem

    return read
