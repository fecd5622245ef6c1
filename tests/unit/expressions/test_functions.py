"""What the examples in the reference don't show: edges, errors, and methods' relation to Python."""

import base64
import hashlib

import pytest

from tidegate.errors import ExpressionError, ExpressionLimit

JSON = {
    "rows": [
        {"city": "Oslo", "n": 3, "x": None},
        {"city": "Bonn", "n": 1, "x": {"y": 1}},
        {"city": "Oslo", "n": 2, "x": [1]},
    ],
    "text": "  Grüße,  Ada\n",
    "big": 2**70,
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        # text
        ("str(None), str(True), str(2.0), str([1, 'a']), str({'a': None})", ["", "true", "2.0", '[1, "a"]', '{"a": null}']),
        ("str(date('2024-02-29')), str(days(1.5))", ["2024-02-29T00:00:00+00:00", "1 day, 12:00:00"]),
        ("json.text.split()", ["Grüße,", "Ada"]),
        ("json.text.strip().split(' ', maxsplit=1)", ["Grüße,", " Ada"]),
        ("'a b c'.rsplit(maxsplit=1)", ["a b", "c"]),
        ("'abc'.partition('x'), 'abc'.rpartition('x')", [["abc", "", ""], ["", "", "abc"]]),
        ("'aXbX'.replace('X', '', 1), 'ab'.replace('', '-')", ["abX", "-a-b-"]),
        ("truncate('abc', 3), truncate('abcd', 3), truncate('abcd', 3, end='')", ["abc", "ab…", "abc"]),
        ("slug('  ---  '), slug('Ærø & Søn')", ["", "r-s-n"]),
        ("words('HTTPServer2 is_ready ünïcode')", ["HTTP", "Server", "2", "is", "ready", "ü", "n", "ï", "code"]),
        ("snake_case('HTTPServer'), camel_case('user-first_name'), camel_case('')", ["http_server", "userFirstName", ""]),
        ("remove_tags('a < b and <i>c</i> <br/>d')", "a < b and c d"),
        # patterns
        ("extract('x', '(a)|x'), extract('ab', '(a)(b)'), extract('q', 'z')", ["", ["a", "b"], None]),
        ("find_all('añb', '.'), find_all('k=1;l=2', '(\\\\w)=(\\\\d)')", [["a", "ñ", "b"], [["k", "1"], ["l", "2"]]]),
        ("replace_pattern('añb', 'ñ', 'n'), replace_pattern('aaa', 'a', 'b', 2)", ["anb", "bba"]),
        (r"replace_pattern('ab', '(a)(b)', r'\g<2>\1\\\0')", "ba\\ab"),
        ("split_pattern('1,2;3', '[,;]'), split_pattern('', 'x')", [["1", "2", "3"], [""]]),
        ("matches('A', '(?i)a'), matches('ab', '^b'), matches('', '')", [True, False, True]),
        ("matches('a.b', '^' + escape_pattern('a.b') + '$')", True),
        # numbers
        ("int(-2.9), int(True), int(' 7 '), int('ff', 16), int('0x1f', 0), int('1_000')", [-2, 1, 7, 255, 31, 1000]),
        ("float('1e3'), float(2), float(' -0.5 ')", [1000.0, 2.0, -0.5]),
        ("round(2.5), round(-2.675, 2), round(1234, -2), round(0.5)", [2, -2.67, 1200, 0]),
        ("sqrt(16), log(8, 2), log(1), exp(1) > 2.7", [4.0, 3.0, 0.0, True]),
        ("clamp(-1, 0, 5), clamp(2.5, 0, 5)", [0, 2.5]),
        ("format_number(-1234.5), format_number(1234567, 0), format_number(5)", ["-1,234.50", "1,234,567", "5.00"]),
        ("format_number(1234567.891, 1, thousands='.', point=',')", "1.234.567,9"),
        ("format_number(12345678901234567890)", "12,345,678,901,234,567,890.00"),
        ("json.big + 1, json.big * json.big // json.big, -json.big", [2**70 + 1, 2**70, -(2**70)]),
        ("2 ** 4095 > 0, (-1) ** 10 ** 9, 2 ** -1", [True, 1, 0.5]),
        # lists, order and groups
        ("range(3), range(3, 0, -2), range(0), range(5, 1)", [[0, 1, 2], [3, 1], [], []]),
        ("len('aü😀'), len({}), list({'a': 1}), reversed('ab')", [3, 0, ["a"], ["b", "a"]]),
        ("sum([]), sum([1, True, 0.5]), sum([days(1), hours(1)], start=days(0))", [0, 2.5, 90000.0]),
        ("min([3, 1.5, 2]), max('b', 'a'), min(['bb', 'a'], key=lambda x: -len(x))", [1.5, "b", "bb"]),
        ("max([1, 1.0, True]), min([[2, 'a'], [1, 'b']])", [1, [1, "b"]]),
        ("[r.n for r in sorted(json.rows, key=lambda r: [r.city, -r.n])]", [1, 3, 2]),
        ("[r.n for r in sorted(json.rows, key=lambda r: r.city, reverse=True)]", [3, 2, 1]),
        ("[r.n for r in sorted(json.rows, key=lambda r: r.city)]", [1, 3, 2]),
        ("sorted('hello'), sorted({'b': 1, 'a': 2})", [["e", "h", "l", "l", "o"], ["a", "b"]]),
        ("[d.day for d in sorted([date('2024-02-02'), date('2024-02-01T23:00:00-05:00')])]", [2, 1]),
        ("mean([1, 2]), median([4, 1, 3, 2])", [1.5, 2.5]),
        ("unique([1, 1.0, True, '1', None, [1], [1], {'a': 1, 'b': 2}, {'b': 2, 'a': 1}])", [1, True, "1", None, [1], {"a": 1, "b": 2}]),
        ("[r.n for r in unique(json.rows, key=lambda r: r.city)]", [3, 1]),
        ("group_by(json.rows, lambda r: r.city).Oslo[1].n", 2),
        ("keys(group_by([1, True, None, 1.5], key=lambda x: x))", ["1", "true", "", "1.5"]),
        ("index_by(json.rows, key=lambda r: r.city).Oslo.n", 2),
        ("intersection([3, 1, 1, 2], [1, 3.0]), difference([1, 2, 2], [1])", [[3, 1, 1], [2, 2]]),
        ("flatten([[1, [2]], 3, [[[4]]]], 2), flatten([]), flatten([1], 10**9)", [[1, 2, 3, [4]], [], [1]]),
        ("chunk('abc', 2), chunk([], 5), chunk([1], 10**30)", [[["a", "b"], ["c"]], [], [[1]]]),
        ("first([]), last([], 5), first([None])", [None, 5, None]),
        ("compact([0, False, None, [], {}, '', ' '])", [0, False, " "]),
        ("zip(), zip([1]), zip([1, 2], 'ab', [True])", [[], [[1]], [[1, "a", True]]]),
        ("enumerate('ab'), any({}), all([])", [[[0, "a"], [1, "b"]], False, True]),
        ("[1, [2], 'a'].index([2]), [1, 1.0, True].count(1)", [1, 3]),
        # objects
        ("merge(), merge({'a': {'x': 1}, 'b': 1}, {'a': {'y': 2}}, deep=True)", [{}, {"a": {"x": 1, "y": 2}, "b": 1}]),
        ("merge({'a': {'x': 1}}, {'a': {'y': 2}}), merge({'a': {}}, {'a': 5}, deep=True)", [{"a": {"y": 2}}, {"a": 5}]),
        ("pick({'a': 1, 'b': 2}, ['b', 'z']), omit({'a': 1, 'b': 2}, ['a'], 'z')", [{"b": 2}, {"b": 2}]),
        ("rename({'a': 1, 'b': 2}, {'a': 'b', 'z': 'y'})", {"b": 2}),
        ("dict([]), dict({'a': 1}), {'a': 1}.get('a', 2)", [{}, {"a": 1}, 1]),
        ("[type_of(x) for x in [None, True, 1, 1.5, 'a', [], {}, now(), now().date(), days(1)]]", ["null", "boolean", "number", "number", "text", "list", "object", "date and time", "date", "duration"]),
        ("bool(0), bool(0.0), bool(None), bool(' '), bool({})", [False, False, False, True, False]),
        # encoding
        ("json([1, 'ü', None, date('2024-02-29').date(), days(1)])", '[1, "ü", null, "2024-02-29", 86400.0]'),
        ("parse_json(json(json.rows)) == json.rows", True),
        ("parse_json('{\"a\": 12345678901234567890123}').a", 12345678901234567890123),
        ("base64_encode('üñ'), base64_decode('w7zDsQ'), base64_decode('w7zDsQ==')", [base64.b64encode("üñ".encode()).decode(), "üñ", "üñ"]),
        ("base64_decode(base64_encode('??>>').replace('/', '_').replace('+', '-'))", "??>>"),
        ("hex_decode(hex_encode('ü'))", "ü"),
        ("url_encode('/ü?&='), url_decode('%C3%BC+a'), url_decode('ü%20')", ["%2F%C3%BC%3F%26%3D", "ü+a", "ü "]),
        ("url_query({'a': [1, 2], 'b': None, 'c': True, 'd': 'ü &'})", "a=1&a=2&c=true&d=%C3%BC+%26"),
        ("parse_query('?a=1&a=2&b='), parse_query('')", [{"a": ["1", "2"], "b": ""}, {}]),
        ("parse_url('HTTP://User@Example.com/p?q#f')", {"scheme": "http", "host": "example.com", "port": None, "path": "/p", "query": "q", "fragment": "f"}),
        ("html_unescape('&amp;lt; &#228; &nbsp;x &#xD800;')", "&lt; ä \xa0x \ufffd"),
        ("hash('ü'), hash('', 'md5')", [hashlib.sha256("ü".encode()).hexdigest(), hashlib.md5(b"").hexdigest()]),
    ],
)  # fmt: skip
def test_values(run, source, value):
    assert run(source, JSON) == value


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("'a'.find(1)", "the part must be text, not a number"),
        ("'a'.split('')", "the separator must not be empty"),
        ("'a'.split(',', 1.5)", "maxsplit must be a whole number, not 1.5"),
        ("'a'.index('b')", "'b' does not occur in the text"),
        ("'a'.ljust(3, 'ab')", "fill must be one character"),
        ("','.join([1])", "only texts can be joined, not a number; use "),
        ("','.join('ab')", "what is joined must be a list, not text"),
        ("'a'.strip('x' * 101)", "at most 100 different characters can be stripped"),
        ("truncate('abc', 0)", "length must not be smaller than the length of end"),
        ("matches('a', '(')", r"the pattern is wrong: missing \): \("),
        ("matches('a', '(?=a)')", "the pattern is wrong: invalid perl operator"),
        ("replace_pattern('a', 'a', r'\\1')", "the pattern has no group 1"),
        ("replace_pattern('a', 'a', r'\\n')", r"\\n means nothing in a replacement"),
        ("int('1.5')", "'1.5' is not a whole number"),
        ("int('z', 37)", "base must be from 2 to 36"),
        ("int(None)", "cannot make a whole number of null"),
        ("float('abc')", "'abc' is not a number"),
        ("float('nan')", "not a number that JSON can hold"),
        ("float('-inf')", "not a number that JSON can hold"),
        ("float('1' * 400)", "not a number that JSON can hold"),
        ("sqrt(-1)", "a negative number has no square root"),
        ("(-8) ** 0.5", "the result is not a real number"),
        ("0 ** -1", "division by zero"),
        ("10.0 ** 400", "the result is out of range"),
        ("clamp(1, 5, 0)", "low must not be above high"),
        ("round('1')", "the number must be a number, not text"),
        ("range(1, 2, 0)", "step must not be 0"),
        ("range(True)", "stop must be a whole number, not a boolean"),
        ("sum([1, 'a'])", "cannot add a number and text"),
        ("sum([], start='')", "cannot sum up to text"),
        ("mean([])", "the list is empty"),
        ("max([])", r"max\(\) of nothing"),
        ("max()", r"max\(\) of nothing"),
        ("sorted([1, 'a'])", "cannot order a number and text; use key="),
        ("sorted([1, None])", "cannot order a number and null"),
        ("sorted([{}, {}])", "cannot order an object; use key="),
        ("sorted([[1], ['a']])", "cannot order a list; use key="),
        ("sorted([1], key=5)", "key must be lambda"),
        ("chunk([1], 0)", "size must be at least 1"),
        ("first('abc')", "the argument must be a list, not text"),
        ("[1].index(2)", "the value is not in the list"),
        ("dict([1])", "needs pairs"),
        ("merge([])", "the argument must be an object, not a list"),
        ("pick({}, 1)", "a field's name must be text"),
        ("rename({'a': 1}, {'a': 1})", "a new name must be text"),
        ("parse_json('{')", "this is not valid JSON"),
        ("parse_json('NaN')", "this is not valid JSON"),
        ("parse_json('\"\\\\ud800\"')", "this is not valid JSON"),
        ("parse_json(1)", "the text must be text, not a number"),
        ("base64_decode('a')", "this is not Base64"),
        ("base64_decode('/w==')", "what was decoded is not UTF-8 text"),
        ("url_decode('%ff')", "what was decoded is not UTF-8 text"),
        ("hex_decode('zz')", "these are not hexadecimal digits"),
        ("hash('a', 'crc')", "no hash 'crc'; there are: md5, sha1"),
        ("parse_url('http://[')", "is not a URL"),
        ("parse_url('http://a:99999')", "is not a URL"),
    ],
)  # fmt: skip
def test_errors(run, source, message):
    with pytest.raises(ExpressionError, match=message) as caught:
        run(source, JSON)
    assert caught.value.column is not None


