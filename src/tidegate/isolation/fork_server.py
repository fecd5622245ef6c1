"""The parent's side of a fork server: start it, ask it for processes, hear how they ended."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any, Final

from tidegate.errors import OperationalError
from tidegate.isolation.child import ChildProcess, Ended
from tidegate.isolation.entries import Profile
from tidegate.isolation.frames import PACKET
from tidegate.isolation.limits import ProcessLimits
from tidegate.isolation.server import import_path

START_SECONDS: Final = 20.0
START: Final = (
    "import sys, json; given = json.loads(sys.argv[1]); sys.path[:0] = given['path']; "
    "from tidegate.isolation.zygote import main; main(given)"
)
"""The program of a fork server; its argument is the object that ``zygote.main`` takes."""

SERVER_LOST: Final = Ended(signal=9)
"""The end of processes whose fork server died: they are killed with it."""


class ForkServer:
    """A running fork server for one profile.

    Attributes:
        process: its own process.
        missing: layers of the lock that this system does not have, each with the reason.
        lost: it has ended, and its processes with it.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", control: socket.socket) -> None:
        self.process = process
        self._control = control
        self._children: dict[int, ChildProcess] = {}
        self._numbers = 0
        self._ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.lost = False
        self.missing: dict[str, str] = {}
        asyncio.get_running_loop().add_reader(control.fileno(), self._hear)

    @classmethod
    async def start(cls, profile: Profile) -> "ForkServer":
        """Start one and wait until it has loaded everything.

        Raises:
            OperationalError: it did not start.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(0)
        given = {
            "path": import_path(),
            "socket": theirs.fileno(),
            **asdict(profile),
        }
        command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", START, json.dumps(given)]
        with theirs:
            process = await asyncio.to_thread(_popen, command, theirs.fileno())
        server = cls(process, ours)
        try:
            async with asyncio.timeout(START_SECONDS):
                await server._ready
        except asyncio.CancelledError:
            await server.close()
            raise
        except (TimeoutError, OSError):
            await server.close()
            reason = _last_words(process)
            raise OperationalError(
                f"the fork server for {profile.name} processes did not start: {reason}"
            ) from None
        return server

    async def spawn(self, limits: ProcessLimits, readable: Sequence[str] = ()) -> ChildProcess:
        """A new process, locked and waiting for a request; it can read ``readable`` alone.

        A lost fork server gives one that has ended.
        """
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        self._numbers += 1
        number = self._numbers
        child = ChildProcess(
            partial(self._send, {"kill": number}), loop.create_future(), loop.create_future()
        )
        if self.lost:
            _lost(child)
        else:
            self._children[number] = child
        ours.settimeout(0)
        with theirs:
            wanted = {"memory": limits.memory, "cpu": limits.cpu, "readable": list(readable)}
            self._send({"spawn": number, **wanted}, [theirs.fileno()])
        child.reader, child.writer = await asyncio.open_unix_connection(sock=ours)
        return child

    def _send(self, message: Mapping[str, Any], descriptors: list[int] | None = None) -> None:
        """Ask the fork server for something; a lost one hears nothing."""
        if self.lost:
            return
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], descriptors or [])
        except OSError:
            self._lose()

    def _hear(self) -> None:
        try:
            packet = self._control.recv(PACKET)
        except BlockingIOError:
            return
        except OSError:
            packet = b""
        if not packet:
            self._lose()
            return
        told = json.loads(packet)
        if "ready" in told:
            self.missing = told["missing"]
            if not self._ready.done():
                self._ready.set_result(told["ready"])
        elif "started" in told:
            child = self._children.get(told["started"])
            if child is not None:
                child.started.set_result(told["pid"])
        elif (child := self._children.pop(told.pop("ended"), None)) is not None:
            child.ended.set_result(Ended(**told))

    def _lose(self) -> None:
        """The fork server is gone, and its processes with it."""
        if self.lost:
            return
        self.lost = True
        asyncio.get_running_loop().remove_reader(self._control.fileno())
        self._control.close()
        if not self._ready.done():
            self._ready.set_exception(OSError("it ended"))
        for child in self._children.values():
            _lost(child)
        self._children.clear()

    async def close(self) -> None:
        """End it and all its processes, at once."""
        self._lose()
        self.process.kill()
        await asyncio.to_thread(self.process.wait)


def _lost(child: ChildProcess) -> None:
    if not child.started.done():
        child.started.set_result(0)
    child.ended.set_result(SERVER_LOST)


def _popen(command: list[str], descriptor: int) -> "subprocess.Popen[bytes]":
    """A process with an empty environment, in a group of its own, at the root folder."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter with our own program
        command,
        env={},
        cwd=os.sep,
        pass_fds=(descriptor,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _last_words(process: "subprocess.Popen[bytes]") -> str:
    """The last line that an ended fork server wrote about its trouble."""
    assert process.stderr is not None
    lines = process.stderr.read().decode("utf-8", "replace").split("\n")
    return next((line for line in reversed(lines) if line), "it said nothing")
