"""The scenarios again from outside: the real command line runs workflows beside the servers."""

import json
import sqlite3
import sys
from pathlib import Path

import pytest

PUBLIC = "93.184.215.14"
HERE = f"http://{PUBLIC}"
TIDEGATE = str(Path(sys.executable).parent / "tidegate")


def answer(body: bytes, content_type: str = "application/json") -> str:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head + body.decode("latin-1")


@pytest.fixture
def run(world, tmp_path):
    """Run a workflow of independent requests; the result by node id, and the database's path."""

    def run_requests(requests: dict[str, dict], then: dict[str, dict] | None = None):
        nodes = {"start": {"type": "trigger.manual"}}
        edges = []
        for id, params in requests.items():
            settings = {"retry": {"max_retries": 0}, "timeout": 20}
            nodes[id] = {"type": "http.request", "params": params, "settings": settings}
            edges.append(f"start -> {id}")
            if then is not None:
                nodes[f"{id}_then"] = {"type": "data.convert", "params": then}
                edges.append(f"{id} -> {id}_then")
        document = {
            "tidegate": 1,
            "name": "attacked",
            "settings": {"fallback": {"continue_on_node_failure": True}},
            "nodes": nodes,
            "edges": edges,
        }
        file = tmp_path / "workflow.json"
        file.write_text(json.dumps(document))
        data = tmp_path / "data"
        done = world.near(
            "shell",
            arguments=[TIDEGATE, "run", str(file), "--json"],
            env={"TIDEGATE_DATA_DIR": str(data)},
        )
        result = json.loads(done["out"])
        assert "nodes" in result, done
        [database] = data.glob("*.db")
        return {node["id"]: node for node in result["nodes"]}, result["output"], database

    return run_requests


def test_dyn_013_a_redirect_inside_fails_the_node_and_is_audited(world, run):
    world.script(
        zone={"inner.test": [["10.0.0.7"]]},
        routes={
            "/away": "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:8765/\r\nContent-Length: 0\r\n\r\n"
        },
    )
    nodes, _, database = run(
        {"away": {"url": f"{HERE}/away"}, "inner": {"url": "http://inner.test/?token=s3cret"}}
    )
    for id in ("away", "inner"):
        error = nodes[id]["error"]
        assert nodes[id]["status"] == "failed" and error["type"] == "INTERNAL_NETWORK"
        assert "10.0.0.7" not in json.dumps(error) and "s3cret" not in json.dumps(error)
    with sqlite3.connect(database) as stored:
        events = stored.execute(
            "SELECT node_id, event_type, severity, details FROM security_events"
        )
        found = {row[0]: row for row in events}
        hops = stored.execute(
            "SELECT url, response_status FROM http_request_logs WHERE node_id = 'away' ORDER BY rowid"
        ).fetchall()
    assert found["inner"][1:3] == ("INTERNAL_NETWORK", "high")
    assert "10.0.0.7" in found["inner"][3] and "s3cret" not in found["inner"][3]
    assert hops == [(f"{HERE}/away", 302), ("http://127.0.0.1:8765/", None)]


CHARSETS = {
    "utf_999": ("text/plain; charset=utf-999", "grün".encode()),
    "utf_7": ("text/plain; charset=utf-7", b"+AGE-"),
    "utf_16": ("text/plain; charset=utf-16", "grün".encode("utf-16-le")),
    "latin_1": ("text/plain; charset=utf-8", "grün".encode("latin-1")),
    "mark": ("text/plain", b"\xef\xbb\xbfok"),
    "quote": ('text/plain; charset="', b"ok"),
    "two": ("text/plain; charset=utf-8; charset=latin-1", b"ok"),
    **{
        name: (f"text/plain; charset={name}", b"ok")
        for name in ("idna", "hex", "rot13", "zlib", "bz2")
    },
}


