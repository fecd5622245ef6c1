"""Every case of code in tests/data/sandbox holds, on each engine that it is for."""

import json
import re
import sys
import tempfile
import time
from pathlib import Path

import pytest
from code_ports import code_engines

from tidegate.errors import CodeError
from tidegate.isolation.code_engine import CodeRequest, read_answer

CASES = Path(__file__).resolve().parents[2] / "data" / "sandbox" / "adversarial_cases.jsonl"
MEGABYTE = 1 << 20
SLACK = 5
"""Times are for an idle machine."""


def cases(engine):
    found = map(json.loads, CASES.read_text().splitlines())
    return [case for case in found if case["surface"] == "code" and engine in case["engines"]]


async def outcome_of(engines, engine, case, marks):
    limits = case["limits"]
    request = CodeRequest(
        case["snippet"],
        [{"items": [{"v": 1}, {"v": 2}, {"v": 3}]}],
        memory=limits["memory_mb"] * MEGABYTE,
        wall=limits["wall_ms"] / 1000,
        output=limits["output_mb"] * MEGABYTE,
    )
    printed = []
    began = time.monotonic()
    made = await (await engines.engine(engine)).run(request, printed.append)
    marks["wall_ms"] = (time.monotonic() - began) * 1000
    marks["peak_mb"] = made.peak_memory / MEGABYTE
    assert sum(map(len, printed)) <= request.output
    if made.outcome != "ok":
        return made.outcome, None
    (found,) = read_answer(made.answer, 1)
    return ("error", None) if isinstance(found, CodeError) else ("ok", found.value)


def wrong(case, outcome, value, marks):
    """What is not as the case expects it."""
    expected = case["expect"]
    if outcome not in expected["outcome"]:
        yield f"outcome {outcome}"
    if outcome == "ok" and "value" in expected and value != expected["value"]:
        yield f"value {value}"
    if outcome == "ok" and "ok_values" in expected and value not in expected["ok_values"]:
        yield f"value {value}"
    if marks["wall_ms"] > case["max_wall_ms"] * SLACK:
        yield f"took {marks['wall_ms']} ms"
    if marks["peak_mb"] > case["max_peak_mb"]:
        yield f"held {marks['peak_mb']} MB"


@pytest.mark.skipif(sys.platform != "linux", reason="the locked processes need Linux")
@pytest.mark.parametrize("engine", ["monty", "cpython"])
async def test_every_case_holds(engine):
    suite = cases(engine)
    assert len(suite) > 30
    touched = {
        Path(path) for case in suite for path in re.findall(r"touch (\S+?)'", case["snippet"])
    }
    assert touched
    assert not any(path.exists() for path in touched)
    found = []
    async with code_engines() as engines:
        for case in suite:
            marks = {}
            outcome, value = await outcome_of(engines, engine, case, marks)
            found += [(case["id"], text) for text in wrong(case, outcome, value, marks)]
    assert found == []
    assert not any(path.exists() for path in touched)


async def test_nothing_of_the_machine_can_be_seen():
    """From outside: a file, a folder that may be written, and the environment."""
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder, "secret.txt")
        secret.write_text("canary-4711")
        for engine in ("monty", "cpython"):
            code = (
                "found = []\n"
                f"for path in ({str(secret)!r}, '/proc/self/environ', '/etc/passwd'):\n"
                "    try:\n"
                "        found.append(open(path).read())\n"
                "    except Exception as error:\n"
                "        pass\n"
                "try:\n"
                f"    open({str(Path(folder, 'made'))!r}, 'w')\n"
                "except Exception as error:\n"
                "    pass\n"
                "result = found"
            )
            case = {
                "snippet": code,
                "limits": {"memory_mb": 128, "wall_ms": 10_000, "output_mb": 1},
            }
            async with code_engines() as engines:
                assert await outcome_of(engines, engine, case, {}) == ("ok", [])
        assert [path.name for path in Path(folder).iterdir()] == ["secret.txt"]
