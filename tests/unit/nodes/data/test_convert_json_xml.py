import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidegate import codec
from tidegate.nodes.data.convert import Convert
from tidegate.sdk import Budget, Item, Lazy, NodeFailed, SecurityError

BODY = Lazy(lambda item, roots: item.json["body"], is_constant=False)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda child: (
        st.lists(child, max_size=3) | st.dictionaries(st.text(max_size=3), child, max_size=3)
    ),
    max_leaves=6,
)
names = st.text("abcXYZé_", min_size=1, max_size=5)
texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("<>&\"'\n\t"), max_size=8
)
elements = st.recursive(
    texts,
    lambda child: st.dictionaries(
        names, child | st.lists(child, min_size=2, max_size=3), min_size=1, max_size=2
    ),
    max_leaves=4,
)


async def read(bench, kind, text, **options):
    params = {"operation": f"{kind}_to_items", "text": BODY, f"{kind}_options": options}
    return await bench.main(Convert, params, [{"body": text}])


async def write(bench, kind, items, **options):
    params = {"operation": f"items_to_{kind}", f"{kind}_options": options}
    return (await bench.main(Convert, params, items))[0]["text"]


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.text(max_size=3), json_values, max_size=3), max_size=4))
async def test_json_there_and_back(new_bench, items):
    for layout in ("array", "lines"):
        text = await write(new_bench(batch_size=2), "json", items, layout=layout)
        assert await read(new_bench(), "json", text, layout=layout) == items
        if layout == "array":
            assert codec.decode(text) == items
        else:
            assert [codec.decode(line) for line in text.split("\n")[:-1]] == items


async def test_json_values_that_are_no_objects(bench):
    assert await read(bench, "json", '[1, {"a": 2}, null]') == [
        {"value": 1},
        {"a": 2},
        {"value": None},
    ]
    assert await read(bench, "json", '{"a": 1}') == [{"a": 1}]
    assert await read(bench, "json", "5\n\n[6,7]\n", layout="lines") == [
        {"value": 5},
        {"value": 6},
        {"value": 7},
    ]


async def test_json_rows(bench):
    text = '{"data": {"rows": [{"a": 1}, {"a": 2}]}}'
    assert await read(bench, "json", text, rows="data.rows") == [{"a": 1}, {"a": 2}]
    with pytest.raises(NodeFailed, match="the JSON has no field 'rows'; it has: data"):
        await read(bench, "json", text, rows="rows")
    with pytest.raises(NodeFailed, match="it is a list"):
        await read(bench, "json", "[]", rows="rows")


@pytest.mark.parametrize("text", ["", "{", '{"a": NaN}', "[1] x", "[" * 5000 + "]" * 5000, "'a'"])
async def test_broken_json(bench, text):
    with pytest.raises(NodeFailed, match="item 0: the text: this"):
        await read(bench, "json", text)


async def test_a_broken_line_is_named(bench):
    with pytest.raises(NodeFailed, match="line 3 of the text"):
        await read(bench, "json", "{}\n{}\n{x}\n", layout="lines")


async def test_json_lines_of_a_file_need_one_line_of_memory(new_bench):
    bench = new_bench(budget=Budget(memory=200_000))
    data = b"".join(b'{"n":%d}\n' % n for n in range(20_000))
    params = {"operation": "json_to_items", "source": "file"}
    item = Item({}, {"data": await bench.files.keep(data)})
    out = await bench.items(Convert, params | {"json_options": {"layout": "lines"}}, [item])
    assert out["main"][-1].json == {"n": 19_999}
    with pytest.raises(SecurityError):
        await bench.items(Convert, params, [item])


async def test_json_that_would_be_huge_is_refused_before_it_is_decoded(new_bench):
    with pytest.raises(SecurityError):
        await read(new_bench(budget=Budget(memory=4 << 20)), "json", "[" + "{}," * 100_000 + "{}]")


