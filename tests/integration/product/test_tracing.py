"""A server sends a span for each execution, node and request to a real receiver of OTLP."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from api_people import People, document
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from server_process import ServerProcess, wait_until


class Receiver(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.spans: list = []
        self.services: set[str] = set()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            import gzip

            body = gzip.decompress(body)
        assert self.path == "/v1/traces"
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            for attribute in resource.resource.attributes:
                if attribute.key == "service.name":
                    self.server.services.add(attribute.value.string_value)
            for scope in resource.scope_spans:
                self.server.spans.extend(scope.spans)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        """The API that the workflow asks."""
        data = json.dumps({"secret": "of the body"}).encode()
        self.send_response(200 if "good" in self.path else 500)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def receiver():
    server = Receiver()
    yield server
    server.shutdown()
    server.server_close()


def values(span) -> dict:
    return {
        a.key: a.value.string_value or a.value.int_value or a.value.double_value
        for a in span.attributes
    }


def test_each_node_is_a_span_with_its_requests_below(tmp_path, receiver) -> None:
    address = f"127.0.0.1:{receiver.server_port}"
    made = document("traced")
    made["nodes"]["good"] = {
        "type": "http.request",
        "params": {"url": f"http://{address}/good?token=in-the-query"},
    }
    made["nodes"]["bad"] = {
        "type": "http.request",
        "params": {"url": f"http://{address}/bad"},
        "settings": {"retry": {"max_retries": 0}},
    }
    made["edges"] = ["start -> set", "set -> good", "good -> bad"]
    server = ServerProcess(
        tmp_path / "data",
        TIDEGATE_TRACING_ENDPOINT=f"http://{address}",
        TIDEGATE_TRACING_SERVICE="tide-test",
        TIDEGATE_EGRESS_ALLOW=address,
    )
    try:
        client = People(server).owner.client
        workflow = client.post("/api/v1/workflows", json={"document": made}).json()
        execution = client.post(
            f"/api/v1/workflows/{workflow['id']}/executions",
            json={"mode": "sync", "version": "draft"},
        ).json()
        assert execution["status"] == "failed", execution
    finally:
        assert server.stop() == 0
    spans = receiver.spans
    assert receiver.services == {"tide-test"}
    (root,) = [span for span in spans if span.name == "execution"]
    assert values(root)["tidegate.execution.id"] == execution["id"]
    assert values(root)["tidegate.execution.status"] == "failed"
    assert root.status.code == 2
    nodes = {span.name: span for span in spans if span.parent_span_id == root.span_id}
    assert set(nodes) == {"node start", "node set", "node good", "node bad"}
    assert values(nodes["node set"])["tidegate.node.type"] == "data.set"
    assert (nodes["node good"].status.code, nodes["node bad"].status.code) == (0, 2)
    for name, status in (("good", 200), ("bad", 500)):
        (request,) = [s for s in spans if s.parent_span_id == nodes[f"node {name}"].span_id]
        assert request.name == "GET"
        assert values(request)["http.response.status_code"] == status
        assert values(request)["server.address"] == "127.0.0.1"
        assert request.start_time_unix_nano <= request.end_time_unix_nano
    assert len({span.trace_id for span in spans}) == 1
    text = b"".join(span.SerializeToString() for span in spans)
    assert b"in-the-query" not in text
    assert b"of the body" not in text


def test_a_receiver_that_is_away_costs_nothing_but_the_traces(tmp_path, receiver) -> None:
    port = receiver.server_port
    receiver.shutdown()
    receiver.server_close()
    server = ServerProcess(tmp_path / "data", TIDEGATE_TRACING_ENDPOINT=f"http://127.0.0.1:{port}")
    try:
        client = People(server).owner.client
        workflow = client.post("/api/v1/workflows", json={"document": document("small")}).json()
        answer = client.post(
            f"/api/v1/workflows/{workflow['id']}/executions",
            json={"mode": "sync", "version": "draft"},
        )
        assert answer.json()["status"] == "succeeded"
        wait_until(lambda: client.get("/readyz").status_code == 200)
    finally:
        assert server.stop() == 0
