"""Who may open which kind of socket: the one table, checked against every import and call.

- infrastructure: the product's own database, queue and stores, at addresses from the settings;
- listening: servers of the product and of tests;
- own processes: unnamed pairs between the product and processes that it starts;
- egress: everything that a workflow or a user's input can address, only through the gate;
- none: imports a module that could open sockets for something else, named attribute by attribute.
"""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"

MODULES = frozenset(
    {
        *("socket", "socketserver", "http.client", "http.server", "urllib.request", "xmlrpc"),
        *(
            "smtplib",
            "imaplib",
            "poplib",
            "ftplib",
            "nntplib",
            "telnetlib",
            "multiprocessing.connection",
        ),
        *(
            "aiohttp",
            "httpx",
            "requests",
            "urllib3",
            "websockets",
            "h11",
            "httpcore",
            "pycurl",
            "grpc",
        ),
        *(
            "aiosmtplib",
            "aioimaplib",
            "asyncssh",
            "paramiko",
            "dns",
            "aiodns",
            "uvicorn",
            "granian",
        ),
        *(
            "psycopg",
            "asyncpg",
            "psycopg2",
            "redis",
            "pgqueuer",
            "bullmq",
            "hvac",
            "boto3",
            "pymysql",
        ),
        *(
            "aiobotocore",
            "opentelemetry.exporter",
            "prometheus_client",
            "authlib",
            "oauthlib",
            "sqlalchemy",
        ),
    }
)
CALLS = frozenset(
    {
        *("open_connection", "start_server", "create_connection", "create_server", "start_tls"),
        *(
            "open_unix_connection",
            "start_unix_server",
            "create_unix_connection",
            "create_unix_server",
        ),
        *("create_datagram_endpoint", "sock_connect", "create_engine", "socketpair"),
    }
)

# Folders (ending in a slash) and files under src/tidegate -> what each may use.
TABLE: dict[str, dict[str, set[str]]] = {
    "infrastructure": {
        "store/": {"sqlalchemy", "create_engine"},
        "worker/tracing.py": {"opentelemetry.exporter"},
        "credentials/hashicorp.py": {"hvac", "requests"},
    },
    "listening": {
        "api/server.py": {"socket", "uvicorn"},
        "api/patience.py": {"uvicorn"},
        "sdk/testing/mock_http.py": {"start_server"},
        "sdk/testing/http_wire.py": {"socket"},
        "cli/loopback.py": {"start_server"},
    },
    "own processes": {
        "isolation/fork_server.py": {"socket", "socketpair", "open_unix_connection"},
        "isolation/zygote.py": {"socket"},
    },
    "egress": {
        "egress/transport.py": {"aiohttp", "socket", "create_connection"},
        "egress/tunnel.py": {"socket", "sock_connect"},
        "egress/streams.py": {"socket", "sock_connect", "open_connection"},
        "egress/postgres.py": {"psycopg"},
        "egress/resolver.py": {"socket"},
        "egress/imap.py": {"socket"},
        "egress/imap_client.py": {"imaplib", "socket"},
        "egress/own_addresses.py": {"socket"},
    },
}
WITHOUT_SOCKETS: dict[str, dict[str, set[str]]] = {
    "app.py": {"socket": {"gethostname"}},
    "credentials/oauth1.py": {"authlib": {"signature"}},
    "services/identity/id_token.py": {
        "authlib": {"create_s256_code_challenge", "CodeIDToken"},
    },
    "egress/addresses.py": {"socket": {"AF_INET", "AF_INET6", "inet_ntop", "inet_pton"}},
    "egress/answer.py": {"aiohttp": {"ClientPayloadError", "ClientResponse"}},
    "egress/client.py": {"psycopg": {"AsyncConnection"}, "socket": {"socket"}},
    "egress/upload.py": {"aiohttp": {"abc", "payload", "AbstractStreamWriter", "Payload"}},
    "egress/faults.py": {
        "aiohttp": {
            *("ClientConnectorError", "ClientError", "ClientOSError", "ClientPayloadError"),
            *("ClientResponseError", "ServerDisconnectedError", "http_exceptions"),
        }
    },
    # Speaks SMTP over a socket that the gate has connected.
    "notify/mail.py": {
        "aiosmtplib": {"SMTP", "SMTPException", "SMTPResponseException"},
        "socket": {"socket"},
    },
    "services/notifications.py": {"socket": {"socket"}},
    "files/sql.py": {"psycopg": {"AsyncConnection"}},
    "metrics.py": {
        "prometheus_client": {
            *("Collector", "CollectorRegistry", "CounterMetricFamily", "GCCollector"),
            *("GaugeMetricFamily", "HistogramMetricFamily", "Metric", "PlatformCollector"),
            *("ProcessCollector", "generate_latest"),
        }
    },
    "files/postgres.py": {
        "psycopg": {
            *("AsyncConnection", "AsyncRawCursor", "Error", "OperationalError", "ProgrammingError"),
            *("errors", "sql"),
        }
    },
    "files/postgres_types.py": {
        "psycopg": {
            *("adapt", "postgres", "pq", "types", "AdaptersMap", "Buffer", "Loader", "Jsonb"),
            *("TextLoader", "DataError"),
        }
    },
}


