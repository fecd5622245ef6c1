"""How many requests leave, how fast, and what a host that is down or tired gets."""

import asyncio
import datetime as dt
import ipaddress
import ssl
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tidegate.config import LimitSettings
from tidegate.egress.client import Gate
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.traffic import TrafficLimits
from tidegate.errors import HttpErrorType, NodeFailed, SecurityError
from tidegate.model.workflow import NodeSettings
from tidegate.nodes.http.request import HttpRequestNode

ONCE = NodeSettings(retry={"max_retries": 0})


class Counting:
    """A server that counts how many requests it has at once; answers after ``delay`` seconds."""

    def __init__(self, delay=0.05, status=b"200 OK", headers=b""):
        self.delay, self.status, self.headers = delay, status, headers
        self.now = self.most = self.count = 0
        self.times = []

    async def answer(self, reader, writer):
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.now += 1
                self.count += 1
                self.most = max(self.most, self.now)
                self.times.append(time.monotonic())
                await asyncio.sleep(self.delay)
                self.now -= 1
                writer.write(
                    b"HTTP/1.1 %s\r\n%sContent-Length: 0\r\n\r\n" % (self.status, self.headers)
                )
                await writer.drain()
        except (EOFError, ConnectionError):
            writer.close()


@pytest.fixture
async def serve(runner):
    running = []

    async def serve(counting, **options):
        server = await asyncio.start_server(counting.answer, "127.0.0.1", 0, **options)
        running.append(server)
        port = server.sockets[0].getsockname()[1]
        runner.rules.append(f"127.0.0.1:{port}")
        return f"127.0.0.1:{port}"

    yield serve
    for server in running:
        server.close()


def gate_of(runner, **limits):
    runner.__dict__["gate"] = Gate(
        EgressPolicy.from_rules(runner.rules), traffic=TrafficLimits(**limits)
    )
    return runner.gate


@pytest.mark.parametrize("concurrency", [1, 3])
async def test_so_many_items_at_once(runner, serve, concurrency):
    counting = Counting()
    place = await serve(counting)
    params = {"url": f"http://{place}/", "concurrency": concurrency}
    await runner.engine(HttpRequestNode, params, [{}] * 12)
    assert counting.count == 12
    assert counting.most == concurrency


async def test_a_host_is_shared_by_all_executions(runner, serve):
    counting = Counting()
    place = await serve(counting)
    gate_of(runner, places=2)
    params = {"url": f"http://{place}/"}
    await asyncio.gather(*(runner.engine(HttpRequestNode, params, [{}] * 5) for _ in range(3)))
    assert counting.count == 15
    assert counting.most == 2


@pytest.mark.parametrize("mode", ["spaced", "burst"])
async def test_a_rate(runner, serve, mode):
    counting = Counting(delay=0)
    place = await serve(counting)
    params = {"url": f"http://{place}/", "rate": 10, "rate_mode": mode}
    started = time.monotonic()
    await runner.engine(HttpRequestNode, params, [{}] * 15)
    took = time.monotonic() - started  # never faster; how much slower is no matter
    assert took >= (1.35 if mode == "spaced" else 0.45)


async def test_retry_after_pauses_the_host_and_halves_its_places(runner, serve):
    counting = Counting(delay=0.02, status=b"429 Slow", headers=b"Retry-After: 1\r\n")
    place = await serve(counting)
    gate = gate_of(runner, places=8)
    params = {"url": f"http://{place}/", "success": "any", "concurrency": 8}
    await runner.engine(HttpRequestNode, params, [{}] * 8)
    (status,) = gate.traffic.status()
    assert status.places == 4
    assert 0 < status.paused_for <= 1
    first = counting.times[0]
    counting.status, counting.headers = b"200 OK", b""
    await runner.engine(HttpRequestNode, params, [{}] * 30)
    assert counting.times[8] - first >= 0.9
    assert gate.traffic.status()[0].places > 4  # good answers bring places back


async def test_a_host_that_is_down_is_left_alone_and_then_tried(runner, serve):
    counting = Counting(delay=0, status=b"503 Down")
    place = await serve(counting)
    gate = gate_of(runner, failures=5, open_seconds=4.0)
    params = {"url": f"http://{place}/", "concurrency": 1}
    settings = NodeSettings(retry={"max_retries": 0}, on_error="continue")
    made = await runner.engine(HttpRequestNode, params, [{}] * 9, settings=settings)
    assert counting.count == 5
    last = made[-1]["error"]
    assert last["type"] == HttpErrorType.CIRCUIT_OPEN.value
    assert last["circuit"] == {"host": place, "state": "open", "failures": 5}
    (status,) = gate.traffic.status()
    assert (status.circuit, status.failures) == ("open", 5)
    async with asyncio.timeout(30):
        while gate.traffic.status()[0].circuit == "open":
            await asyncio.sleep(0.05)
    counting.status = b"200 OK"
    await runner.engine(HttpRequestNode, params, [{}] * 3, settings=ONCE)
    (status,) = gate.traffic.status()
    assert (status.circuit, status.failures) == ("closed", 0)


