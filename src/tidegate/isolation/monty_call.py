"""One request in a session of Monty: what the sandbox is fed, and what comes of it.

The result is written as JSON inside the sandbox, because values that share parts would explode
outside of it; what comes out is always text of a bounded size.
"""

import asyncio
import contextlib
import inspect
import math
import threading
import time
from collections.abc import Callable
from json import JSONDecodeError
from textwrap import indent
from typing import Any, Final

from pydantic_monty import (
    NOT_HANDLED,
    Frame,
    Monty,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySession,
    MontySyntaxError,
    ResourceLimits,
)

from tidegate import codec
from tidegate.isolation import explain as explain_module
from tidegate.isolation.code_engine import CodeOutcome, CodeRequest, OnOutput
from tidegate.isolation.monty_worker import SHORT_SECONDS, WorkerProcess
from tidegate.isolation.scan import code_error

GRACE_SECONDS: Final = 0.25
"""How long after its time the interpreter may end by itself, before its process is killed."""
MAX_RECURSION: Final = 800
SMALL: Final = 1024
"""Bytes of JSON up to which calls reach the sandbox as values: Monty's ``json`` first makes a table
that costs more than they do. Of more values, JSON is the faster way."""

# Monty compiles what it is fed for each request, and takes a microsecond for each operation in it:
# this is as short as it can be.
_READ: Final = "calls = json.loads(calls)\n"
_PLAIN: Final = """\
exec(code, g)
r = json.dumps({"value": g["result"]}, allow_nan=False)
"""
_TRACED: Final = """\
kept = g[trace][:]
exec(code, g)
r = g["result"]
made = isinstance(r, list) and [*map(id, r)]
r = json.dumps({"value": r, "kept": [*map(id, kept)], "made": made}, allow_nan=False)
"""


def _one(call: str) -> str:
    return f"g = calls[0]\n{call}len(r) <= output and r\n"


def _several(call: str) -> str:
    call = indent(call, "    ")
    return f"""\
for g in calls[len(done):]:
{call}    done.append(r)
done if sum(map(len, done)) <= output else None
"""


_ONE: Final = {False: _one(_PLAIN), True: _one(_TRACED)}
_SEVERAL: Final = {False: _several(_PLAIN), True: _several(_TRACED)}
_EXPLAIN: Final = inspect.getsource(explain_module) + 'f\'{explain(g["result"], "result", [])}\'\n'


