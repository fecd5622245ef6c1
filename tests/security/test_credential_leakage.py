"""Secrets are planted in credentials of every type; then everything that is left is searched.

The product runs as its own processes against a server that gives back whatever it gets, in its
headers, bodies and errors, in several spellings. Each secret begins and ends with one word, which
must be found nowhere: not in the database, in spilled outputs, in what the commands print.
"""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import psycopg
import pytest
from canaries import (
    ASCII,
    CREDENTIALS,
    PATHS,
    REFRESH,
    TOKEN,
    WIDE,
    WORD,
    digest_key,
    echo_server,
    leaks,
)
from command_process import Command
from psycopg import sql

ROOT = Path(__file__).parents[2]


@pytest.fixture
def server():
    with echo_server() as running:
        yield running


@pytest.fixture
def product(tmp_path, server):
    """Runs a command; keeps all that was printed."""
    address = f"127.0.0.1:{server.server_port}"
    settings = {
        "TIDEGATE_LOG_LEVEL": "debug",
        "TIDEGATE_EGRESS_ALLOW": f"{address},127.0.0.1/32:1",
        "TIDEGATE_STORAGE_SPILL_THRESHOLD": "2000",
    }
    printed: list[str] = []

    def run(*arguments, code=0, **more):
        command = Command(tmp_path / "data", *arguments, **(settings | more))
        assert command.wait() == code, command.text()
        printed.append(command.text())
        return command.text()

    run.printed = printed
    run.settings = settings
    run.address = address
    run.folder = tmp_path
    return run


def store(product, name, type, values, *options):
    file = product.folder / "secret.json"
    file.write_text(json.dumps(values))
    product("credentials", "set", name, "--type", type, "--data", f"@{file}", *options)


def everything(product) -> dict[str, bytes]:
    """All bytes that the product left behind, by where they are."""
    data = product.folder / "data"
    found = {str(f.relative_to(data)): f.read_bytes() for f in data.rglob("*") if f.is_file()}
    found |= {f"output {n}": text.encode() for n, text in enumerate(product.printed)}
    return found


def assert_nothing_leaked(product, derived=()):
    places = everything(product).items()
    found = {place: shown for place, data in places if (shown := leaks(data, derived))}
    assert found == {}


def authorize(product, server, monkeypatch, capsys, name, *, code=0):
    """A person grants access. Gives the verifier, which the token server sends back to us."""
    from tidegate.cli.main import run

    def prompt(*_arguments, **_options):
        product.printed.append(capsys.readouterr().err)
        asked = dict(parse_qsl(urlsplit(product.printed[-1].split()[-1]).query))
        query = urlencode({"state": asked["state"], "code": f"{WORD}-code-{WORD}"})
        return f"{asked['redirect_uri']}?{query}"

    monkeypatch.setattr("click.prompt", prompt)
    for setting, value in product.settings.items():
        monkeypatch.setenv(setting, value)
    monkeypatch.setenv("TIDEGATE_DATA_DIR", str(product.folder / "data"))
    assert run(["credentials", "authorize", name, "--paste"]) == code
    shown = capsys.readouterr()
    product.printed += [shown.out, shown.err]
    got = next(got for _, got in reversed(server.seen) if "code_verifier=" in got)
    return dict(parse_qsl(got.splitlines()[-1]))["code_verifier"]


def workflow_for(types, address):
    nodes = {"start": {"type": "trigger.manual"}}
    for type in types:
        for path in PATHS:
            host = "127.0.0.1:1" if path == "elsewhere" else address
            nodes[f"{type}_{path}"] = {
                "type": "http.request",
                "credential": type,
                "params": {
                    "url": f"http://{host}/{type}/{path}",
                    "method": "POST",
                    "body": {"n": 1},
                    "output": "full",
                },
                "settings": {"on_error": "continue", "retry": {"max_retries": 1, "retry_delay": 1}},
            }
        nodes[f"{type}_uses"] = {
            "type": "data.set",
            "params": {
                "fields": {"copy": f'{{{{ node("{type}_echo").items[0].json["data"] + 1 }}}}'}
            },
            "settings": {"on_error": "continue"},
        }
    edges = [f"start -> {name}" for name in nodes if name != "start" and "_uses" not in name]
    edges += [f"{type}_echo -> {type}_uses" for type in types]
    settings = {"fallback": {"log_failure_details": True}}
    return {"tidegate": 1, "name": "Leaks", "nodes": nodes, "edges": edges, "settings": settings}


