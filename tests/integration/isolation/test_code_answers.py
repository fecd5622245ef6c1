"""What engines say: values, errors with a caret, limits, prints; the same on all of them."""

import asyncio
import sys
import time
from pathlib import Path

import psutil
import pytest
from code_ports import code_engines

from tidegate.errors import CodeError
from tidegate.isolation.code_engine import CodeRequest, read_answer
from tidegate.isolation.engines import CodeEngines

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the locked processes need Linux")
MEGABYTE = 1 << 20
PYTHON = ["monty", "cpython"]


async def run(engines, engine, code, calls=({},), *, trace=None, wall=20.0, show=lambda _: None):
    request = CodeRequest(code, list(calls), 128 * MEGABYTE, wall, 2 * MEGABYTE, trace)
    return await (await engines.engine(engine)).run(request, show)


async def results(engines, engine, code, calls=({},), **more):
    outcome = await run(engines, engine, code, calls, **more)
    assert outcome.outcome == "ok", outcome.message
    return read_answer(outcome.answer, len(calls))


@pytest.mark.parametrize("engine", PYTHON)
async def test_python(engine):
    async with code_engines() as engines:
        (found,) = await results(
            engines,
            engine,
            "x = 1\n\ndef f(é):\n    return é / 0\n\nresult = [f(i) for i in [1]]",
        )
        assert (found.line, found.text) == (4, "    return é / 0")
        assert found.pretty().splitlines()[-1] == "    |            ^^^^^"
        assert found.message.startswith("ZeroDivisionError")

        calls = [{"item": {"v": value}} for value in (1, 0, 2)]
        first, second, third = await results(engines, engine, "result = 4 / item['v']", calls)
        assert (first.value, third.value) == (4.0, 2.0)
        assert isinstance(second, CodeError)

        items = [{"v": 1}, {"v": 2}, {"v": 3}]
        code = "items[0]['w'] = 1\nresult = [items[2], {'new': 1}, items[0]]"
        (found,) = await results(engines, engine, code, [{"items": items}], trace="items")
        assert found.sources == [2, None, 0]
        assert found.value == [{"v": 3}, {"new": 1}, {"v": 1, "w": 1}]

        (found,) = await results(engines, engine, "x = 1")
        assert found.unset
        (found,) = await results(engines, engine, f"result = {10**300}")
        assert found.value == 10**300


NOT_JSON = {
    "result = {1, 2}": "result is of type set",
    "result = [{'a': float('nan')}]": "result[0]['a'] is nan",
    "result = {'n': [float('inf')]}": "result['n'][0] is inf",
    "result = []\nresult.append(result)": "holds itself",
    "result = {(1, 2): 3}": "a key of result is of type tuple",
    "result = [10**5000]": "result[0] has more than 4,300 digits",
    "import datetime\nresult = {'d': datetime.date(2020, 1, 2)}": "write .isoformat()",
}


@pytest.mark.parametrize("engine", PYTHON)
async def test_what_is_not_json_is_said_with_its_place(engine):
    async with code_engines() as engines:
        for code, text in NOT_JSON.items():
            (found,) = await results(engines, engine, code)
            assert isinstance(found, CodeError), code
            assert text in found.message, code


@pytest.mark.parametrize("engine", PYTHON)
async def test_what_is_nested_too_deeply_for_an_item_is_refused(engine):
    code = "result = []\nfor _ in range({}):\n    result = [result]"
    async with code_engines() as engines:
        (found,) = await results(engines, engine, code.format(150))
        assert not isinstance(found, CodeError)
        for depth in (300, 900, 5000):
            outcome = await run(engines, engine, code.format(depth))
            try:
                (found,) = read_answer(outcome.answer, 1)
            except CodeError as error:
                found = error
            assert isinstance(found, CodeError)
            assert "nested" in found.message or "recursion" in found.message


@pytest.mark.parametrize("padding", [0, 5000])
@pytest.mark.parametrize("engine", PYTHON)
async def test_items_that_share_a_part_outside_are_apart_in_the_code(engine, padding):
    """However many bytes they are: few and many take different ways into Monty."""
    part = {"tags": [1], "large": 10**30, "text": "é" * padding}
    code = "items[0]['tags'].append(2)\nresult = [items[1], items[0]]"
    async with code_engines() as engines:
        (found,) = await results(engines, engine, code, [{"items": [part, part]}], trace="items")
    assert found.value == [part, part | {"tags": [1, 2]}]
    assert found.sources == [1, 0]


async def test_items_nested_more_deeply_than_monty_reads_are_an_error():
    nested = ["x" * 5000]
    for _ in range(300):
        nested = [nested]
    async with code_engines() as engines:
        outcome = await run(engines, "monty", "result = 1", [{"items": nested}])
    assert outcome.outcome == "error"
    assert "can't read what the code is given" in outcome.message


async def test_a_package_that_is_not_there_says_who_could_list_it():
    async with code_engines() as engines:
        (found,) = await results(engines, "cpython", "import requests\nresult = 1")
    assert "No module named 'requests'; code imports the standard library" in found.message
    assert "isolation.code_requirements" in found.message


async def test_half_a_surrogate_pair_in_cpython():
    async with code_engines() as engines:
        (found,) = await results(engines, "cpython", "result = {'a': ['\\ud800']}")
        assert found.message == "result['a'][0] holds half a surrogate pair, which is no text"


@pytest.mark.parametrize(
    ("engine", "code"),
    [
        ("monty", "while True: print('x' * 1000)"),
        ("cpython", "while True: print('x' * 1000)"),
        ("quickjs", "for (;;) console.log('x'.repeat(1000))"),
    ],
)
async def test_a_flood_of_prints_ends(engine, code):
    printed = []
    async with code_engines() as engines:
        outcome = await run(engines, engine, code, show=printed.append)
    assert outcome.outcome == "limit"
    assert MEGABYTE < sum(map(len, printed)) <= 2 * MEGABYTE


