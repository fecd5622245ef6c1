import pytest
import yaml

from tidegate.model.document_yaml import NotANumber, read_yaml, resolve_plain


@pytest.mark.parametrize(
    "text",
    [
        "on", "off", "yes", "no", "On", "NO", "y", "n", "Yes",  # YAML 1.1 booleans
        "2024-01-02", "2001-12-14t21:59:43.10-05:00",  # YAML 1.1 timestamps
        "12:30", "190:20:30", "1:2",  # YAML 1.1 sexagesimal
        "1_000", "0b1010", "0o8", "0xg", "1e", "e5", ".", "-", "+", "--1", "1.2.3", "1,5", "0x",
        "tRue", "nULL", "NULL2", "inf", "nan", ".infinity", "=", "<<", "٣", "1²", "0O7", "-0x1", "1 000",
    ],
)  # fmt: skip
def test_plain_text_that_stays_text(text):
    assert resolve_plain(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("Null", None), ("NULL", None),
        ("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False),
        ("0", 0), ("-0", 0), ("+12", 12), ("-7", -7), ("0o17", 15), ("0xFf", 255),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("-1e3", -1000.0), ("1E-2", 0.01), ("0.0", 0.0),
        ("00.5", 0.5), ("1e400e", "1e400e"),
    ],
)  # fmt: skip
def test_the_core_schema_of_yaml_1_2(text, value):
    found = resolve_plain(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text", ["007", "-01", "+00", ".inf", "-.INF", ".nan", ".NaN", "1e999", "9" * 5000]
)
def test_numbers_that_mean_two_things_or_are_no_json(text):
    with pytest.raises(NotANumber):
        resolve_plain(text)


def test_every_wrong_number_is_reported_with_its_place():
    tree = read_yaml("a: .nan\nb: [1, 012, 1e999]\nc: '012'\n")
    assert [(p.code, p.line, p.column, p.parameter) for p in tree.problems] == [
        ("INVALID_NUMBER", 1, 4, "a"),
        ("INVALID_NUMBER", 2, 8, "b.1"),
        ("INVALID_NUMBER", 2, 13, "b.2"),
    ]
    assert tree.value["c"] == "012"


def test_quoted_text_is_text():
    tree = read_yaml("a: 'true'\nb: \"1\"\nc: |\n  null\nd: >\n  1\n")
    assert tree.value == {"a": "true", "b": "1", "c": "null\n", "d": "1\n"}


def test_keys_are_the_text_that_is_written():
    tree = read_yaml("on: 1\n1: 2\nnull: 3\n012: 4\n'a b': 5\n~: 6\ntrue: {no: 7}\n")
    assert tree.value == {"on": 1, "1": 2, "null": 3, "012": 4, "a b": 5, "~": 6, "true": {"no": 7}}


def test_anchors_aliases_and_tags_are_each_refused():
    tree = read_yaml("a: &x [1]\nb: *x\nc: !!str 5\nd: !python/object:os.system {}\ne: ! f\n")
    assert [(p.code, p.line, p.column, p.parameter) for p in tree.problems] == [
        ("YAML_FEATURE", 1, 4, "a"),
        ("YAML_FEATURE", 2, 4, "b"),
        ("YAML_FEATURE", 3, 4, "c"),
        ("YAML_FEATURE", 4, 4, "d"),
        ("YAML_FEATURE", 5, 4, "e"),
    ]


def test_a_billion_laughs_is_only_text():
    lines = ["a0: &a0 lol"] + [
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 30)
    ]
    assert len(read_yaml("\n".join(lines)).problems) == 30 + 29 * 10


def test_every_duplicate_key_names_both_lines():
    tree = read_yaml('a: 1\nb:\n  c: 1\n  d: 2\n  c: {c: 3}\na: 4\n"a": 5\n')
    assert [(p.code, p.line, p.parameter, p.message) for p in tree.problems] == [
        ("DUPLICATE_KEY", 5, "b.c", "the key 'c' is there twice; the first one is on line 3"),
        ("DUPLICATE_KEY", 6, "a", "the key 'a' is there twice; the first one is on line 1"),
        ("DUPLICATE_KEY", 7, "a", "the key 'a' is there twice; the first one is on line 1"),
    ]
    assert tree.value == {"a": 1, "b": {"c": 1, "d": 2}}


def test_a_merge_key_is_an_ordinary_key():
    assert read_yaml("a: {<<: {b: 1}}").value == {"a": {"<<": {"b": 1}}}


def test_reading_without_the_c_library_gives_the_same(monkeypatch):
    text = "tidegate: 1\nname: é 😀\nnodes:\n  a: {type: t, params: {x: [1, 'y', \"z\\u00e9\"]}}\n"
    fast = read_yaml(text)
    monkeypatch.setattr("tidegate.model.document_yaml._LOADER", yaml.SafeLoader)
    slow = read_yaml(text)
    assert (fast.value, fast.positions) == (slow.value, slow.positions)