def test_no_secret_of_an_http_credential_is_left_anywhere(product, server, monkeypatch, capsys):
    address = product.address
    for type, values in CREDENTIALS.items():
        more = {"token_url": f"http://{address}/token"} if type.startswith("oauth2") else {}
        if type == "oauth2":
            more |= {"authorization_url": f"http://{address}/authorize"}
        store(product, type, type, values | more, "--host", address)
    more = {"token_url": f"http://{address}/no_token", "authentication": "body"}
    store(
        product, "refused", "oauth2_client", CREDENTIALS["oauth2_client"] | more, "--host", address
    )

    derived = [digest_key(), authorize(product, server, monkeypatch, capsys, "oauth2")]
    # A code that is refused: the token server's own words are shown.
    more |= {"authorization_url": f"http://{address}/authorize"}
    store(product, "no_grant", "oauth2", CREDENTIALS["oauth2"] | more, "--host", address)
    derived.append(authorize(product, server, monkeypatch, capsys, "no_grant", code=1))

    types = [*CREDENTIALS, "refused", "no_grant"]
    file = product.folder / "leaks.json"
    file.write_text(json.dumps(workflow_for(types, address)))
    product("check", str(file))
    report = json.loads(product("run", str(file), "--json").partition("\n{")[0])
    product("run", str(file))
    product("executions", "list", "--json")
    for options in (["--json"], [], ["--node", "basic_echo"], ["--node", "query_fail", "--json"]):
        product("executions", "show", "1", *options)
    for name in types:
        product("credentials", "show", name, "--json")
        # The test of one that is refused ends with the server's own words.
        url = ["--url", f"http://{address}/{name}/echo"]
        product("credentials", "test", name, *url, code=1 if name in {"refused", "no_grant"} else 0)
    product("credentials", "show", "basic")
    product("credentials", "test", "refused", *url, "--json", code=1)
    product("vault", "rotate")
    product("vault", "check", "--json")

    # Every secret did arrive, so it was there to be leaked.
    arrived = "".join(got for _, got in server.seen)
    for sent in ('bearer-"a<b>', 'header-"a<b>', quote(WIDE % "query", safe=""), TOKEN):
        assert sent in arrived
    pair = base64.b64encode(f"ada:{CREDENTIALS['basic']['password']}".encode()).decode()
    assert f"Basic {pair}" in arrived
    status = {node["id"]: node["status"] for node in report["nodes"]}
    assert status["bearer_echo"] == status["oauth2_client_header"] == "succeeded"
    for name in ("digest_echo", "oauth1_echo", "oauth2_echo", "oauth2_header"):
        assert status[name] == "succeeded", name
    assert status["bearer_elsewhere"] == status["refused_echo"] == "failed"
    assert status["no_grant_echo"] == "failed"
    assert f"I know: {digest_key()}" in arrived
    assert f"refresh_token={quote(REFRESH, safe='~')}" in arrived
    places = everything(product)
    assert any(place.startswith("outputs") for place in places), "nothing was spilled"
    assert b"***" in b"".join(places.values())
    assert_nothing_leaked(product, derived)


@pytest.fixture
def database():
    """A PostgreSQL role whose password is a secret: its name, and the URL of a database."""
    script = [sys.executable, str(ROOT / "scripts" / "ensure_postgres.py")]
    found = subprocess.run(script, check=False, capture_output=True, text=True, timeout=600)
    if found.returncode != 0:
        reason = f"NOT TESTED: PostgreSQL: {found.stderr.strip()}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    admin = found.stdout.strip().replace("postgresql+psycopg://", "postgresql://")
    role = f"tidegate_test_{os.urandom(8).hex()}"
    with psycopg.connect(admin, autocommit=True) as session:
        name, port = session.execute(
            "SELECT current_database(), current_setting('port')"
        ).fetchone()
        statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        session.execute(statement.format(sql.Identifier(role), sql.Literal(WIDE % "database")))
    yield role, f"127.0.0.1:{port}", name
    with psycopg.connect(admin, autocommit=True) as session:
        session.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def test_no_secret_of_a_database_is_left_anywhere(product, database):
    role, address, name = database
    good = {"user": role, "password": WIDE % "database"}
    wrong = {"user": role, "password": WIDE % "wrong"}
    store(product, "good", "database", good, "--host", address)
    store(product, "wrong", "database", wrong, "--host", address)
    store(product, "other", "database", good, "--host", "db.example.org")

    def node(type, credential, **params):
        url = f"postgresql://{address}/{name}"
        settings = {"on_error": "continue", "retry": {"max_retries": 1, "retry_delay": 1}}
        params = {"url": url, **params}
        return {"type": type, "credential": credential, "params": params, "settings": settings}

    query = {"statement": "SELECT current_user::text AS me, $1 AS given"}
    nodes = {
        "start": {"type": "trigger.manual"},
        "reads": node("sql.query", "good", **query, params=[1]),
        "fails": node("sql.query", "good", statement="SELECT nothing FROM nowhere"),
        "writes": node("sql.write", "good", table="nowhere", columns=["triggered_at"]),
        "is_refused": node("sql.query", "wrong", **query, params=[1]),
        "goes_elsewhere": node("sql.query", "other", **query, params=[1]),
    }
    document = {
        "tidegate": 1,
        "name": "Leaks",
        "nodes": nodes,
        "edges": [f"start -> {id}" for id in nodes if id != "start"],
        "settings": {"fallback": {"log_failure_details": True}},
    }
    file = product.folder / "leaks.json"
    file.write_text(json.dumps(document))
    report = json.loads(product("run", str(file), "--json", TIDEGATE_EGRESS_ALLOW=address))
    status = {one["id"]: one["status"] for one in report["nodes"]}
    assert status["reads"] == "succeeded"
    assert {status[id] for id in ("fails", "writes", "goes_elsewhere")} == {"failed"}
    assert_nothing_leaked(product)


