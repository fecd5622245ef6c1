"""The Monty engine: Python in a sandboxed interpreter of its own, in worker processes.

A call gets a fresh session of a worker. The result is written as JSON inside the sandbox, because
values that share parts would explode outside of it; what comes out is always one text.
"""

import asyncio
import inspect
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from pydantic_monty import (
    NOT_HANDLED,
    Monty,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySession,
    MontySyntaxError,
    ResourceLimits,
)

from tidegate import codec
from tidegate.errors import CodeError
from tidegate.isolation import explain as explain_module
from tidegate.isolation.code_engine import CodeOutcome, CodeRequest, OnOutput
from tidegate.isolation.monty_worker import SHORT_SECONDS, WorkerProcess, write_launcher
from tidegate.isolation.scan import code_error, refused

GRACE_SECONDS: Final = 0.25
"""How long after its time the interpreter may end by itself, before its process is killed."""
MAX_RECURSION: Final = 800
SESSIONS_PER_WORKER: Final = 1000

_BEGIN: Final = """\
import json
calls = json.loads(calls)
done = []
n = size = 0
"""
_LOOP: Final = """\
while n < len(calls) and size <= output:
    g = calls[n]
    g["__name__"] = "code"
    kept = g[trace][:] if trace else []
    exec(code, g)
    r = g.get("result")
    part = json.dumps(r, allow_nan=False)
    if "result" not in g:
        part += ',"unset":true'
    if trace and type(r) is list:
        ids = {id(kept[i]): i for i in range(len(kept))}
        part += ',"sources":' + json.dumps([ids.get(id(part)) for part in r])
    done.append('{"value":' + part + "}")
    size += len(part)
    n += 1
f'{{"results":[{",".join(done)}]}}' if size <= output else ""
"""
_AFTER_ERROR: Final = """\
done.append(error)
size += len(error)
n += 1
"""
_EXPLAIN: Final = inspect.getsource(explain_module) + 'f\'{explain(g["result"], "result", [])}\'\n'


