"""testMaliciousPayloads: what comes in tries to become more than data."""

import gzip
import json

from attacked import HostileServer, answer, attack

LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
XML = {
    "laughs": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]><x>&l9;</x>',
    "file": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
}
HOSTILE = {
    "expression": "{{ 1 + 1 }}",
    "script": "<script>alert(1)</script>",
    "formula": "=HYPERLINK(1)",
    "log": "a\nERROR forged\x1b[2J",
    "sql": "'); DROP TABLE t; --",
    "__proto__": {"polluted": True},
    "__class__": "x",
}


def test_malicious_payloads(tmp_path):
    root = tmp_path / "open"
    root.mkdir()
    (tmp_path / "secret.txt").write_text("outside")
    (root / "link").symlink_to(tmp_path / "secret.txt")
    server = HostileServer(
        {
            "/bomb": answer(gzip.compress(bytes(60 << 20)), content_encoding="gzip"),
            "/not_json": answer(b"[NaN]", content_type="application/json"),
            "/deep": answer(b"[" * 100_000, content_type="application/json"),
            "/hostile": answer(json.dumps(HOSTILE).encode(), content_type="application/json"),
        }
    )

    def request(path: str, **params) -> dict:
        params = {"url": f"http://{server.address}{path}", **params}
        return {"type": "http.request", "params": params}

    nodes = {
        "bomb": request("/bomb"),
        "not_json": request("/not_json"),
        "deep": request("/deep"),
        "header": request("/hostile", headers={"x-a": "1\r\nhost: evil"}),
        "method": request("/hostile", headers={"transfer-encoding": "chunked"}),
        "up": {"type": "files.read", "params": {"path": "../secret.txt"}},
        "absolute": {"type": "files.read", "params": {"path": "/etc/passwd"}},
        "link": {"type": "files.read", "params": {"path": "link"}},
        "attach": {
            "type": "sql.write",
            "params": {
                "url": "sqlite:a.db",
                "action": "statement",
                "statement": "ATTACH '/tmp/x.db' AS x",
            },
        },
        **{
            name: {
                "type": "data.convert",
                "params": {"operation": "xml_to_items", "text": text},
            }
            for name, text in XML.items()
        },
    }
    harmless = {
        "hostile": request("/hostile", output="body"),
        "set": {
            "type": "data.set",
            "after": "hostile",
            "params": {"fields": {"copy": "{{ json.expression }}"}},
        },
        "csv": {
            "type": "data.convert",
            "after": "hostile",
            "params": {"operation": "items_to_csv", "csv_options": {"columns": ["formula"]}},
        },
    }
    settings = {"TIDEGATE_FILE_ROOTS": str(root)}
    report = attack(tmp_path, nodes | harmless, "--allow", server.address, **settings)
    server.shutdown()
    ended = {id: node["status"] for id, node in report["nodes"].items()}
    assert {id: ended[id] for id in nodes} == dict.fromkeys(nodes, "failed")
    assert {id: ended[id] for id in harmless} == dict.fromkeys(harmless, "succeeded")
    errors = {id: report["nodes"][id]["error"] for id in nodes}
    assert errors["bomb"]["type"] == errors["header"]["type"] == "MALICIOUS_CONTENT"
    everything = json.dumps(report)
    assert "root:" not in everything and '"outside"' not in everything
    assert "\x1b[2J" not in everything  # JSON escapes it
    [made] = report["output"]["set"]["main"]
    assert made == {**HOSTILE, "copy": "{{ 1 + 1 }}"}
    [written] = report["output"]["csv"]["main"]
    assert written["text"].splitlines()[1].lstrip('"').startswith("'=")
