"""Prints a report of an execution as one JSON object, for programs."""

from typing import Any, TextIO

from tidegate import codec
from tidegate.app import App
from tidegate.cli.output import json_text
from tidegate.services.outputs import outputs_of
from tidegate.services.reports import Report, has_output


async def print_report_json(app: App, report: Report, stream: TextIO) -> None:
    """One JSON object with every node's items, written piece by piece."""
    stream.write(_json(report.summary())[:-1] + ',"output":{')
    separator = ""
    for node_id in dict.fromkeys(row.node_id for row in report.nodes):
        names = _output_names(report, node_id)
        if not names:
            continue
        stream.write(f"{separator}{_json(node_id)}:{{")
        separator = ","
        for position, name in enumerate(names):
            stream.write(f"{',' if position else ''}{_json(name)}:[")
            await _write_items(app, report, node_id, name, stream)
            stream.write("]")
        stream.write("}")
    stream.write("}}\n")


def _json(value: Any) -> str:
    return json_text(codec.encode(value).decode())


def _output_names(report: Report, node_id: str) -> list[str]:
    names: dict[str, None] = {}
    for row in report.nodes:
        if row.node_id == node_id and row.output is not None and has_output(row):
            names.update(dict.fromkeys(row.output.counts()))
    return list(names)


async def _write_items(app: App, report: Report, node_id: str, name: str, stream: TextIO) -> None:
    separator = ""
    for row in report.nodes:
        if row.node_id != node_id or not has_output(row):
            continue
        output = outputs_of(app, row).get(name)
        if output is None:
            continue
        async for items in output.iterate():
            stream.write(separator + _json([item.json for item in items])[1:-1])
            separator = ","
