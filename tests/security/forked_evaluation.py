"""Evaluates expressions in forked children and measures each; run by the tests as a script.

Reads lines of {"expression", "env", "seconds"} and writes lines of {"outcome", "value",
"message", "seconds", "peak_mb"}. A child that does not end in time is killed: outcome "killed".
"""

import json
import os
import resource
import signal
import sys
import time

from tidegate.errors import ExpressionError, ExpressionLimit, ExpressionRejected
from tidegate.expressions import evaluate

PEAK_UNIT = 1 << 20 if sys.platform == "darwin" else 1 << 10


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / PEAK_UNIT


def outcome(expression, env):
    try:
        return {"outcome": "ok", "value": evaluate(expression, env)}
    except ExpressionRejected as error:
        return {"outcome": "rejected", "message": error.message}
    except ExpressionLimit as error:
        return {"outcome": "limit", "message": error.message}
    except ExpressionError as error:
        return {"outcome": "error", "message": error.message}
    except BaseException as error:  # noqa: BLE001 - the test names whatever got out
        return {"outcome": "leaked", "message": f"{type(error).__name__}: {error}"}


def answer_in_child(request, pipe):
    peak, start = peak_mb(), time.perf_counter()
    answer = outcome(request["expression"], request["env"])
    answer["seconds"] = time.perf_counter() - start
    # Before the answer is written out: that is the harness's own memory.
    answer["peak_mb"] = peak_mb() - peak
    if len(str(answer.get("value", ""))) > 10_000:
        answer["value"] = "large"
    with os.fdopen(pipe, "w") as out:
        json.dump(answer, out)


def answer(request):
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        signal.alarm(int(request["seconds"]) + 1)
        answer_in_child(request, write_end)
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else {"outcome": "killed", "seconds": request["seconds"]}


def main():
    # What is loaded on first use must not count as memory of a case.
    evaluate("matches('a', 'b') or in_zone(0, 'Europe/Paris')", {})
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
