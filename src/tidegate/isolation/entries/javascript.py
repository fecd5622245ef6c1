"""JavaScript code in QuickJS, in a locked process that runs it and nothing else."""

import json
import re
from typing import Any, Final

import quickjs

from tidegate.isolation.channel import Channel

STACK_BYTES: Final = 512 * 1024
MAX_JOBS: Final = 1_000_000
MAX_MESSAGE: Final = 2000
_PLACE: Final = re.compile(r"<input>:(\d+)(?::(\d+))?")

_BEGIN: Final = """\
(() => {
  const show = print, text = JSON.stringify, asText = String;
  const shown = (value) => {
    if (typeof value !== "object" || value === null || value instanceof Error) return asText(value);
    try { return text(value); } catch { return asText(value); }
  };
  const log = (...values) => show(values.map(shown).join(" ") + "\\n");
  globalThis.print = log;
  globalThis.console = { log, info: log, debug: log, warn: log, error: log };
})();
"""
_END: Final = """\
(() => {
  if (typeof result === "undefined") return undefined;
  const value = globalThis.__settled === undefined ? result : globalThis.__settled.value;
  const why = (text) => { throw new TypeError(text); };
  return JSON.stringify(value, (key, part) => {
    const place = key === "" ? "result" : `'${key}' in result`, kind = typeof part;
    if (kind === "number" && !Number.isFinite(part)) why(`${place} is ${part}, which is not JSON`);
    if (kind === "bigint") why(`${place} is a BigInt, which is not JSON; write Number(...)`);
    if (kind === "function" || kind === "symbol") why(`${place} is a ${kind}, which is not JSON`);
    return part;
  });
})()
"""
_SOURCES: Final = """\
(() => {
  const value = globalThis.__settled === undefined ? result : globalThis.__settled.value;
  if (!Array.isArray(value)) return undefined;
  const places = new Map(globalThis.__given.map((part, place) => [part, place]));
  return JSON.stringify(value.map((part) => places.has(part) ? places.get(part) : null));
})()
"""
_SETTLE: Final = """\
if (typeof result === "object" && result instanceof Promise) {
  globalThis.__settled = { failed: "result is a promise that never settles" };
  result.then(
    (value) => { globalThis.__settled = { value }; },
    (error) => { globalThis.__settled = { failed: String(error) }; });
}
"""


def run(request: bytes, channel: Channel) -> bytes:
    """Run ``{"source", "calls", "trace", "memory"}``; the answer is ``{"results": [...]}``."""
    asked = json.loads(request)
    results = [_call(asked, names, channel) for names in asked["calls"]]
    return b'{"results":[' + b",".join(results) + b"]}"


def _call(asked: dict[str, Any], names: dict[str, Any], channel: Channel) -> bytes:
    """One call, in a world of its own: nothing is left of the call before."""
    context = quickjs.Context()
    context.set_memory_limit(asked["memory"])
    context.set_max_stack_size(STACK_BYTES)
    context.add_callable("print", channel.output)
    context.eval(_BEGIN)
    for name, value in names.items():
        context.set(name, context.parse_json(json.dumps(value)))
    if asked["trace"]:
        context.eval(f"globalThis.__given = {asked['trace']}.slice()")
    lines = asked["source"].splitlines()
    try:
        context.eval(asked["source"])
        context.eval(_SETTLE)
        _finish_jobs(context)
        failed = context.eval("globalThis.__settled && globalThis.__settled.failed")
        if isinstance(failed, str):
            return _json({"error": {"message": failed[:MAX_MESSAGE]}})
    except (quickjs.JSException, quickjs.StackOverflow) as error:
        return _json({"error": _failure(error, lines)})
    return _value(context, asked["trace"])


def _finish_jobs(context: Any) -> None:
    for _ in range(MAX_JOBS):
        if not context.execute_pending_job():
            return


def _value(context: Any, trace: str | None) -> bytes:
    try:
        value = context.eval(_END)
        sources = context.eval(_SOURCES) if trace else None
    except UnicodeDecodeError:
        text = "result holds half a surrogate pair, which is no text"
        return _json({"error": {"message": text}})
    except (quickjs.JSException, quickjs.StackOverflow) as error:
        return _json({"error": {"message": _failure(error, [])["message"]}})
    if not isinstance(value, str):
        return b'{"value":null,"unset":true}'
    found = '{"value":' + value
    if isinstance(sources, str):
        found += ',"sources":' + sources
    return f"{found}}}".encode()


def _failure(error: Exception, lines: list[str]) -> dict[str, Any]:
    """The failure, at its place in the user's code."""
    message, _, stack = str(error).partition("\n")
    if "out of memory" in message:
        raise MemoryError
    found: dict[str, Any] = {"message": message[:MAX_MESSAGE]}
    place = _PLACE.search(stack)
    if place and 0 < int(place[1]) <= len(lines):
        line = int(place[1])
        found |= {"line": line, "text": lines[line - 1]}
        if place[2]:
            found |= {"column": int(place[2]), "end_column": int(place[2]) + 1}
    return found


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