@pytest.mark.parametrize(
    "source",
    [
        "int('9' * 1001)",
        "matches('a', 'a' * 1001)",
        "parse_url('http://' + 'a' * 9000)",
        "parse_query('a&' * 1001)",
        "2 ** 4097",
        "9 ** 9 ** 9",
        "(2 ** 4000) * (2 ** 4000)",
        "10 ** 1300",
    ],
)
def test_limits(run, source):
    with pytest.raises(ExpressionLimit):
        run(source)


@pytest.mark.parametrize(
    "name",
    [
        "startswith",
        "endswith",
        "removeprefix",
        "removesuffix",
        "find",
        "rfind",
        "count",
        "split",
        "rsplit",
        "partition",
        "rpartition",
    ],
)
@pytest.mark.parametrize("text", ["", "abcabc", "über über", "aaaa", "\n\r\x85\u2028 x"])
@pytest.mark.parametrize("part", ["a", "abc", "r ü", "aa", " "])
def test_methods_do_what_pythons_do(run, name, text, part):
    expected = getattr(text, name)(part)
    assert run(f"json.text.{name}(json.part)", {"text": text, "part": part}) == (
        list(expected) if isinstance(expected, tuple) else expected
    )


@pytest.mark.parametrize(
    "name",
    [
        "upper",
        "lower",
        "title",
        "capitalize",
        "swapcase",
        "casefold",
        "strip",
        "split",
        "splitlines",
        "isdigit",
        "isalpha",
        "isspace",
        "isupper",
        "isascii",
    ],
)
@pytest.mark.parametrize(
    "text", ["", "Straße ΐ ŉ", "a\u2003b\u3000c", "1²½", " \t\x1c\n", "x\x85y\u2029z" * 300]
)
def test_methods_without_arguments_do_what_pythons_do(run, name, text):
    assert run(f"json.{name}()", text) == getattr(text, name)()