class MontyCall:
    """One request; made in the event loop, ``run`` in a thread.

    Attributes:
        outcome: what comes of it, for the event loop.
    """

    def __init__(
        self, request: CodeRequest, on_output: OnOutput, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.outcome: asyncio.Future[CodeOutcome] = loop.create_future()
        self._request, self._on_output, self._loop = request, on_output, loop
        self._lock = threading.Lock()
        self._stopped = False
        self._worker: WorkerProcess | None = None
        self._awake: threading.Event | None = None
        self._printed = 0
        self._slept = 0.0
        self._began = math.inf
        self._timer = loop.call_later(request.wall + GRACE_SECONDS, self._expire)

    def stop(self) -> None:
        """End what was begun for it; in the event loop, when nobody waits any longer."""
        self._timer.cancel()
        if self.outcome.cancelled():
            self._kill()

    def _kill(self) -> None:
        """Kill the worker if it still works on this."""
        with self._lock:
            self._stopped = True
            if self._worker is not None:
                self._worker.kill()
            if self._awake is not None:
                self._awake.set()

    def _expire(self) -> None:
        """End the call, if its time is over; it began when a thread took it."""
        left = GRACE_SECONDS + min(self._left(), self._request.wall)
        if left > 0:
            self._timer = self._loop.call_later(left, self._expire)
        else:
            self._kill()
            self._settle(self._timed_out())

    def run(self, workers: Callable[[], Monty]) -> None:
        """Do it, and tell the event loop."""
        try:
            self._run(workers())
        except Exception as error:  # noqa: BLE001 - raised again where the outcome is awaited
            self._tell(error)

    def _run(self, pool: Monty) -> None:
        request = self._request
        self._began = time.monotonic()
        limits = ResourceLimits(
            max_feed_duration_secs=request.wall,
            max_memory=request.memory,
            max_recursion_depth=MAX_RECURSION,
            max_suspensions=100_000,
        )
        with pool.checkout(
            limits=limits,
            script_name="code.py",
            os_policy={"sleep": "call_host"},
            assert_message_annotations=False,
        ) as session:
            worker = WorkerProcess(session.worker_pid)
            with self._lock:
                self._worker = worker
            try:
                outcome = self._outcome(session)
            finally:
                with self._lock:
                    self._worker = None
            outcome.wall = time.monotonic() - self._began
            outcome.cpu = max(0.0, outcome.wall - self._slept)  # it computes alone, or sleeps
            if outcome.wall > SHORT_SECONDS:
                outcome.peak_memory = worker.peak_memory()
            # Nobody has to wait until the worker has forgotten the session.
            self._tell(outcome)

    def _tell(self, outcome: CodeOutcome | Exception) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
            self._loop.call_soon_threadsafe(self._settle, outcome)

    def _settle(self, outcome: CodeOutcome | Exception) -> None:
        if self.outcome.done():
            return
        if isinstance(outcome, Exception):
            self.outcome.set_exception(outcome)
        else:
            self.outcome.set_result(outcome)

    def _timed_out(self) -> CodeOutcome:
        message = f"this took longer than {self._request.wall:g} s"
        wall = time.monotonic() - self._began
        return CodeOutcome("timeout", message=message, wall=wall)

    def _outcome(self, session: MontySession) -> CodeOutcome:
        request = self._request
        text = codec.encode([{**call, "__name__": "code"} for call in request.calls])
        inputs: dict[str, Any] = {
            "code": request.source,
            "output": request.output,
            "trace": request.trace,
            # Read again: what two items share outside would be one object inside.
            "calls": codec.decode(text) if len(text) <= SMALL else text.decode(),
        }
        source = "import json\n" if len(text) <= SMALL else "import json\n" + _READ
        one, traced = len(request.calls) == 1, request.trace is not None
        source += _ONE[traced] if one else "done = []\n" + _SEVERAL[traced]
        while True:
            if self._stopped or self._left() <= 0:
                return self._timed_out()
            try:
                results = self._feed(session, source, inputs)
            except MontyRuntimeError as raised:
                ended = self._ended(raised)
                if ended is not None:
                    return ended
                failure = self._failure(session, raised)
                if one:
                    return self._answer([failure])
                source, inputs = "done.append(error)\n" + _SEVERAL[traced], {"error": failure}
            except MontySyntaxError as raised:
                return CodeOutcome("rejected", message=f"Monty can't run this code: {raised}")
            except MontyCrashedError as raised:
                return self._crash(raised)
            except MontyError as raised:
                return CodeOutcome("error", message=str(raised)[:1000])
            else:
                return self._answer(results)

    def _answer(self, results: Any) -> CodeOutcome:
        if type(results) is str:  # of one call
            results = [results]
        if type(results) is not list:
            return CodeOutcome("limit", message=_too_much(self._request, "gave back"))
        return CodeOutcome("ok", f'{{"results":[{",".join(map(str, results))}]}}'.encode())

    def _feed(self, session: MontySession, source: str, inputs: dict[str, Any]) -> Any:
        return session.feed_run(
            source, inputs=inputs, print_callback=self._print, os=self._system_call
        )

    def _left(self) -> float:
        return self._request.wall - (time.monotonic() - self._began)

    def _print(self, _stream: str, text: str) -> None:
        self._printed += len(text)
        if self._printed > self._request.output:
            self._kill()
        else:
            self._loop.call_soon_threadsafe(self._on_output, text)

    def _system_call(self, name: str, args: tuple[Any, ...] = (), **_rest: Any) -> Any:
        if name.endswith("sleep") and args and isinstance(args[0], int | float):
            seconds = max(0.0, min(args[0], self._left()))
            self._slept += seconds
            self._sleep(seconds)
            return None
        return NOT_HANDLED

    def _sleep(self, seconds: float) -> None:
        with self._lock:
            if self._stopped:
                return
            self._awake = awake = threading.Event()
        awake.wait(seconds)

    def _ended(self, raised: MontyRuntimeError) -> CodeOutcome | None:
        """The outcome of an error that ends all calls: the sandbox is worn out."""
        error = raised.exception()
        if self._printed > self._request.output:
            return CodeOutcome("limit", message=_too_much(self._request, "printed"))
        if isinstance(error, MemoryError):
            memory = self._request.memory >> 20
            return CodeOutcome("memory", message=f"this needs more than {memory} MB of memory")
        if isinstance(error, TimeoutError) and not raised.traceback():
            return self._timed_out()
        if isinstance(error, JSONDecodeError) and not _places(raised):
            return CodeOutcome("error", message=f"Monty can't read what the code is given: {error}")
        return None

    def _crash(self, raised: MontyCrashedError) -> CodeOutcome:
        if self._printed > self._request.output:
            return CodeOutcome("limit", message=_too_much(self._request, "printed"))
        if raised.timed_out or self._stopped or self._left() <= 0:
            return self._timed_out()
        return CodeOutcome("killed", message="the process of the code ended by itself")

    def _failure(self, session: MontySession, raised: MontyRuntimeError) -> str:
        """One call's failure as its result, at its place in the user's code."""
        places = _places(raised)
        message = raised.display("type-msg")[:2000]
        if places:
            place = places[-1]
            end = place.end_column if place.end_line == place.line else None
            found = code_error(self._request.source, message, place.line, place.column, end)
            return _error(
                message=found.message,
                text=found.text,
                line=found.line,
                column=found.column,
                end_column=found.end_column,
            )
        error = raised.exception()
        if isinstance(error, KeyError) and error.args == ("result",):
            return '{"value":null,"unset":true}'
        why = str(self._feed(session, _EXPLAIN, {}))
        return _error(message=why if why != "None" else message)


def _places(raised: MontyRuntimeError) -> list[Frame]:
    """Where in the user's code it was raised; empty if not there."""
    return [frame for frame in raised.traceback() if frame.filename == "<string>"]


def _error(**fields: Any) -> str:
    return codec.encode({"error": fields}).decode()


def _too_much(request: CodeRequest, what: str) -> str:
    return f"the code {what} more than {request.output / (1 << 20):g} MB"
