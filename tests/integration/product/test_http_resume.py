"""kill -9 in the middle of a list or of a POST: the next process goes on, and does nothing twice."""

import json
import threading
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pytest

PAGES = 6
HANGS_AT = 4

PAGED = """
tidegate: 1
name: pages
nodes:
  start: {type: trigger.manual}
  list:
    type: http.request
    params:
      url: "http://ADDRESS/list"
      output: body
      pagination: page_number
      page_items: "{{ response.data.rows }}"
edges: [start -> list]
"""
POSTED = """
tidegate: 1
name: posts
nodes:
  start: {type: trigger.manual}
  post:
    type: http.request
    params: {method: POST, url: "http://ADDRESS/post", body: {n: 1}, idempotency_key: true}
    settings: {in_flight: rerun}
edges: [start -> post]
"""


@pytest.fixture
def api(counting_server):
    """Pages of two rows; page 4 and the first POST hang until somebody lets them go."""
    go_on, hung = threading.Event(), threading.Event()
    pages, keys = [], []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            page = int(parse_qs(urlsplit(self.path).query)["page"][0])
            pages.append(page)
            if page == HANGS_AT and not go_on.is_set():
                hung.set()
                go_on.wait(60)
            rows = [{"n": 2 * page - 1}, {"n": 2 * page}] if page <= PAGES else []
            self.answer({"rows": rows})

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            keys.append(self.headers["Idempotency-Key"])
            if not go_on.is_set():
                hung.set()
                go_on.wait(60)
            self.answer({})

        def answer(self, value):
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    counting_server.RequestHandlerClass = Handler
    counting_server.pages, counting_server.keys = pages, keys
    counting_server.hung, counting_server.go_on = hung, go_on
    yield counting_server
    go_on.set()


def killed_and_resumed(start, write, api, workflow, stored):
    """Kill the execution while its request hangs, and give what the resumed one reports."""
    file = write("workflow.yaml", workflow.replace("ADDRESS", api.address))
    command = start("run", file, "--allow", api.address)
    assert api.hung.wait(60), command.text()
    stored()
    command.kill()
    api.go_on.set()
    resumed = start("executions", "resume", "1", "--json", "--allow", api.address)
    assert resumed.wait() == 0, resumed.text()
    return json.loads(resumed.text())


def test_a_list_goes_on_at_the_page_that_was_not_stored(start, write, query, api, until):
    def stored():
        question = "SELECT 1 FROM node_executions WHERE node_id = 'list'"
        until(lambda: len(query(question)) >= HANGS_AT - 1, "three pages are stored")

    report = killed_and_resumed(start, write, api, PAGED, stored)
    assert report["output"]["list"]["main"] == [{"n": n} for n in range(1, 2 * PAGES + 1)]
    assert api.pages == [1, 2, 3, 4, 4, 5, 6, 7]  # the fourth was asked for when it was killed


def test_a_post_is_repeated_with_the_same_key(start, write, query, api, until):
    def stored():
        until(lambda: query("SELECT 1 FROM node_executions WHERE kind = 'started'"), "it posts")

    killed_and_resumed(start, write, api, POSTED, stored)
    assert len(api.keys) == 2
    assert api.keys[0]
    assert len(set(api.keys)) == 1
