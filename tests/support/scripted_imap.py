"""A mail server of prepared answers: what clients of mailboxes say, and hear, word for word."""

import asyncio
import socket
import struct

OK = b"TAG OK done\r\n"
ANSWERS = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n",
    "EXAMINE": b"* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4294967295] x\r\nTAG OK done\r\n",
    "LOGOUT": b"* BYE\r\nTAG OK done\r\n",
}
ANSWERS["SELECT"] = ANSWERS["EXAMINE"]


def scripted(greeting=b"* OK ready\r\n", **answers):
    """Answers each command, or line without a tag, with bytes; ``None`` resets the connection.

    What it was told is in ``requests``; ``server.say(...)`` says something unasked.
    """

    async def handle(reader, writer, server):
        writer.write(greeting)
        server.say = writer.write
        tag = b""
        while line := await reader.readline():
            first, space, said = line.strip().partition(b" ")
            tag, said = (first, said) if space else (tag, first)
            server.requests.append(said.decode())
            words = server.requests[-1].split()
            word = words[1] if words[:1] == ["UID"] else "".join(words[:1])
            answer = {**ANSWERS, **answers}.get(word, OK if space else b"")
            if answer is None:
                end = struct.pack("ii", 1, 0)  # with a reset
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, end)
                writer.transport.abort()
                return
            writer.write(answer.replace(b"TAG", tag))
        server.requests.append("the end")

    return handle


async def told(server, start):
    """Wait until the server was told a line that starts so."""
    while not any(line.startswith(start) for line in server.requests):
        await asyncio.sleep(0.01)


async def ended(server):
    """Everything that the server was told, once its client is gone."""
    await told(server, "the end")
    return server.requests[:-1]