@settings(max_examples=40)
@given(st.lists(st.dictionaries(names, elements, min_size=1, max_size=3), min_size=1, max_size=2))
async def test_xml_there_and_back(new_bench, items):
    text = await write(new_bench(batch_size=2), "xml", items, root="all", row="one")
    again = await read(new_bench(), "xml", text, rows="one")
    assert again == items


async def test_attributes_text_lists_and_namespaces(bench):
    text = """<?xml version="1.0" encoding="ISO-8859-1"?><!-- c -->
    <m:feed xmlns:m="urn:m" xmlns="urn:d"><entry m:id="1" lang="de">Grüße<!-- x --> &amp; mehr</entry>
    <entry><t>  a  </t><m:t>b</m:t>mixed<![CDATA[<raw>]]></entry><empty/></m:feed>"""
    assert await read(bench, "xml", text) == [
        {
            "m:feed": {
                "entry": [
                    {"@id": "1", "@lang": "de", "#text": "Grüße & mehr"},
                    {"t": "  a  ", "m:t": "b", "#text": "mixed<raw>"},
                ],
                "empty": "",
            }
        }
    ]
    assert await read(bench, "xml", "<a><b>1</b></a>", always_list=["b"]) == [{"a": {"b": ["1"]}}]
    assert await read(bench, "xml", "<a><b>1</b><c><b>2</b></c></a>", rows="b") == [
        {"value": "1"},
        {"value": "2"},
    ]


BOMB = (
    '<!DOCTYPE a [<!ENTITY a0 "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    + "]>"
)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        '<!DOCTYPE a [<!ENTITY x "y">]><a/>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><a/>',
        "<!DOCTYPE a [<!ENTITY % x \"<!ENTITY y 'z'>\"> %x;]><a>&y;</a>",
        '<!DOCTYPE a [<!ENTITY a "&b;"><!ENTITY b "&a;">]><a b="&a;"/>',
        BOMB + "<a>&a11;</a>",
        BOMB + '<a b="&a11;"/>',
    ],
)
async def test_entities_are_refused(bench, text):
    with pytest.raises(SecurityError) as error:
        await read(bench, "xml", text)
    assert error.value.as_json()["type"] == "MALICIOUS_CONTENT"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not well-formed"),
        ("<a><b></a>", "at line 1, column 11"),
        ("<a>" * 5000 + "</a>" * 5000, "not well-formed"),
        ("<a>&nbsp;</a>", "not well-formed"),
        ('<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a>&foo;</a>', "uses &foo;, which it does"),
    ],
)
async def test_broken_xml(bench, text, message):
    with pytest.raises(NodeFailed, match=message):
        await read(bench, "xml", text)


async def test_an_outside_document_type_is_not_loaded(bench):
    text = '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a>t</a>'
    assert await read(bench, "xml", text) == [{"a": "t"}]


@pytest.mark.parametrize(
    "item", [{"a b": 1}, {"1": 1}, {"a": "\x00"}, {"@x y": 1}, {"{u}a": 1}, {"a:b": 1}, {"": 1}]
)
async def test_what_xml_can_not_carry_is_explained(bench, item):
    with pytest.raises(NodeFailed, match=r"can't be the name of an XML element|can't carry"):
        await write(bench, "xml", [item])


async def test_xml_values_attributes_and_an_empty_input(bench):
    item = {"@id": 7, "#text": "t", "n": 1.5, "b": True, "none": None, "l": [[1], []]}
    text = await write(bench, "xml", [item])
    assert '<item id="7">t<n>1.5</n><b>true</b><none/><l><item>1</item></l><l/></item>' in text
    assert await write(bench, "xml", [], root="r") == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<r>\n</r>\n'
    )
    with pytest.raises(NodeFailed, match="'a b' can't be the name"):
        await write(bench, "xml", [], root="a b")


async def test_a_large_tree_is_charged_first(new_bench):
    with pytest.raises(SecurityError):
        await read(new_bench(budget=Budget(memory=1 << 20)), "xml", "<a>" + "<b/>" * 9000 + "</a>")
