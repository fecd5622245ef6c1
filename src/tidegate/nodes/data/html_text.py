"""HTML for data.convert: values from a page, by CSS selectors."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Literal

from pydantic import ValidationInfo, field_validator

from tidegate.sdk import Budget, Field, JsonObject, NodeFailed, NodeParams
from tidegate.sdk.formats.text_source import TextSource
from tidegate.sdk.paths import FieldName, parse_path

_ELEMENT_SIZE = 300
_SILENT = ("script", "style")
_LONGEST_SELECTOR = 500


class HtmlValue(NodeParams):
    """One value of the page."""

    field: FieldName = Field(label="Into field")
    selector: str = Field(
        "",
        label="CSS selector",
        placeholder="h2 > a",
        max_length=_LONGEST_SELECTOR,
        description="Empty: the row itself.",
    )
    take: Literal["text", "html", "attribute"] = Field("text", label="Take")
    attribute: str = Field(
        "", label="Attribute", placeholder="href", show_when={"take": "attribute"}
    )
    all: bool = Field(
        False,
        label="All matches",
        description="A list of all matches instead of the first one.",
    )

    @field_validator("attribute")
    @classmethod
    def _named_if_taken(cls, attribute: str, info: ValidationInfo) -> str:
        if not attribute and info.data.get("take") == "attribute":
            raise ValueError("name the attribute to take")
        return attribute


class HtmlOptions(NodeParams):
    """What to take out of the page."""

    rows: str = Field(
        "",
        label="Rows",
        placeholder="table tr",
        max_length=_LONGEST_SELECTOR,
        description="A CSS selector; each match gives an item. Empty: one item for the page.",
    )
    values: list[HtmlValue] = Field([], label="Values")


async def read_html(
    source: TextSource, options: HtmlOptions, budget: Budget
) -> AsyncIterator[JsonObject]:
    """A JSON object for each row, or one for the page."""
    from lxml import etree  # noqa: PLC0415 - a large library that most workflows don't need

    if not options.values:
        raise NodeFailed("there is nothing to take out of the HTML; add at least one value")
    data = (await source.whole()).encode()
    budget.charge(2 * len(data) + _ELEMENT_SIZE * data.count(b"<"), "the elements of the HTML")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    takers = [(parse_path(value.field), _taker(value)) for value in options.values]
    select = _selector(options.rows) if options.rows else None
    try:
        page = etree.fromstring(data or b"<html/>", parser)
    except etree.XMLSyntaxError as error:
        raise NodeFailed(f"the HTML can't be read: {error.msg}") from None
    if page is None:
        page = etree.Element("html")
    for row in select(page) if select else [page]:
        json: JsonObject = {}
        for path, take in takers:
            path.assign(json, take(row))
        yield json


def _selector(text: str) -> Callable[[Any], Sequence[Any]]:
    """What finds the elements of a selector."""
    from cssselect import ExpressionError, HTMLTranslator, SelectorError  # noqa: PLC0415 - slow
    from lxml import etree  # noqa: PLC0415 - a large library that most workflows don't need

    try:
        xpath = HTMLTranslator().css_to_xpath(text)
        find = etree.XPath(xpath, smart_strings=False)
    except (SelectorError, ExpressionError, RecursionError, etree.XPathError) as error:
        raise NodeFailed(f"the CSS selector {text!r} is not valid: {error}") from None

    def select(element: Any) -> Sequence[Any]:
        found: Any = find(element)
        return list(found)

    return select


def _taker(value: HtmlValue) -> Callable[[Any], Any]:
    """What takes a value out of a row."""
    find = _selector(value.selector) if value.selector else lambda row: [row]

    def take(row: Any) -> Any:
        found = find(row)
        if value.all:
            return [_taken(element, value) for element in found]
        return _taken(found[0], value) if found else None

    return take


def _taken(element: Any, value: HtmlValue) -> Any:
    from lxml import etree  # noqa: PLC0415 - a large library that most workflows don't need

    if value.take == "attribute":
        return element.get(value.attribute)
    if value.take == "html":
        return etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return " ".join(_text(element).split())


def _text(element: Any) -> str:
    """The text inside, without that of scripts and styles (unless it is one)."""
    if element.tag in _SILENT:
        return element.text or ""
    visible = element.xpath(
        "descendant::text()[not(parent::script or parent::style)]", smart_strings=False
    )
    return "".join(visible)
