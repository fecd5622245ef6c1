"""The worst input of every built-in node type, for ``tests/security/test_balloon.py``.

``LIMIT``: the node must end with RESOURCE_LIMIT_EXCEEDED. ``CAPPED``: it must fail at a fixed cap
of its own, far below the limit. ``BOUNDED``: it must succeed, because it never holds more than a
batch. Memory is measured in each case. Expressions may use
``vars.big``: true in the run that is measured, false in the one before it that loads everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Ends = Literal["limit", "capped", "bounded"]
LIMIT: Final = "limit"
CAPPED: Final = "capped"
BOUNDED: Final = "bounded"


@dataclass(frozen=True)
class Case:
    """One node with its worst input. ``sources`` feed its inputs, by the input's name."""

    node: str
    title: str
    ends: Ends
    params: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    after: str = ""
    """An output that leads back to the node itself, through a ``flow.no_op``."""

    @property
    def id(self) -> str:
        return f"{self.node}: {self.title}"


def evaluate(source: str) -> str:
    """A parameter that is an expression."""
    return "{{ " + source + " }}"


HUGE: Final = f"'x' * ({60 << 20} if vars.big else 9)"
"""The source of an expression that makes a text of 60 MB."""
TEXT: Final = evaluate(HUGE)


def rows(count: int, size: int, **more: Any) -> dict[str, Any]:
    """Parameters of ``data.generate``: ``count`` items with a number and a text of ``size``."""
    return {
        "count": evaluate(f"{count} if vars.big else 3"),
        "fields": {"n": "{{ index }}", "text": evaluate(f"'x' * {size}"), **more},
    }


MANY: Final = {"main": rows(10_000, 4000)}
"""40 MB in items of 4 KB."""
TWO: Final = {"a": rows(10_000, 4000), "b": rows(10_000, 4000)}
KEYS: Final = [{"field": "n"}]
ITEM: Final = {"main": rows(1, 10)}


def big_file(name: str) -> dict[str, str]:
    """Parameters of ``files.read`` for one of the files that the test makes."""
    return {"path": evaluate(f"'big/{name}' if vars.big else 'small/{name}'")}


def convert(operation: str, file: str, ends: Ends, **options: Any) -> Case:
    """Reading a large file of one format into items."""
    params = {"operation": operation, "source": "file", **options}
    source = {"type": "files.read", **big_file(file), "format": "file"}
    return Case("data.convert", f"{operation} {file}", ends, params, {"main": source})


def read(format: str, file: str, ends: Ends) -> Case:
    """Reading a large file in one format."""
    return Case("files.read", f"{format} {file}", ends, {**big_file(file), "format": format}, ITEM)


def request(
    title: str,
    path: str,
    ends: Ends,
    source: Mapping[str, Any],
    small: str = "small",
    **params: Any,
) -> Case:
    """Requests to the server that the test runs; ``{SERVER}`` is its address."""
    url = "http://{SERVER}/" + evaluate(f"'{path}' if vars.big else '{small}'")
    return Case("http.request", title, ends, {"url": url, **params}, {"main": source})


def expression(node: str, ends: Ends = LIMIT, **params: Any) -> Case:
    """A parameter that grows while it is evaluated, for one item."""
    return Case(node, "a parameter that grows", ends, params, ITEM)


def code(node: str, title: str, source: str, **params: Any) -> Case:
    """Code in a process of its own: what is measured is the process that started it."""
    params = {"code": source, "variables": {"big": "{{ vars.big }}"}, **params}
    return Case(node, title, LIMIT, params, ITEM)