async def test_a_circuit_that_opens_is_waited_for_by_the_retry(runner, serve):
    counting = Counting(delay=0, status=b"503 Down")
    place = await serve(counting)
    gate_of(runner, failures=2, open_seconds=0.3)

    async def mend():
        while counting.count < 2:
            await asyncio.sleep(0.01)
        counting.status = b"200 OK"

    mending = asyncio.create_task(mend())
    settings = NodeSettings(retry={"max_retries": 3, "retry_delay": 10})
    made = await runner.engine(HttpRequestNode, {"url": f"http://{place}/"}, settings=settings)
    await mending
    assert made[0]["status"] == 200


async def test_impatience_of_a_node_closes_no_host(runner, serve):
    counting = Counting(delay=60)
    place = await serve(counting)
    gate = gate_of(runner, failures=2)
    params = {"url": f"http://{place}/", "first_byte_timeout": 0.2}
    settings = NodeSettings(retry={"max_retries": 0}, on_error="continue")
    await runner.engine(HttpRequestNode, params, [{}] * 4, settings=settings)
    assert gate.traffic.status()[0].circuit == "closed"


async def test_retries_end_with_their_total_time(runner, serve):
    counting = Counting(delay=0, status=b"503 Down")
    place = await serve(counting)
    settings = NodeSettings(
        retry={
            "max_retries": 50,
            "retry_delay": 100,
            "backoff_multiplier": 1,
            "max_total_time": 3000,
        }
    )
    with pytest.raises(NodeFailed):
        await runner.engine(HttpRequestNode, {"url": f"http://{place}/"}, settings=settings)
    assert 2 <= counting.count < 40


async def test_only_failed_items_are_repeated(runner, service):
    for n in range(5):
        if n % 2:
            service.mock_response(f"/{n}", status=500)
        service.mock_response(f"/{n}", json={"n": n})
    params = {"url": service.url("/{{ json.n }}"), "output": "body"}
    settings = NodeSettings(retry={"retry_delay": 0})
    items = [{"n": n} for n in range(5)]
    assert await runner.engine(HttpRequestNode, params, items, settings=settings) == items
    assert len(service.requests) == 7


class Kept:
    def __init__(self):
        self.events, self.requests = [], []

    def http_started(self, id, method, url):
        pass

    def http_request(self, record):
        self.requests.append(record)

    def security_event(self, type, severity, description, details):
        self.events.append((severity, description, dict(details)))


@pytest.fixture
async def tls_server(serve, tmp_path):
    """A server whose certificate only those trust who are given it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    pem = certificate.public_bytes(encoding)
    (tmp_path / "server.pem").write_bytes(
        pem
        + key.private_bytes(
            encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    place = await serve(Counting(delay=0), ssl=context)
    return f"https://{place}/", pem.decode()


async def test_a_custom_authority_is_trusted_and_only_where_it_is_said(runner, tls_server):
    url, pem = tls_server
    (item,) = await runner.run(HttpRequestNode, {"url": url, "authorities": pem})
    assert item.json["status"] == 200
    with pytest.raises(Exception, match="TLS") as caught:
        await runner.run(HttpRequestNode, {"url": url})
    assert caught.value.type is HttpErrorType.SSL_ERROR
    with pytest.raises(NodeFailed, match="PEM"):
        await runner.run(HttpRequestNode, {"url": url, "authorities": "no certificate"})


async def test_unverified_tls_needs_the_operator_and_is_an_event(runner, tls_server):
    url, _ = tls_server
    runner.recorder = Kept()
    with pytest.raises(SecurityError, match="unverified_tls"):
        await runner.run(HttpRequestNode, {"url": url, "verify_tls": False})
    runner.__dict__["gate"] = Gate(EgressPolicy.from_rules(runner.rules, unverified_tls=True))
    runner.recorder = Kept()
    items = await runner.run(HttpRequestNode, {"url": url, "verify_tls": False}, [{}, {}])
    assert [item.json["status"] for item in items] == [200, 200]
    (event,) = runner.recorder.events
    assert event[0] == "high"
    assert event[2]["rule"] == "egress.unverified_tls"


async def test_attempts_are_counted_in_the_records(runner, service):
    runner.recorder = Kept()
    service.mock_response("/", status=500)
    service.mock_response("/", json={})
    made = await runner.engine(
        HttpRequestNode,
        {"url": service.url(), "output": "full"},
        settings=NodeSettings(retry={"retry_delay": 0}),
        limits=LimitSettings(),
    )
    assert [(r.status, r.attempt) for r in runner.recorder.requests] == [(500, 1), (200, 2)]
    assert made[0]["attempts"] == 2
