"""The far side: a scripted resolver and scripted servers with addresses that look public.

Runs in its own network namespace, starts the near side in another one, and joins the two.
"""

import asyncio
import socket
import ssl
import struct
import subprocess
import sys
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from control import ip, obey

RESOLVER = "93.184.215.53"
ADDRESSES = (
    *("93.184.215.14", "93.184.215.15", "93.184.215.16", RESOLVER, "10.0.0.7", "10.1.2.3"),
    *("169.254.169.254", "2606:2800:21f:cb07::14", "fd00::7"),
)
RCODES = {"NXDOMAIN": dns.rcode.NXDOMAIN, "SERVFAIL": dns.rcode.SERVFAIL}


class Far:
    """Everything that is scripted and everything that was seen."""

    def __init__(self) -> None:
        self.zone: dict[str, list[list[str] | str]] = {}
        self.routes: dict[str, list[list]] = {}
        self.greetings: dict[str, list[list]] = {}
        self.asked: list[str] = []
        self.connections: list[str] = []
        self.requests: list[dict[str, str]] = []
        self.names: list[str] = []
        self.servers: dict[str, asyncio.Server] = {}
        self.tasks: set[asyncio.Task] = set()

    async def reset(self) -> None:
        for task in self.tasks:
            task.cancel()
        for seen in (self.zone, self.routes, self.greetings):
            seen.clear()
        for seen in (self.asked, self.connections, self.requests, self.names):
            seen.clear()

    async def script(self, zone=None, routes=None, greetings=None) -> None:
        """Answers by name (one list for each query for A), by path, and on connecting."""
        self.zone |= zone or {}
        self.routes |= routes or {}
        self.greetings |= greetings or {}

    async def seen(self) -> dict:
        return {
            "asked": self.asked,
            "connections": self.connections,
            "requests": self.requests,
            "names": self.names,
        }

    async def listen(self, address, port, cert=None, key=None, max_version=None, ciphers=None):
        """Open a server once; it stays until the end."""
        place = f"{address}:{port}"
        if place in self.servers:
            return
        context = None
        if cert is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            if max_version is not None:
                context.maximum_version = ssl.TLSVersion[max_version]
            if ciphers is not None:
                context.set_ciphers(ciphers)
            context.load_cert_chain(cert, key)
            context.sni_callback = lambda _, name, __: self.names.append(name)

        async def on_connection(reader, writer):
            task = asyncio.current_task()
            self.tasks.add(task)
            self.connections.append(place)
            try:
                await self.converse(reader, writer, place)
            except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                pass
            finally:
                self.tasks.discard(task)
                writer.close()

        # Connections are counted when they are accepted, before any handshake.
        self.servers[place] = await asyncio.start_server(
            on_connection, address, port, ssl=context, limit=1 << 20, backlog=500
        )

    async def converse(self, reader, writer, place) -> None:
        if place in self.greetings:
            await self.play(self.greetings[place], reader, writer)
            return
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = 0
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            body = await reader.readexactly(length)
            self.requests.append({"server": place, "raw": (head + body).decode("latin-1")})
            path = head.split(b" ")[1].decode("latin-1").partition("?")[0]
            default = f"HTTP/1.1 200 OK\r\nContent-Length: {len(place)}\r\n\r\n{place}"
            if not await self.play(self.routes.get(path, [["send", default]]), reader, writer):
                return

    async def play(self, steps, reader, writer) -> bool:
        """Do what a script says; False ends the connection."""
        for step, *arguments in steps:
            if step == "send":
                writer.write(arguments[0].encode("latin-1"))
                await writer.drain()
            elif step == "repeat":
                text, count, delay = arguments
                data = text.encode("latin-1")
                while count != 0:
                    writer.write(data)
                    await writer.drain()
                    await asyncio.sleep(delay)
                    count -= 1
            elif step == "sleep":
                await asyncio.sleep(arguments[0])
            elif step == "read":
                await reader.read(arguments[0])
            elif step == "reset":
                option = struct.pack("ii", 1, 0)
                sock = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)
                return False
            elif step == "close":
                return False
        return True