CASES: Final = (
    code("code.python", "CPython", "result = 'x' * (10**8 if big else 1)", engine="cpython"),
    code("code.python", "Monty", "result = 'x' * (10**8 if big else 1)", engine="monty"),
    code("code.javascript", "text", "const result = 'x'.repeat(big ? 100000000 : 1)"),
    Case("code.python", "large items", LIMIT, {"code": "result = items"}, MANY),
    Case("data.aggregate", "all items", LIMIT, {}, MANY),
    Case(
        "data.aggregate",
        "fields",
        LIMIT,
        {"collect": "fields", "fields": [{"field": "text"}]},
        MANY,
    ),
    Case("data.compare", "two large inputs", LIMIT, {"keys": [{"a": "n"}]}, TWO),
    convert("csv_to_items", "rows.csv", BOUNDED),
    convert("csv_to_items", "quote.csv", CAPPED),
    convert("json_to_items", "rows.json", LIMIT),
    convert("json_to_items", "deep.json", LIMIT),
    convert("json_to_items", "rows.jsonl", BOUNDED, json_options={"layout": "lines"}),
    convert("xml_to_items", "rows.xml", LIMIT, xml_options={"rows": "row"}),
    convert(
        "html_to_items", "rows.html", LIMIT, html_options={"rows": "p", "values": [{"field": "a"}]}
    ),
    Case("data.convert", "items_to_csv", LIMIT, {"operation": "items_to_csv"}, MANY),
    Case("data.convert", "items_to_json", LIMIT, {"operation": "items_to_json"}, MANY),
    Case("data.convert", "items_to_xml", LIMIT, {"operation": "items_to_xml"}, MANY),
    Case(
        "data.convert",
        "items_to_csv, a file",
        BOUNDED,
        {
            "operation": "items_to_csv",
            "target": "file",
            "file_name": "a.csv",
            "csv_options": {"columns": ["n", "text"]},
        },
        MANY,
    ),
    expression("data.crypto", value=TEXT),
    Case(
        "data.crypto",
        "random bytes of many items",
        BOUNDED,
        {"operation": "random", "size": 1024},
        {"main": rows(8_000, 10)},
    ),
    expression("data.date_time", operation="now", output_format=TEXT),
    Case("data.date_time", "many items", BOUNDED, {"operation": "now"}, MANY),
    expression("data.filter", condition=evaluate(f"({HUGE}) == ''")),
    Case("data.filter", "large items", BOUNDED, {"condition": "{{ json.n >= 0 }}"}, MANY),
    expression("data.generate", fields={"a": TEXT}, count=3),
    Case("data.generate", "many items", BOUNDED, rows(12_000, 4000), ITEM),
    Case("data.limit", "the last ones", LIMIT, {"max_items": 10**9, "keep": "last"}, MANY),
    Case("data.limit", "the first ones", BOUNDED, {"max_items": 10**9}, MANY),
    Case(
        "data.remove_duplicates",
        "nothing is equal",
        LIMIT,
        {"keep": "last"},
        MANY,
    ),
    Case(
        "data.remove_duplicates",
        "many keys",
        LIMIT,
        {"compare": "selected", "fields": ["n"]},
        {"main": rows(300_000, 1)},
    ),
    Case(
        "data.rename",
        "many fields",
        BOUNDED,
        {"renames": [{"source": "text", "target": "a.b"}]},
        MANY,
    ),
    Case(
        "data.rename",
        "names that grow",
        CAPPED,
        {"patterns": [{"pattern": "x", "replacement": "y" * 500}]},
        {"main": {"count": "{{ 1000 if vars.big else 1 }}", "fields": {"x" * 100: 1}}},
    ),
    expression("data.set", fields={"a": TEXT}),
    Case("data.set", "large items", BOUNDED, {"fields": {"a": "{{ json.text }}"}}, MANY),
    Case("data.sort", "large items", LIMIT, {"keys": KEYS}, MANY),
    Case("data.sort", "many small items", LIMIT, {"keys": KEYS}, {"main": rows(110_000, 1)}),
    Case(
        "data.split_out",
        "large items",
        BOUNDED,
        {"field": "l"},
        {"main": rows(8_000, 9, l=[1] * 20)},
    ),
    Case(
        "data.split_out",
        "every part keeps the rest",
        BOUNDED,
        {"field": "l"},
        {"main": rows(1, 20_000, l="{{ list(range(20000 if vars.big else 2)) }}")},
    ),
    expression("data.state", operation="set", key="k", value=TEXT),
    Case(
        "data.summarize",
        "every item is a group",
        LIMIT,
        {"group_by": ["n"], "values": [{"operation": "count"}]},
        {"main": rows(60_000, 1)},
    ),
    Case(
        "data.summarize",
        "append",
        LIMIT,
        {"values": [{"operation": "append", "field": "text"}]},
        MANY,
    ),
    Case(
        "data.summarize",
        "concatenate",
        LIMIT,
        {"values": [{"operation": "concatenate", "field": "text"}]},
        MANY,
    ),
    expression("files.delete", path=TEXT),
    expression("files.list", path=TEXT),
    Case("files.list", "many files", BOUNDED, {"path": "many"}, ITEM),
    expression("files.move", source=TEXT, target="a"),
    expression("files.read", path=TEXT),
    read("text", "line.txt", LIMIT),
    read("lines", "line.txt", LIMIT),
    read("lines", "rows.csv", BOUNDED),
    read("csv", "quote.csv", CAPPED),
    read("csv", "rows.csv", BOUNDED),
    read("json", "rows.json", LIMIT),
    read("json_lines", "rows.jsonl", BOUNDED),
    read("file", "line.txt", BOUNDED),
    Case(
        "files.write",
        "csv with unknown columns",
        LIMIT,
        {"path": "out.csv", "mode": "overwrite"},
        MANY,
    ),
    Case(
        "files.write",
        "json",
        BOUNDED,
        {"path": "out.json", "format": "json", "mode": "overwrite"},
        MANY,
    ),
    expression("files.write", path="out.txt", format="text", mode="overwrite", text=TEXT),
    expression("flow.if", condition=evaluate(f"({HUGE}) == ''")),
    Case("flow.if", "large items", BOUNDED, {"condition": "{{ json.n > 7 }}"}, MANY),
    Case("flow.loop", "large items", BOUNDED, {"batch_size": 1000}, MANY, after="each"),
    Case("flow.merge", "append", LIMIT, {}, {"main": MANY["main"], "input_2": rows(9, 9)}),
    Case(
        "flow.merge",
        "by key",
        LIMIT,
        {"mode": "by_key", "keys": [{"main": "n"}]},
        {"main": MANY["main"], "input_2": MANY["main"]},
    ),
    Case(
        "flow.merge",
        "every item has every partner",
        LIMIT,
        {"mode": "by_key", "keys": [{"main": "k"}]},
        {"main": rows(2_000, 1000, k=1), "input_2": rows(2_000, 1000, k=1)},
    ),
    Case("flow.no_op", "large items", BOUNDED, {}, MANY),
    # Nobody waits for an answer here: its parameters are not even computed.
    expression("flow.respond", BOUNDED, respond_with="text", text=TEXT),
    expression("flow.stop", message=TEXT),
    Case("flow.sub_workflow", "large items", LIMIT, {"workflow": "./inner.json"}, MANY),
    expression("flow.switch", mode="value", value=TEXT, cases=[{"output": "a", "equals": 1}]),
    Case(
        "flow.switch",
        "large items",
        BOUNDED,
        {"rules": [{"output": "a", "condition": "{{ json.n > 7 }}"}]},
        MANY,
    ),
    expression("flow.wait", mode="until", until=TEXT),
    request("a large body", "json", LIMIT, rows(1, 1)),
    request("a body that unpacks", "gzip", LIMIT, rows(1, 1), format="text"),
    request("a large body as a file", "json", BOUNDED, rows(1, 1), format="file"),
    request("large XML", "xml", LIMIT, rows(1, 1), small="small_xml", format="xml"),
    request("bodies of a megabyte", "megabyte", LIMIT, rows(100, 1), format="text"),
    Case(
        "http.request",
        "a large request",
        LIMIT,
        {"url": "http://{SERVER}/small", "method": "POST", "body": TEXT},
        ITEM,
    ),
    Case(
        "sql.query",
        "many rows",
        BOUNDED,
        {
            "url": "sqlite:a.db",
            "statement": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r "
            "WHERE n < 40000) SELECT n, hex(zeroblob(500)) AS text FROM r",
        },
        ITEM,
    ),
    Case(
        "sql.query",
        "a large value",
        LIMIT,
        {
            "url": "sqlite:a.db",
            "statement": "SELECT hex(zeroblob(:size)) AS text",
            "params": {"size": "{{ 30000000 if vars.big else 1 }}"},
        },
        ITEM,
    ),
    Case(
        "sql.write",
        "large items",
        BOUNDED,
        {"url": "sqlite:a.db", "table": "t", "columns": ["n", "text"]},
        MANY,
    ),
    expression(
        "sql.write",
        url="sqlite:a.db",
        action="statement",
        statement="INSERT INTO t (n, text) VALUES (1, :text)",
        params={"text": TEXT},
    ),
    Case("trigger.email", "large data", LIMIT),
    Case("trigger.error", "large data", LIMIT),
    Case("trigger.file_watch", "large data", LIMIT, {"folder": "a"}),
    Case(
        "trigger.form",
        "large data",
        LIMIT,
        {"path": "a", "title": "a", "form_schema": {"properties": {"a": {"type": "string"}}}},
    ),
    Case("trigger.manual", "large data", LIMIT),
    Case(
        "trigger.schedule",
        "many times",
        BOUNDED,
        {"mode": "times", "times": ["2030-01-01"] * 5_000},
    ),
    Case("trigger.webhook", "large data", LIMIT, {"path": "a"}),
    Case("trigger.sub_workflow", "items", BOUNDED, {}, {"main": rows(3_000, 1000)}),
)
