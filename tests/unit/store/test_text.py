import json

from hypothesis import given
from hypothesis import strategies as st

from tidegate.store.text import clean_text, exact_json, searchable_json, without_nul

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)  # fmt: skip
ODD = st.recursive(
    ANY_TEXT | st.floats() | st.integers() | st.binary() | st.sampled_from([5000, 20]).map(lambda digits: 10**digits) | st.just(object()),
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT | st.integers(), inner)
    | st.tuples(inner),
    max_leaves=8,
)  # fmt: skip


@given(ANY_TEXT)
def test_clean_text_can_be_stored_and_is_stable(text: str) -> None:
    cleaned = clean_text(text)
    assert "\0" not in cleaned
    cleaned.encode("utf-8")
    assert clean_text(cleaned) == cleaned


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_good_text_stays_as_it_is(text: str) -> None:
    assert clean_text(text) == text


@given(JSON)
def test_exact_json_reads_back_the_same(value) -> None:
    assert json.loads(exact_json(value)) == value


@given(ODD)
def test_any_value_becomes_some_json(value) -> None:
    json.loads(exact_json(value))
    assert "\0" not in str(json.loads(searchable_json(value)))


def test_deep_values_are_cut_instead_of_failing() -> None:
    value: object = float("nan")
    for _ in range(5000):
        value = [value]
    assert json.loads(exact_json({"a": value, "b": "\ud800"}))["a"]


@given(st.lists(st.sampled_from(["\\", "\0", "u0000", "a"])))
def test_only_real_nul_is_replaced(parts: list[str]) -> None:
    text = "".join(parts)
    data = json.dumps(text).encode()
    assert json.loads(without_nul(data)) == text.replace("\0", "\ufffd")
