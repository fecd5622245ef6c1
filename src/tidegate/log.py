"""Log lines for operators: one line each on standard error, so that no value can forge another."""

import re
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar, Token
from typing import Any, Final

_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LEVELS: Final = ("debug", "info", "warning", "error")
_settings: Final = {"level": "warning", "format": "console"}
_execution: Final[ContextVar[str | None]] = ContextVar("execution", default=None)
_node: Final[ContextVar[str | None]] = ContextVar("node", default=None)


def safe(text: str) -> str:
    """``text`` without what could steer a terminal or turn its reading direction.

    Such characters are shown as escapes; tabs and line breaks stay.
    """
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def safe_line(text: str) -> str:
    """As :func:`safe`, on one line."""
    return safe(text).replace("\n", "\\n")


def configure(level: str, format: str = "console") -> None:
    """Write log lines of this level and above (``debug``, ``info``, ``warning``, ``error``).

    ``format`` is ``console`` (names and values, for people and grep) or ``json``.
    """
    _settings["level"], _settings["format"] = level, format


def is_logged(level: str) -> bool:
    """Whether lines of this level are written: ask before what would only be said in them."""
    return _LEVELS.index(level) >= _LEVELS.index(_settings["level"])


class _Within:
    """Names a place in whatever is logged meanwhile, here and in tasks begun here.

    (A generator with ``contextmanager`` took a twentieth of the time of a small node.)
    """

    __slots__ = ("_name", "_place", "_token")

    def __init__(self, place: ContextVar[str | None], name: str) -> None:
        self._place, self._name = place, name

    def __enter__(self) -> None:
        self._token: Token[str | None] = self._place.set(self._name)

    def __exit__(self, *_: object) -> None:
        self._place.reset(self._token)


def within_execution(execution_id: str) -> _Within:
    """Log lines of the body name this execution."""
    return _Within(_execution, execution_id)


def within_node(node_id: str) -> _Within:
    """Log lines of the body name this node."""
    return _Within(_node, node_id)


def get_logger() -> Any:
    """A structlog logger. Ask for it where something is logged: most commands log nothing."""
    import structlog  # noqa: PLC0415 - its import takes as long as a tenth of a short command

    order = ("timestamp", "level", "event", "execution", "node")
    renderer: Any = structlog.processors.LogfmtRenderer(key_order=order, drop_missing=True)
    if _settings["format"] == "json":
        renderer = structlog.processors.JSONRenderer(default=str)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _place,
            renderer,
            _escape,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_settings["level"]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    return structlog.get_logger()


def take_over(library: str) -> None:
    """Write what a library logs by the standard module as lines of ours, from warnings on."""
    import logging  # noqa: PLC0415 - only servers have such libraries

    class Lines(logging.Handler):
        """Writes each as one line, under the library's name."""

        def emit(self, record: logging.LogRecord) -> None:
            """Write one."""
            get_logger().warning(library, problem=record.getMessage()[:300])

    logger = logging.getLogger(library)
    logger.propagate = False
    logger.handlers = [Lines(logging.WARNING)]


def _place(
    _logger: Any, _method: str, values: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Name the execution and the node that a line is about, where it does not say so itself."""
    for name, found in (("execution", _execution.get()), ("node", _node.get())):
        if found is not None:
            values.setdefault(name, found)
    return values


def _escape(_logger: Any, _method: str, line: str | MutableMapping[str, Any]) -> str:
    """The last processor: the line that the renderer made, without control characters."""
    return safe_line(str(line))
