"""Somebody who uses a server while others attack it, and sees what it takes and whether it answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psutil
from server_process import ServerProcess, wait_until


class Bystander:
    """Asks again and again for what strangers and people may see; ``most`` is bytes of memory."""

    def __init__(self, server: ServerProcess, key: str) -> None:
        self._server, self._key = server, key
        self._process = psutil.Process(server.command.process.pid)
        self._is_over = threading.Event()
        self.answers = 0
        self.failures: list[str] = []
        self.most = self.now = self._resident()
        self._thread = threading.Thread(target=self._use, daemon=True)
        self._thread.start()

    @contextmanager
    def attacked(self, *, grows_at_most: int) -> Iterator[None]:
        """An attack: everybody else is answered, and memory grows by so many bytes at most."""
        before, self.most = self._resident(), 0
        yield
        answered = self.answers
        wait_until(lambda: self.failures or self.answers >= answered + 2, 60)
        assert self.failures == []
        assert self.most - before <= grows_at_most, f"{(self.most - before) >> 20} MB more"

    def close(self) -> None:
        self._is_over.set()
        self._thread.join(60)

    def _use(self) -> None:
        headers = {"authorization": f"Bearer {self._key}"}
        while not self._is_over.wait(0.02):
            try:
                with self._server.client() as client:  # a new connection each time
                    paths = ("/healthz", "/api/v1/node_types/data.set")
                    answers = [client.get(path, headers=headers) for path in paths]
            except httpx.HTTPError as error:
                self.failures.append(repr(error))
                return
            self.failures += [answer.text for answer in answers if answer.status_code != 200]
            self.most = max(self.most, self._resident())
            self.answers += 1

    def _resident(self) -> int:
        """Bytes of memory of the server and of the processes that it has started."""
        found = 0
        for process in (self._process, *self._process.children(recursive=True)):
            try:
                found += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue  # it has ended meanwhile
        return found