class MontyEngine:
    """Runs code in Monty's workers; as many at once as there are slots."""

    def __init__(self, size: int | None = None) -> None:
        size = size or max(4, 2 * (os.cpu_count() or 1))
        self._slots = asyncio.Semaphore(size)
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="tidegate-monty")
        self._folder = TemporaryDirectory(prefix="tidegate-monty-")
        self._pool = Monty(
            binary_path=write_launcher(Path(self._folder.name)),
            min_processes=1,
            max_processes=size,
            max_checkouts_per_worker=SESSIONS_PER_WORKER,
            feed_duration_limit_grace=GRACE_SECONDS,
        )
        self._entered = False

    async def run(self, request: CodeRequest, on_output: OnOutput) -> CodeOutcome:
        """See :class:`CodeEngine`."""
        reason = refused(request.source)
        if reason is not None:
            return CodeOutcome("rejected", message=reason)
        loop = asyncio.get_running_loop()

        def show(text: str) -> None:
            loop.call_soon_threadsafe(on_output, text)

        async with self._slots:
            call = _Call(request, show)
            try:
                async with asyncio.timeout(request.wall + 2 * GRACE_SECONDS):
                    return await loop.run_in_executor(self._threads, self._run, call)
            except TimeoutError:
                return call.timed_out()
            finally:
                call.stop()

    def _run(self, call: "_Call") -> CodeOutcome:
        if not self._entered:
            self._enter()
        return call.run(self._pool)

    _entering = threading.Lock()

    def _enter(self) -> None:
        with self._entering:
            if not self._entered:
                self._pool.__enter__()
                self._entered = True

    async def close(self) -> None:
        """End the workers."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._threads.shutdown()
        if self._entered:
            self._pool.__exit__(None, None, None)
        self._folder.cleanup()


class _Call:
    """One request in a worker; ``run`` in a thread, ``stop`` from the event loop."""

    def __init__(self, request: CodeRequest, on_output: OnOutput) -> None:
        self._request, self._on_output = request, on_output
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._worker: WorkerProcess | None = None
        self._printed = 0
        self._slept = 0.0
        self._began = time.monotonic()

    def run(self, pool: Monty) -> CodeOutcome:
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
        return outcome

    def stop(self) -> None:
        """Kill the worker if it still works on this."""
        self._stopped.set()
        with self._lock:
            if self._worker is not None:
                self._worker.kill()

    def timed_out(self) -> CodeOutcome:
        """The end of a call that took too long."""
        message = f"this took longer than {self._request.wall:g} s"
        wall = time.monotonic() - self._began
        return CodeOutcome("timeout", message=message, wall=wall)

    def _outcome(self, session: MontySession) -> CodeOutcome:
        request = self._request
        inputs: dict[str, Any] = {
            "calls": codec.encode(request.calls).decode(),
            "code": request.source,
            "output": request.output,
            "trace": request.trace,
        }
        source = _BEGIN + _LOOP
        while True:
            if self._stopped.is_set() or self._left() <= 0:
                return self.timed_out()
            try:
                answer = self._feed(session, source, inputs)
            except MontyRuntimeError as raised:
                ended = self._ended(raised)
                if ended is not None:
                    return ended
                failure = self._failure(session, raised)
                inputs = {"error": codec.encode({"error": failure}).decode()}
                source = _AFTER_ERROR + _LOOP
            except MontySyntaxError as raised:
                return CodeOutcome("rejected", message=f"Monty can't run this code: {raised}")
            except MontyCrashedError as raised:
                return self._crash(raised)
            except MontyError as raised:
                return CodeOutcome("error", message=str(raised)[:1000])
            else:
                data = answer.encode()
                if not data or len(data) > request.output + 100 * (1 + len(request.calls)):
                    return CodeOutcome("limit", message=too_much(request, "gave back"))
                return CodeOutcome("ok", data)

    def _feed(self, session: MontySession, source: str, inputs: dict[str, Any]) -> str:
        return str(
            session.feed_run(
                source, inputs=inputs, print_callback=self._print, os=self._system_call
            )
        )

    def _left(self) -> float:
        return self._request.wall - (time.monotonic() - self._began)

    def _print(self, _stream: str, text: str) -> None:
        self._printed += len(text)
        if self._printed > self._request.output:
            self.stop()
        else:
            self._on_output(text)

    def _system_call(self, name: str, args: tuple[Any, ...] = (), **_rest: Any) -> Any:
        if name.endswith("sleep") and args and isinstance(args[0], int | float):
            seconds = max(0.0, min(args[0], self._left()))
            self._slept += seconds
            self._stopped.wait(seconds)
            return None
        return NOT_HANDLED

    def _ended(self, raised: MontyRuntimeError) -> CodeOutcome | None:
        """The outcome of an error that ends all calls: the sandbox is worn out."""
        error = raised.exception()
        if self._printed > self._request.output:
            return CodeOutcome("limit", message=too_much(self._request, "printed"))
        frames = raised.traceback()
        if isinstance(error, MemoryError):
            memory = self._request.memory >> 20
            return CodeOutcome("memory", message=f"this needs more than {memory} MB of memory")
        if isinstance(error, TimeoutError) and not frames:
            return self.timed_out()
        return None

    def _crash(self, raised: MontyCrashedError) -> CodeOutcome:
        if self._printed > self._request.output:
            return CodeOutcome("limit", message=too_much(self._request, "printed"))
        if raised.timed_out or self._stopped.is_set() or self._left() <= 0:
            return self.timed_out()
        return CodeOutcome("killed", message="the process of the code ended by itself")

    def _failure(self, session: MontySession, raised: MontyRuntimeError) -> dict[str, Any]:
        """One call's failure, at its place in the user's code."""
        places = [frame for frame in raised.traceback() if frame.filename == "<string>"]
        message = raised.display("type-msg")[:2000]
        if places:
            place = places[-1]
            end = place.end_column if place.end_line == place.line else None
            found = code_error(self._request.source, message, place.line, place.column, end)
            return _fields(found)
        why = self._feed(session, _EXPLAIN, {})
        return {"message": why if why != "None" else message}


def _fields(error: CodeError) -> dict[str, Any]:
    return {
        "message": error.message,
        "text": error.text,
        "line": error.line,
        "column": error.column,
        "end_column": error.end_column,
    }


def too_much(request: CodeRequest, what: str) -> str:
    """The message of an output that is too large."""
    return f"the code {what} more than {request.output / (1 << 20):g} MB"
