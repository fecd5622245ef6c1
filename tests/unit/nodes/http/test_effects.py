"""What is safe to repeat after a crash, as the plan sees it."""

import pytest

from tidegate.nodes.http.request import HttpRequestNode


@pytest.mark.parametrize(
    ("params", "effects"),
    [
        ({}, "read"),
        ({"method": "HEAD"}, "read"),
        ({"method": "POST"}, "write"),
        ({"method": "DELETE"}, "write"),
        ({"method": "{{ json.method }}"}, "write"),
    ],
)
def test_only_reading_is_repeated_without_asking(params, effects):
    assert HttpRequestNode.effects_for({"url": "https://example.org/", **params}) == effects