def family(module: str) -> str | None:
    """The entry of MODULES that a dotted module name belongs to."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((name for name in names if name in MODULES), None)


class Uses(ast.NodeVisitor):
    """What a file imports and calls of the above, and which attributes of the modules it names."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self.attributes: dict[str, set[str]] = {}
        self._aliases: dict[str, str] = {}

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if known := family(alias.name):
                self.found.add(known)
                self._aliases[alias.asname or alias.name.split(".")[0]] = known
                self.attributes.setdefault(known, set()).update(alias.name.split(".")[1:])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            known = family(f"{node.module}.{alias.name}") or family(node.module or "")
            if known and node.level == 0:
                self.found.add(known)
                self.attributes.setdefault(known, set()).add(alias.name)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if node.attr in CALLS:
            self.found.add(node.attr)
        if isinstance(node.value, ast.Name) and node.value.id in self._aliases:
            self.attributes[self._aliases[node.value.id]].add(node.attr)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in CALLS:
            self.found.add(node.id)


def uses(text: str) -> Uses:
    found = Uses()
    found.visit(ast.parse(text))
    return found


FILES = {
    str(path.relative_to(SOURCE / "tidegate")): uses(path.read_text("utf-8"))
    for path in sorted((SOURCE / "tidegate").rglob("*.py"))
}


def allowed(file: str) -> set[str]:
    """Everything that the table lets a file use."""
    rows = [row for kind in TABLE.values() for row in kind.items()]
    return set().union(
        *(
            names
            for place, names in rows
            if file == place or (place[-1] == "/" and file.startswith(place))
        ),
        WITHOUT_SOCKETS.get(file, {}),
    )


@pytest.mark.parametrize("file", FILES)
def test_a_file_opens_only_the_sockets_that_the_table_gives_it(file):
    extra = FILES[file].found - allowed(file)
    assert not extra, (
        f"{file} uses {', '.join(sorted(extra))}: what a workflow or a user can address goes through "
        "tidegate.egress; anything else needs a row in this table"
    )


@pytest.mark.parametrize("file", WITHOUT_SOCKETS)
def test_a_file_without_sockets_names_only_harmless_attributes(file):
    for module, harmless in WITHOUT_SOCKETS[file].items():
        used = FILES[file].attributes[module]
        assert used <= harmless, (file, module, used - harmless)


def test_no_row_is_stale():
    for kind in TABLE.values():
        for place, names in kind.items():
            files = [file for file in FILES if file == place or file.startswith(place)]
            assert files, place
            used = set().union(*(FILES[file].found for file in files))
            assert names <= used, (place, names - used)


def test_only_the_gate_is_in_the_egress_row():
    assert all(place.startswith("egress/") for place in TABLE["egress"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import socket", {"socket"}),
        ("import http.client as h", {"http.client"}),
        ("from http import client", {"http.client"}),
        ("from http import HTTPStatus", set()),
        ("from urllib.parse import quote", set()),
        ("def f():\n    from urllib.request import urlopen", {"urllib.request"}),
        (
            "import asyncio\nasync def f(): await asyncio.open_connection('x', 1)",
            {"open_connection"},
        ),
        ("from asyncio import start_server\nstart_server()", {"start_server"}),
        ("import dns.resolver", {"dns"}),
        ("from . import socket", set()),
    ],
)
def test_the_check_sees(text, found):
    assert uses(text).found == found
