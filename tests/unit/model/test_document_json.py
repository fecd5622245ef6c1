import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate import codec
from tidegate.errors import InvalidInput, WorkflowInvalid
from tidegate.model.document_json import read_json

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NEARLY_JSON = st.text(
    alphabet='{}[]:,"\\ \t\n\r0123456789-+.eEtruefalsn/ud83Dx\x00\x1f\x7fé😀', max_size=40
)


@given(JSON_VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_what_json_writes_is_read(value, indent, ascii_only):
    tree = read_json(json.dumps(value, indent=indent, ensure_ascii=ascii_only))
    assert tree.value == value
    assert not tree.problems


@given(NEARLY_JSON)
def test_it_accepts_what_the_codec_accepts(text):
    try:
        expected = codec.decode(text)
    except InvalidInput:
        expected = InvalidInput
    try:
        tree = read_json(text)
        found = InvalidInput if tree.problems else tree.value
    except WorkflowInvalid:
        found = InvalidInput
    if found is InvalidInput and expected is not InvalidInput:
        assert any(problem.code == "DUPLICATE_KEY" for problem in tree.problems)
    else:
        assert found == expected or (found != found and expected != expected)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('{"a": NaN}', (1, 7), "NaN is not a JSON value"),
        ('{"a": -Infinity}', (1, 7), "-Infinity is not a JSON value"),
        ('{"a": 1,}', (1, 9), "a key in"),
        ("[1,\n]", (2, 1), "a value must stand here"),
        ("{'a': 1}", (1, 2), "a key in"),
        ("{\"a\": 'x'}", (1, 7), 'not "\'"'),
        ('{"a" 1}', (1, 6), "a ':' must follow"),
        ('{"a": 1 "b": 2}', (1, 9), "a ',' or '}'"),
        ('{"a": 01}', (1, 7), "not '01'"),
        ('{"a": .5}', (1, 7), "not '.5'"),
        ('{"a": tru}', (1, 7), "not 'tru'"),
        ('{"a": "x\ny"}', (1, 9), "broken"),
        ('{"a": "x', (1, 7), "broken"),
        ('{"a": "\\x"}', (1, 8), "broken"),
        ('{"a": 1', (1, 8), "a ',' or '}'"),
        ('{"a":', (1, 6), "not the end of the file"),
        ('{"a": 1}\n{', (2, 1), "nothing may follow"),
        ("{} // x", (1, 4), "nothing may follow"),
    ],
)
def test_broken_json_has_a_place_and_a_reason(text, place, words):
    with pytest.raises(WorkflowInvalid) as raised:
        read_json(text)
    (problem,) = raised.value.problems
    assert (problem.code, problem.line, problem.column) == ("SYNTAX", *place)
    assert words in problem.message


def test_surrogate_pairs_are_characters_and_halves_are_not():
    assert read_json('["\\ud83d\\ude00", "\\uD83D\\uDE00"]').value == ["😀", "😀"]
    tree = read_json('{"a": ["x", "\\ud83d"], "b": "\\ude00"}')
    assert [(p.code, p.line, p.column, p.parameter) for p in tree.problems] == [
        ("INVALID_CHARACTER", 1, 13, "a.1"),
        ("INVALID_CHARACTER", 1, 29, "b"),
    ]


def test_duplicate_keys_name_both_lines():
    tree = read_json('{"nodes": {"a": {"b": 1},\n "a": 2},\n "x": 1, "\\u0078": 2}')
    assert [(p.code, p.line, p.column, p.node, p.message) for p in tree.problems] == [
        ("DUPLICATE_NODE", 2, 2, "a", "two nodes have the id 'a'; the first one is on line 1"),
        ("DUPLICATE_KEY", 3, 10, None, "the key 'x' is there twice; the first one is on line 3"),
    ]
    assert tree.value == {"nodes": {"a": {"b": 1}}, "x": 1}


def test_numbers_too_large_are_reported_and_others_are_exact():
    tree = read_json(f"[1e999, 123456789012345678901234567890, 1.0, 5e-324, {'9' * 5000}]")
    assert [(p.code, p.parameter) for p in tree.problems] == [
        ("INVALID_NUMBER", "0"),
        ("INVALID_NUMBER", "4"),
    ]
    assert tree.value[1:4] == [123456789012345678901234567890, 1.0, 5e-324]
