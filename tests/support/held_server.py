"""An HTTP server that answers when the test says so: what a slow service is, without a clock."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class HeldServer:
    """Holds every request until ``release``; afterwards it answers at once."""

    def __init__(self) -> None:
        released = self._released = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                released.wait()
                body = json.dumps([{"id": 1}, {"id": 2}, {"id": 3}]).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    return  # whoever asked has gone: cancelled, or killed

            def log_message(self, *_: object) -> None:
                """Tests read the answers, not this."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.address}/orders"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()

    def release(self) -> None:
        """Answer everything."""
        self._released.set()

    def hold(self) -> None:
        """Hold what comes from now on."""
        self._released.clear()