@pytest.mark.parametrize(
    ("engine", "code"),
    [
        ("monty", "while True: pass"),
        ("monty", "import time\ntime.sleep(60)"),
        ("cpython", "import time\ntime.sleep(60)"),
        ("quickjs", "for (;;);"),
    ],
)
async def test_a_cancelled_call_ends_at_once(engine, code):
    async with code_engines() as engines:
        await results(engines, engine, "result = 1")
        work = asyncio.create_task(run(engines, engine, code, wall=60))
        await asyncio.sleep(0.3)
        began = time.monotonic()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert time.monotonic() - began < 0.3 * 5
        # The engine is as good as before.
        (found,) = await results(engines, engine, "result = 2")
        assert found.value == 2


JAVASCRIPT = {
    "const result = items.map(i => i.v * 2)": [2, 4, 6],
    "result = (async () => { await null; return 5 })()": 5,
    "let result = new Date(0)": "1970-01-01T00:00:00.000Z",
    "result = [typeof require, typeof process, typeof fetch, typeof setTimeout, typeof std]": [
        "undefined"
    ]
    * 5,
}
JAVASCRIPT_ERRORS = {
    "let x = 1\nlet y = nothing.here": (2, "ReferenceError"),
    "let x = (;": (1, "SyntaxError"),
    "return 1": (1, "return not in a function"),
    "function f() { return f() }\nf()": (1, "Maximum call stack"),
    "result = (async () => { throw new Error('late') })()": (None, "late"),
    "result = new Promise(() => {})": (None, "never settles"),
    "result = {n: NaN}": (None, "'n' in result is NaN"),
    "result = [1n]": (None, "BigInt"),
    "result = () => 1": (None, "function"),
    "result = '\\ud800'": (None, "surrogate"),
    "result = {}; result.self = result": (None, "circular"),
    "import('os').then(m => { leaked = m })\nresult = leaked": (2, "leaked"),
    "JSON.stringify = () => '{'; result = {}": (None, ""),
    "throw {toString() { throw 1 }}": (None, ""),
}
JAVASCRIPT_ENDS = {
    "let a = []; for (;;) a.push('x'.repeat(1e6) + a.length)": {"memory", "timeout"},
    "for (;;);": {"timeout"},
    "/^(a+)+$/.test('a'.repeat(60) + 'b')": {"timeout"},
    "let x = [1]; for (let i = 0; i < 40; i++) x = [x, x]; result = x": {"timeout", "memory"},
    "result = 'x'.repeat(5e6)": {"limit"},
    "const f = () => Promise.resolve().then(f); f(); result = 1": {"timeout", "ok", "memory"},
    "new ArrayBuffer(1e9)": {"memory", "ok"},
}


async def test_javascript():
    items = [{"v": 1}, {"v": 2}, {"v": 3}]
    async with code_engines() as engines:
        for code, value in JAVASCRIPT.items():
            (found,) = await results(engines, "quickjs", code, [{"items": items}])
            assert found.value == value, code
        for code, (line, text) in JAVASCRIPT_ERRORS.items():
            outcome = await run(engines, "quickjs", code, [{"items": items}])
            if outcome.outcome == "ok":
                try:
                    (found,) = read_answer(outcome.answer, 1)
                except CodeError as error:
                    found = error
                assert isinstance(found, CodeError), code
                assert text in found.message, code
                assert found.line == line or line is None, code
            else:
                assert outcome.outcome in {"error", "killed"}, code
        code = "result = [items[2], {a: 1}]"
        (found,) = await results(engines, "quickjs", code, [{"items": items}], trace="items")
        assert found.sources == [2, None]


async def test_javascript_attacks_end_within_their_limits():
    async with code_engines() as engines:
        for code, allowed in JAVASCRIPT_ENDS.items():
            outcome = await run(engines, "quickjs", code, wall=1.0)
            assert outcome.outcome in allowed, (code, outcome.message)
            assert outcome.peak_memory < 260 * MEGABYTE


async def test_montys_workers_are_locked_too():
    async with code_engines() as engines:
        work = asyncio.create_task(run(engines, "monty", "while True: pass", wall=60))
        workers = []
        while not workers:
            await asyncio.sleep(0.05)
            assert not work.done()
            workers = [
                child
                for child in psutil.Process().children()
                if child.cmdline()[1:] == ["subprocess"] and child.name() == "monty"
            ]
        folder = Path(f"/proc/{workers[0].pid}")
        status = (folder / "status").read_text()
        assert "NoNewPrivs:\t1" in status
        assert "Seccomp:\t2" in status
        assert "CapEff:\t0000000000000000" in status
        assert (folder / "environ").read_bytes() == b""
        assert sorted(path.name for path in (folder / "fd").iterdir()) == ["0", "1", "2"]
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work


async def test_a_forged_answer_is_no_more_than_a_failed_call():
    with pytest.raises(CodeError):
        read_answer(b'{"results":3}', 1)
    with pytest.raises(CodeError):
        read_answer(b'{"results":[]}', 1)
    with pytest.raises(CodeError):
        read_answer(b"[" * 100_000, 1)
    (found,) = read_answer(b'{"results":[{"error":{"message":1,"line":-1,"text":[]}}]}', 1)
    assert isinstance(found, CodeError)
    assert found.line is None


async def test_an_engine_that_is_missing_is_said(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(CodeError, match="needs Linux"):
        await CodeEngines(lambda: None).engine("cpython")
