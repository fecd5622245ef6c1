import itertools
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate import codec
from tidegate.sdk import NodeFailed
from tidegate.sdk.values import identity, order, size_of, truth

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda child: (
        st.lists(child, max_size=4) | st.dictionaries(st.text(max_size=5), child, max_size=4)
    ),
    max_leaves=12,
)


@given(json_values)
def test_the_order_of_keys_and_the_kind_of_number_do_not_matter(value):
    def rebuilt(v):
        if isinstance(v, dict):
            return {k: rebuilt(v[k]) for k in reversed(v)}
        if isinstance(v, list):
            return [rebuilt(x) for x in v]
        if type(v) is int and abs(v) < 2**53:
            return float(v)
        return v

    assert identity(value) == identity(rebuilt(value))
    assert order(value) == order(rebuilt(value))
    assert len(identity(value)) <= 32


@given(st.lists(json_values, min_size=2, max_size=6))
def test_any_values_can_be_ordered(values):
    ranked = sorted(values, key=order)
    for first, second in itertools.pairwise(ranked):
        assert order(first) <= order(second)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, True),
        (0, False),
        ("1", 1),
        (None, "null"),
        ([], {}),
        ([1], [[1]]),
        ("", None),
        (2**53, 2**53 + 1),
        ({"a": 1}, {"a": 1, "b": None}),
        (float(2**60), 2**60 + 1),
    ],
)
def test_these_are_not_the_same(a, b):
    assert identity(a) != identity(b)


def test_a_long_text_does_not_pass_for_a_digest():
    long = "x" * 500
    assert identity(long) not in {identity(identity(long)[1:].hex()), identity("y" * 500)}


@given(json_values)
def test_the_size_is_not_far_below_the_truth(value):
    assert size_of([value]) >= len(codec.encode(value)) / 3


def test_the_size_counts_containers_and_long_keys():
    assert size_of({}) == sys.getsizeof({})
    assert size_of({"k" * 1000: None}) > 1000
    assert size_of([["x" * 1000]] * 10) > 10_000


@pytest.mark.parametrize("value", ["false", 0, 1, None, [], "yes"])
def test_only_true_and_false_are_conditions(value):
    with pytest.raises(NodeFailed, match="must give true or false"):
        truth(value, 3)
