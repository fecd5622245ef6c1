"""The reference of functions, methods and fields, written from their definitions.

``python -m tidegate.expressions.reference docs/reference/expressions.md`` brings the page up to
date; a test compares the two.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tidegate.expressions.functions import TOPICS
from tidegate.expressions.library import RECEIVER_NAMES, Function, Topic

BEGIN: Final = "<!-- generated from the code: begin -->"
END: Final = "<!-- generated from the code: end -->"


def reference() -> str:
    """The functions by topic, as Markdown."""
    return "\n".join(line for topic in TOPICS for line in _topic(topic))


def page_with_reference(page: str) -> str:
    """``page`` with the part between its two marks written anew."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{reference()}\n{END}{after}"


def _topic(topic: Topic) -> Iterator[str]:
    yield f"### {topic.title}"
    yield ""
    functions = [*topic.functions.values(), *topic.methods.values()]
    if functions:
        yield "| call | gives | example |"
        yield "|---|---|---|"
        for function in functions:
            example = f"`{_cell(function.example.source)}` → `{_cell(_json(function))}`"
            yield f"| `{_cell(_call(function))}` | {_cell(function.summary)} | {example} |"
        yield ""
    if topic.fields:
        yield "| field | is |"
        yield "|---|---|"
        for field in topic.fields.values():
            yield f"| `{RECEIVER_NAMES[field.receiver]}.{field.name}` | {field.summary} |"
        yield ""


def _call(function: Function) -> str:
    if function.receiver is None:
        return function.signature
    return f"{RECEIVER_NAMES[function.receiver]}.{function.signature}"


def _json(function: Function) -> str:
    return json.dumps(function.example.value, ensure_ascii=False)


def _cell(text: str) -> str:
    return text.replace("``", "`").replace("|", "\\|")


def main(path: str) -> None:
    """Write the reference into the page at ``path``."""
    page = Path(path)
    page.write_text(page_with_reference(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