def test_no_secret_of_a_certificate_or_of_a_vault_is_left_anywhere(product, server):
    """Both fail in every way that they can; the vault's secret is also used, and sent back."""
    from certificates import Authority
    from cryptography.hazmat.primitives import serialization
    from vault_server import VaultServer

    address = product.address
    Authority(product.folder).make("client", ["client"])
    key = serialization.load_pem_private_key((product.folder / "client.key").read_bytes(), None)
    passphrase = WORD + "-passphrase-" + WORD
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    ).decode()
    certificate = (product.folder / "client.pem").read_text()
    values = {"certificate": certificate, "key": locked, "passphrase": passphrase}
    store(product, "mtls", "mtls", values, "--host", address)
    key_file = product.folder / "wrong.json"
    key_file.write_text(json.dumps(values | {"passphrase": WORD + "-wrong-" + WORD}))
    options = ["--type", "mtls", "--host", address, "--data", f"@{key_file}"]
    product("credentials", "set", "other", *options, code=2)

    vault = VaultServer()
    token_file = product.folder / "vault-token"
    token_file.write_text(WORD + "-of-the-vault-" + WORD)
    vault.tokens.add(token_file.read_text())
    vault.store["crm"] = {"token": ASCII % "vault", "wide": "two\nlines " + WIDE % "vault"}
    settings = {
        "TIDEGATE_HASHICORP_ADDRESS": vault.address,
        "TIDEGATE_HASHICORP_TOKEN_FILE": str(token_file),
    }
    references = {"vaulted": "crm#token", "unfit": "crm#wide", "nowhere": "crm#none"}
    for name, target in references.items():
        store(product, name, "bearer", {"token": {"$vault": target}}, "--host", address)
    types = ["mtls", *references]
    document = workflow_for(types, address)
    for id, node in document["nodes"].items():
        if id.startswith("mtls_e"):
            node["params"]["url"] = node["params"]["url"].replace("http:", "https:")
    file = product.folder / "leaks.json"
    file.write_text(json.dumps(document))
    report = json.loads(product("run", str(file), "--json", **settings).partition("\n{")[0])
    for name in types:
        url = ["--url", f"http://{address}/{name}/echo"]
        code = 0 if name == "vaulted" else 1
        product("credentials", "test", name, *url, code=code, **settings)
    product("credentials", "test", "mtls", code=1)
    vault.close()
    product("credentials", "test", "vaulted", *url, code=1, **settings)
    product("executions", "show", "1", "--json")
    status = {node["id"]: node["status"] for node in report["nodes"]}
    assert status["vaulted_echo"] == "succeeded"
    assert {status[f"{name}_echo"] for name in ("mtls", "unfit", "nowhere")} == {"failed"}
    assert (ASCII % "vault") in "".join(got for _, got in server.seen)
    assert_nothing_leaked(product, [line for line in locked.splitlines() if len(line) > 30])


def test_no_secret_is_left_in_a_traceback(tmp_path, server, monkeypatch, capsys):
    """A node type that breaks with what a server sent back: its traceback is logged and kept."""
    from tidegate.cli.main import run
    from tidegate.nodes.http.request import HttpRequestNode
    from tidegate.sdk import HttpRequest

    async def breaks(self, ctx, params, item):
        response = await ctx.http.request(HttpRequest("GET", params.url))
        ctx.log.error("it got this", answer=response.body.decode())
        raise RuntimeError(response.body.decode())

    monkeypatch.setattr(HttpRequestNode, "run_item", breaks)
    address = f"127.0.0.1:{server.server_port}"
    monkeypatch.setenv("TIDEGATE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TIDEGATE_EGRESS_ALLOW", address)
    file = tmp_path / "secret.json"
    file.write_text(json.dumps(CREDENTIALS["bearer"]))
    options = ["--type", "bearer", "--host", address, "--data", f"@{file}"]
    assert run(["credentials", "set", "bearer", *options]) == 0
    nodes = {
        "start": {"type": "trigger.manual"},
        "get": {
            "type": "http.request",
            "credential": "bearer",
            "params": {"url": f"http://{address}/echo"},
        },
    }
    document = {"tidegate": 1, "name": "Breaks", "nodes": nodes, "edges": ["start -> get"]}
    file = tmp_path / "breaks.json"
    file.write_text(json.dumps(document))
    assert run(["run", str(file), "--json"]) == 1
    printed = capsys.readouterr()
    assert "Traceback" in printed.err
    assert "RuntimeError" in printed.err
    assert leaks(printed.err.encode()) == leaks(printed.out.encode()) == []
    for kept in (tmp_path / "data").rglob("*"):
        assert kept.is_dir() or leaks(kept.read_bytes()) == []
