import pytest
from pydantic import ValidationError

from tidegate.nodes.data.convert import Convert
from tidegate.sdk import Budget, NodeFailed, SecurityError

PAGE = """<!doctype html><html><head><title> The  page </title>
<script type="application/ld+json">{"@id": 1}</script><style>p {color: red}</style></head>
<body><p class="a">One <b>bold</b><script>ignored()</script> &amp; <i>more</i></p><p>Zwei&nbsp;Ä</p>
<table><tr><td>1</td><td><a href="/x" data-n="5">x</a></td></tr><tr><td>2</td></tr></table></body>"""


async def read(bench, text, rows="", **values):
    options = {"rows": rows, "values": [{"field": name, **value} for name, value in values.items()]}
    params = {"operation": "html_to_items", "text": text, "html_options": options}
    return await bench.main(Convert, params, [{}])


async def test_text_html_and_attributes(bench):
    (out,) = await read(
        bench,
        PAGE,
        **{
            "title": {"selector": "title"},
            "a.text": {"selector": "p.a"},
            "texts": {"selector": "body > p", "all": True},
            "html": {"selector": "b", "take": "html"},
            "link": {"selector": "td a", "take": "attribute", "attribute": "data-n"},
            "none": {"selector": "h1"},
            "nothing": {"selector": "h1", "all": True},
            "script": {"selector": "script[type='application/ld+json']"},
            "root": {"selector": "html", "take": "attribute", "attribute": "lang"},
        },
    )
    assert out == {
        "title": "The page",
        "a": {"text": "One bold & more"},
        "texts": ["One bold & more", "Zwei Ä"],
        "html": "<b>bold</b>",
        "link": "5",
        "none": None,
        "nothing": [],
        "script": '{"@id": 1}',
        "root": None,
    }


async def test_rows(bench):
    out = await read(bench, PAGE, "table tr", n={"selector": "td"}, link={"selector": "a"}, all={})
    assert out == [{"n": "1", "link": "x", "all": "1x"}, {"n": "2", "link": None, "all": "2"}]


@pytest.mark.parametrize("page", ["", " ", "just text", "<p>open", "\x00<p>", "<" * 50, "<!-- -->"])
async def test_any_page_can_be_read(bench, page):
    (out,) = await read(bench, page, h={"selector": "h1"})
    assert out == {"h": None}


@pytest.mark.parametrize(
    "selector", ["p >", "p:nosuch", "[", "p::before::x", ":not(" * 80 + ")" * 80, "p:contains("]
)
async def test_a_wrong_selector(bench, selector):
    with pytest.raises(NodeFailed, match=r"CSS selector .* is not valid"):
        await read(bench, PAGE, v={"selector": selector})


async def test_settings_that_take_nothing(bench):
    with pytest.raises(NodeFailed, match="there is nothing to take out"):
        await read(bench, PAGE)
    with pytest.raises(ValidationError, match="name the attribute to take"):
        await read(bench, PAGE, v={"take": "attribute"})


async def test_a_deep_page_and_a_large_page(new_bench):
    (out,) = await read(new_bench(), "<div>" * 5000 + "x", v={"selector": "div"})
    assert out["v"] in {"x", ""}
    with pytest.raises(SecurityError):
        await read(new_bench(budget=Budget(memory=1 << 20)), "<b>" * 9000, v={"selector": "b"})
