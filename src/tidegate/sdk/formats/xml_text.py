"""XML, hardened.

What XML has beyond JSON is written so: ``@name`` is an attribute, ``#text`` the text of an element
that also has attributes or elements inside.

The parser loads nothing, knows no entities but the five of XML and refuses documents that define
their own: they are the way to make a small document huge, and to read files of the server.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tidegate.sdk import (
    Budget,
    Field,
    Item,
    JsonObject,
    NodeError,
    NodeFailed,
    NodeParams,
    SecurityError,
    SecurityErrorType,
)
from tidegate.sdk.formats.text_source import TextSource
from tidegate.sdk.values import as_text

if TYPE_CHECKING:
    from lxml import etree

_ELEMENT_SIZE = 500
"""What one element takes at most, in the parser's tree and as a dict, in bytes."""


class XmlOptions(NodeParams):
    """How items and elements belong together."""

    rows: str = Field(
        "",
        label="Element of an item",
        placeholder="entry",
        max_length=200,
        description="Reading: each element of this name gives an item. Empty: one item for the "
        "whole document.",
    )
    always_list: list[str] = Field(
        [],
        label="Always lists",
        description="Reading: elements that make a list even where there is only one.",
    )
    root: str = Field("items", label="Root element", max_length=200, description="Writing.")
    row: str = Field("item", label="Element of each item", max_length=200, description="Writing.")


async def read_xml(
    source: TextSource, options: XmlOptions, budget: Budget
) -> AsyncIterator[JsonObject]:
    """A JSON object for each row, or one for the document."""
    root = parse_xml(await source.whole(), budget)
    lists = frozenset(options.always_list)
    if not options.rows:
        yield as_object(root, lists)
        return
    for element in _rows(root, options.rows):
        value = _value(element, lists)
        yield value if type(value) is dict else {"value": value}


def as_object(root: "etree._Element", lists: frozenset[str] = frozenset()) -> JsonObject:
    """A document as an object with one field, the root; ``lists`` are elements that always are."""
    return {_name(root): _value(root, lists)}


def xml_size(document: bytes) -> int:
    """What a document takes at most once it is read, in bytes."""
    return len(document) + _ELEMENT_SIZE * document.count(b"<")


def parse_xml(text: str, budget: Budget) -> "etree._Element":
    """The root of an XML document; what it takes is charged (:func:`xml_size`).

    Raises:
        NodeFailed: it is not well-formed.
        SecurityError: MALICIOUS_CONTENT, it defines entities.
    """
    data = text.encode()
    budget.charge(xml_size(data), "the elements of the XML")
    try:
        return _parsed(data)
    except NodeError:
        budget.release(xml_size(data))
        raise


def _parsed(data: bytes) -> "etree._Element":
    from lxml import etree  # noqa: PLC0415 - a large library that most workflows don't need

    parser = etree.XMLParser(
        encoding="utf-8",  # wins over what the document says: it was decoded already
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if b"<!ENTITY" in data:
            raise _malicious() from None
        line, column = error.position
        raise NodeFailed(
            f"the XML is not well-formed, at line {line}, column {column}: {error.msg}"
        ) from None
    dtd: Any = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise _malicious()
    for entity in root.iter(etree.Entity):
        raise NodeFailed(f"the XML uses {entity.text}, which it does not define")
    return root


def _malicious() -> SecurityError:
    return SecurityError(
        "the XML defines entities, which can blow a document up or read files; this is refused",
        SecurityErrorType.MALICIOUS_CONTENT,
        rule="xml.entities",
        risk="high",
    )


def _name(element: "etree._Element") -> str:
    local = str(element.tag).rpartition("}")[2]
    return f"{element.prefix}:{local}" if element.prefix else local


def _rows(root: "etree._Element", name: str) -> Iterator["etree._Element"]:
    """The elements of that name that are not inside another one of that name."""
    stack = [root]
    while stack:
        element = stack.pop()
        if _name(element) == name:
            yield element
        else:
            stack.extend(child for child in reversed(element) if isinstance(child.tag, str))


def _value(element: "etree._Element", lists: frozenset[str]) -> Any:
    """An element as JSON: its text, or an object with its attributes and elements."""
    children = [child for child in element if isinstance(child.tag, str)]
    result: JsonObject = {}
    for key, value in element.attrib.items():
        result[f"@{str(key).rpartition('}')[2]}"] = str(value)
    if not children and not result:
        return element.text or ""
    text = (element.text or "") + "".join(child.tail or "" for child in element)
    if children:
        text = text.strip()
    for child in children:
        _add(result, _name(child), _value(child, lists), lists)
    if text:
        result["#text"] = text
    return result


def _add(result: JsonObject, name: str, value: Any, lists: frozenset[str]) -> None:
    if name not in result:
        result[name] = [value] if name in lists else value
    elif type(result[name]) is list:
        result[name].append(value)
    else:
        result[name] = [result[name], value]


async def write_xml(
    batches: AsyncIterator[Sequence[Item]], options: XmlOptions
) -> AsyncIterator[str]:
    """The XML piece by piece."""
    from lxml import etree  # noqa: PLC0415 - a large library that most workflows don't need

    _make(options.root)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{options.root}>\n'
    async for batch in batches:
        parts = []
        for item in batch:
            element = _make(options.row)
            _fill(element, item.json, options.row)
            parts.append(etree.tostring(element, encoding="unicode"))
        yield "".join(f"{part}\n" for part in parts)
    yield f"</{options.root}>\n"


def _make(name: str) -> "etree._Element":
    from lxml import etree  # noqa: PLC0415 - a large library that most workflows don't need

    try:
        if "{" in name or ":" in name:
            raise ValueError  # noqa: TRY301 - the library takes these for namespaces
        return etree.Element(name)
    except ValueError:
        raise NodeFailed(
            f"{name!r} can't be the name of an XML element; rename the field first"
        ) from None


def _fill(element: "etree._Element", value: Any, place: str) -> None:
    if type(value) is dict:
        for key, child in value.items():
            if key.startswith("@"):
                _guarded(element.set, place, key[1:], as_text(child))
            elif key == "#text":
                _guarded(setattr, place, element, "text", as_text(child))
            else:
                for part in child if type(child) is list else [child]:
                    below = _make(key)
                    _fill(below, part, f"{place}.{key}")
                    element.append(below)
    elif type(value) is list:
        for part in value:
            below = _make("item")
            _fill(below, part, place)
            element.append(below)
    elif value is not None:
        _guarded(setattr, place, element, "text", as_text(value))


def _guarded(write: Any, place: str, *args: Any) -> None:
    try:
        write(*args)
    except ValueError:
        raise NodeFailed(
            f"{place}: holds a character or a name that XML can't carry (control characters, "
            "for example)"
        ) from None