class Dns(asyncio.DatagramProtocol):
    """Answers from the zone; a name that is not in it does not exist."""

    def __init__(self, far: Far) -> None:
        self.far = far

    def connection_made(self, transport) -> None:
        self.transport = transport

    def datagram_received(self, data, address) -> None:
        reply = self.reply(data, is_datagram=True)
        if reply is not None:
            size = len(reply.to_wire(max_size=65535))
            if size > 512:
                reply.flags |= dns.flags.TC
                reply.answer.clear()
            self.transport.sendto(reply.to_wire(), address)

    async def on_connection(self, reader, writer) -> None:
        """The same over TCP, which a resolver turns to when an answer is cut off."""
        while length := await reader.read(2):
            data = await reader.readexactly(int.from_bytes(length, "big"))
            wire = self.reply(data, is_datagram=False).to_wire(max_size=65535)
            writer.write(len(wire).to_bytes(2, "big") + wire)
        writer.close()

    def reply(self, data, *, is_datagram):
        query = dns.message.from_wire(data)
        question = query.question[0]
        name = question.name.to_text().rstrip(".").lower()
        kind = "AAAA" if question.rdtype == 28 else "A"
        script = self.far.zone.get(name, ["NXDOMAIN"])
        calls = sum(1 for asked in self.far.asked if asked == name)
        if kind == "A" and is_datagram:
            self.far.asked.append(name)
        else:
            calls = max(0, calls - 1)
        found = script[min(calls, len(script) - 1)]
        if found == "SILENT":
            return None
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if isinstance(found, str):
            reply.set_rcode(RCODES.get(found, dns.rcode.NOERROR))
        else:
            self.fill(reply, question, name, kind, found)
        return reply

    def fill(self, reply, question, name, kind, found) -> None:
        owner = question.name
        for text in found:
            if text.startswith("CNAME "):
                target = text.split()[1]
                reply.answer.append(dns.rrset.from_text(owner, 0, "IN", "CNAME", target + "."))
                owner = target + "."
        wanted = [t for t in found if not t.startswith("CNAME") and (":" in t) == (kind == "AAAA")]
        if wanted:
            reply.answer.append(dns.rrset.from_text(owner, 0, "IN", kind, *wanted))


def join_the_namespaces(near: int) -> None:
    ip("link", "set", "lo", "up")
    ip("link", "add", "name", "far", "type", "veth", "peer", "name", "near")
    ip("link", "set", "near", "netns", str(near))
    ip("link", "set", "far", "up")
    for address in ADDRESSES:
        width = ["/24", "nodad"] if ":" not in address else ["/64", "nodad"]
        ip("addr", "add", address + width[0], "dev", "far", *(width[1:] if ":" in address else ()))


async def main() -> None:
    far_link, near_link, directory = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    here = Path(__file__).parent
    near = subprocess.Popen(
        [
            *("unshare", "--net", "--mount", sys.executable, str(here / "near.py")),
            *(str(near_link), str(directory)),
        ],
        pass_fds=(near_link,),
    )
    # `unshare` becomes Python: wait until it has left this namespace.
    own = Path("/proc/self/ns/net").readlink()
    while Path(f"/proc/{near.pid}/ns/net").readlink() == own:
        await asyncio.sleep(0.01)
    join_the_namespaces(near.pid)
    far = Far()
    loop = asyncio.get_running_loop()
    names = Dns(far)
    await loop.create_datagram_endpoint(lambda: names, local_addr=(RESOLVER, 53))
    await asyncio.start_server(names.on_connection, RESOLVER, 53)
    commands = {name: getattr(far, name) for name in ("reset", "script", "seen", "listen")}
    try:
        await obey(far_link, commands)
    finally:
        near.kill()


asyncio.run(main())
