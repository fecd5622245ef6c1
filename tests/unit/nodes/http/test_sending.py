import pytest

from tidegate.nodes.http.pairs import spread, with_query


@pytest.mark.parametrize(
    ("url", "query", "made"),
    [
        ("http://a/", {}, "http://a/"),
        ("http://a", {"b": "1"}, "http://a?b=1"),
        ("http://a/?b=1", {"c": "2"}, "http://a/?b=1&c=2"),
        ("http://a/?", {"c": "2"}, "http://a/?c=2"),
        ("http://a/?b=1&", {"c": "2"}, "http://a/?b=1&c=2"),
        ("http://a/#f", {"c": "2"}, "http://a/?c=2#f"),
        ("http://a/?b#f?g", {"c": "2"}, "http://a/?b&c=2#f?g"),
        ("http://a/", {"c": None}, "http://a/"),
        ("http://a/", {"c": [1, None, "x"]}, "http://a/?c=1&c=x"),
        ("http://a/", {"c": []}, "http://a/"),
        ("http://a/", {"c&d=": "e#f?g/h"}, "http://a/?c%26d%3D=e%23f%3Fg%2Fh"),
        ("http://a/", {"c": 10**20, "d": 1.5, "e": False}, f"http://a/?c={10**20}&d=1.5&e=false"),
    ],
)
def test_query_parameters_are_added(url, query, made):
    assert with_query(url, spread(query, "query parameter")) == made