def test_dyn_075_odd_charsets_are_text_and_never_other_codecs(world, run):
    world.script(routes={f"/{name}": answer(body, kind) for name, (kind, body) in CHARSETS.items()})
    nodes, output, _ = run({name: {"url": f"{HERE}/{name}"} for name in CHARSETS})
    assert {nodes[name]["status"] for name in CHARSETS} == {"succeeded"}
    texts = {name: output[name]["main"][0]["data"] for name in CHARSETS}
    assert texts["utf_7"] == "+AGE-" and texts["utf_999"] == "grün" and texts["mark"] == "ok"
    assert {texts[name] for name in ("idna", "hex", "rot13", "zlib", "bz2", "two", "quote")} == {
        "ok"
    }


DEEP = {"arrays": b"[" * 100_000, "objects": b'{"a":' * 100_000, "mixed": b'[{"a":' * 50_000}


def test_dyn_076_json_that_is_too_deep(world, run):
    world.script(routes={f"/{name}": answer(body) for name, body in DEEP.items()})
    nodes, _, _ = run({name: {"url": f"{HERE}/{name}"} for name in DEEP})
    for name in DEEP:
        assert nodes[name]["status"] == "failed"
        assert nodes[name]["error"]["type"] == "INVALID_RESPONSE"


NOT_JSON = {
    "nan": b"[NaN]",
    "plus": b"[Infinity]",
    "minus": b"[-Infinity]",
    "huge": b"[1e400]",
    "half": b'["\\ud800"]',
}


def test_dyn_078_what_is_not_json_is_not_stored(world, run):
    world.script(routes={f"/{name}": answer(body) for name, body in NOT_JSON.items()})
    nodes, output, database = run({name: {"url": f"{HERE}/{name}"} for name in NOT_JSON})
    for name in NOT_JSON:
        assert nodes[name]["error"]["type"] == "INVALID_RESPONSE" and not output.get(name)
    with sqlite3.connect(database) as stored:
        for (output_data,) in stored.execute("SELECT output_data FROM node_executions"):
            json.loads(output_data or "null", parse_constant=pytest.fail)


def test_dyn_079_big_integers_are_exact_or_refused(world, run):
    big, precise = int("1234567890" * 3), 2**53 + 1
    world.script(
        routes={
            "/good": answer(json.dumps({"big": big, "precise": precise}).encode()),
            "/bad": answer(b'{"n": ' + b"9" * 5000 + b"}"),
        }
    )
    nodes, output, _ = run({"good": {"url": f"{HERE}/good"}, "bad": {"url": f"{HERE}/bad"}})
    assert output["good"]["main"][0]["data"] == {"big": big, "precise": precise}
    assert nodes["bad"]["error"]["type"] == "INVALID_RESPONSE"


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
XML = {
    "laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]><x>&l9;</x>',
    "quadratic": f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]><x>{"&a;" * 10_000}</x>',
    "file": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
    "http": f'<!DOCTYPE x [<!ENTITY f SYSTEM "http://{PUBLIC}/stolen">]><x>&f;</x>',
    "dtd": f'<!DOCTYPE x SYSTEM "http://{PUBLIC}/stolen.dtd"><x/>',
}


def test_dyn_081_xml_entities(world, run):
    world.script(
        routes={f"/{name}": answer(text.encode(), "text/xml") for name, text in XML.items()}
    )
    nodes, _, _ = run(
        {name: {"url": f"{HERE}/{name}", "format": "text"} for name in XML},
        then={"operation": "xml_to_items", "text": "{{ json.data }}"},
    )
    for name in XML:
        # A DTD elsewhere is never asked for; the document itself may be read.
        assert nodes[f"{name}_then"]["status"] == "failed" or name == "dtd", name
        assert "root:" not in json.dumps(nodes[f"{name}_then"])
    assert not [request for request in world.requests if "stolen" in request["raw"]]


def test_dyn_081_xinclude_is_only_text(world, run):
    include = (
        '<x xmlns:xi="http://www.w3.org/2001/XInclude">'
        '<xi:include parse="text" href="file:///etc/passwd"/></x>'
    )
    world.script(routes={"/": answer(include.encode(), "text/xml")})
    _, output, _ = run(
        {"get": {"url": HERE, "format": "text"}},
        then={"operation": "xml_to_items", "text": "{{ json.data }}"},
    )
    assert "root:" not in json.dumps(output)
