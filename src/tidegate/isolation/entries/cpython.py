"""Python code in full CPython, in a locked process that runs it and nothing else."""

import json
import sys
from types import CodeType, TracebackType
from typing import Any, Final

from tidegate.isolation.channel import Channel
from tidegate.isolation.explain import explain

FILE: Final = "code.py"
MAX_MESSAGE: Final = 2000
_IMPORTS: Final = (
    "; code imports the standard library, and packages that the operator lists "
    "(setting isolation.code_requirements)"
)


def run(request: bytes, channel: Channel) -> bytes:
    """Run ``{"source", "calls", "trace"}``; the answer is ``{"results": [...]}``.

    Each result is ``{"value"}``, with ``sources`` where it was traced and ``unset`` where the
    code set no ``result``, or ``{"error"}``.
    """
    asked = json.loads(request)
    lines = asked["source"].splitlines()
    code = compile(asked["source"], FILE, "exec", dont_inherit=True)
    results = [_call(code, lines, names, asked["trace"], channel) for names in asked["calls"]]
    return b'{"results":[' + b",".join(results) + b"]}"


def run_with_packages(request: bytes, channel: Channel) -> bytes:
    """As :func:`run`; ``packages`` says where modules are found that are not loaded yet."""
    sys.path[:] = json.loads(request)["packages"]
    return run(request, channel)


def _call(
    code: CodeType, lines: list[str], names: dict[str, Any], trace: str | None, channel: Channel
) -> bytes:
    def show(*values: object, sep: str | None = " ", end: str | None = "\n", **_: Any) -> None:
        text = (" " if sep is None else sep).join(map(str, values))
        channel.output(text + ("\n" if end is None else end))

    names |= {"__name__": "code", "print": show}
    kept = list(names[trace]) if trace else []
    try:
        exec(code, names)  # noqa: S102 - this is what the locked process is for
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever the code raises is its failure
        return _json({"error": _failure(error, lines)})
    if "result" not in names:
        return b'{"value":null,"unset":true}'
    result = names["result"]
    try:
        value = json.dumps(result, allow_nan=False, ensure_ascii=False).encode()
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - an object may raise anything when it is read
        return _json({"error": {"message": _why_not_json(result, error)}})
    if trace and type(result) is list:
        places = {id(item): place for place, item in enumerate(kept)}
        sources = _json([places.get(id(part)) for part in result])
        return b'{"value":' + value + b',"sources":' + sources + b"}"
    return b'{"value":' + value + b"}"


def _why_not_json(result: Any, error: Exception) -> str:
    try:
        return explain(result, "result", []) or _text(error)
    except RecursionError:
        return "result is nested too deeply"


def _failure(error: BaseException, lines: list[str]) -> dict[str, Any]:
    """The failure, at the last place in the user's code that it went through."""
    hint = _IMPORTS if type(error) is ModuleNotFoundError else ""
    found: dict[str, Any] = {"message": _text(error) + hint}
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_code.co_filename == FILE and 0 < trace.tb_lineno <= len(lines):
            text = lines[trace.tb_lineno - 1]
            found |= {"line": trace.tb_lineno, "text": text, "column": None, "end_column": None}
            positions = list(frame.f_code.co_positions())
            line, end_line, start, end = positions[trace.tb_lasti // 2]
            if line == trace.tb_lineno and start is not None:
                found["column"] = _characters(text, start) + 1
                found["end_column"] = (
                    _characters(text, end) + 1
                    if end is not None and end_line == line
                    else len(text) + 1
                )
        trace = trace.tb_next
    return found


def _characters(text: str, position: int) -> int:
    """How many characters the first ``position`` bytes of a line are."""
    return len(text.encode("utf-8", "replace")[:position].decode("utf-8", "replace"))


def _text(error: BaseException) -> str:
    """The exception's name and text; its own ``__str__`` may fail."""
    name = type(error).__name__
    try:
        text = str(error)[:MAX_MESSAGE]
    except BaseException:  # noqa: BLE001 - its text is broken, its name is not
        return str(name)
    text = text.encode("utf-8", "replace").decode()
    return f"{name}: {text}" if text else str(name)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


sys.dont_write_bytecode = True
