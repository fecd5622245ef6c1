"""trigger.email: start when mail comes into a folder of a mailbox."""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Final

from tidegate.nodes.triggers.mail_message import (
    MAX_HEADER_BYTES,
    Attachment,
    Mail,
    read_headers,
    read_message,
)
from tidegate.sdk import Context, Example, Field, FileRef, Item
from tidegate.sdk.mail import Mailbox, MailHead
from tidegate.sdk.poll import POLLING, Polled, PollParams, PollTrigger
from tidegate.sdk.values import size_of

_WINDOW: Final = 50_000
"""So many UIDs are asked for at once; most of them may be of messages that are gone."""
_SECONDS: Final = 10.0
_HELD: Final = 8 << 20
"""After so many seconds or bytes of items a poll ends; the next one goes on at once."""
_WHILE_PARSED: Final = 4
"""A message takes about so many times its size in memory while it is taken apart."""


class EmailTrigger(PollTrigger):
    """Start when mail comes into a folder of a mailbox (IMAP), once the workflow is published.

    One execution has an item for each message: `uid`, `message_id`, `from`, `to`, `cc`, `subject`,
    `date` (UTC), `text`, `html`, `headers`, `flags`, `size`, and the attachments as its files
    (`attachment_1`, ...). The node's credential (type `imap` or `imap_oauth2`) names the server,
    which says at once what comes, if it knows IDLE. Messages stay unread unless `mark_as_read` is
    set. What came while no server ran is found at its start. A message above `max_size`, or one
    that can't be taken apart, gives its headers alone: `too_large`, or `problem`, says so.
    """

    name = "trigger.email"
    label = "E-mail"

    class Params(PollParams):
        """Which messages, and what of them."""

        folder: str = Field("INBOX", label="Folder", min_length=1, max_length=500)
        mark_as_read: bool = Field(False, label="Mark as read")
        download_attachments: bool = Field(True, label="Attachments as files")
        max_size: int = Field(
            10, ge=1, le=20, label="Largest message", description="In megabytes, as it is sent."
        )
        max_items: int = Field(
            100,
            ge=1,
            le=1000,
            label="Messages at once",
            description="An execution has so many items at most; the next one follows at once.",
        )
        existing: bool = Field(
            False,
            label="Mail that is there at first",
            description="Whether mail counts that is there when the workflow is published.",
        )

    examples = (
        Example({"folder": "INBOX"}, title="New mail with its attachments", runnable=False),
        Example(
            {"folder": "Invoices", "mark_as_read": True, "poll_every": 5},
            title="A folder, every five minutes",
            runnable=False,
        ),
    )

    async def news(self, ctx: Context, params: Params) -> AsyncGenerator[None, None]:
        """The server says so (IDLE), if it can."""
        async with ctx.mail.open(params.folder) as mailbox:
            yield
            while await mailbox.wait_for_mail():
                yield

    async def poll(self, ctx: Context, params: Params, state: Any) -> Polled:
        """The messages above the highest UID that was seen."""
        marks = params.mark_as_read and ctx.execution.source == POLLING
        async with ctx.mail.open(params.folder, writes=marks) as mailbox:
            newest = mailbox.next_uid - 1
            if state is not None and state["validity"] != mailbox.validity:
                ctx.log.warning(
                    "the mail server numbers the folder anew (UIDVALIDITY): only what comes from "
                    "now on is taken; mail since the last look may be missing",
                    folder=params.folder,
                )
                return Polled([], _state(mailbox, newest))
            if state is None and not params.existing:
                return Polled([], _state(mailbox, newest))
            last = 0 if state is None else state["last"]
            look = _Look(ctx, params, mailbox, time.monotonic() + _SECONDS)
            seen = await look.take(last, newest)
            if marks:
                await mailbox.mark_read(look.taken)
            return Polled(look.items, _state(mailbox, seen), 0 if seen < newest else None)


def _state(mailbox: Mailbox, last: int) -> dict[str, int]:
    return {"validity": mailbox.validity, "last": last}


@dataclass(slots=True)
class _Look:
    """One look into a mailbox; ``until`` is when it ends, by the monotonic clock."""

    ctx: Context
    params: EmailTrigger.Params
    mailbox: Mailbox
    until: float
    items: list[Item] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)
    held: int = 0

    async def take(self, last: int, newest: int) -> int:
        """Read what is above ``last``; the UID up to which everything was seen."""
        if last >= newest:
            return newest
        end = min(last + _WINDOW, newest)
        uids = await self.mailbox.uids(last + 1, end)
        wanted = uids[: self.params.max_items]
        heads = {head.uid: head for head in await self.mailbox.heads(wanted)}
        for uid in wanted:
            if uid in heads:
                await self._read(heads[uid])
            if self.held > _HELD or time.monotonic() > self.until:
                return uid
        return end if len(wanted) == len(uids) else wanted[-1]

    async def _read(self, head: MailHead) -> None:
        limit = self.params.max_size << 20
        is_large = head.size > limit
        message: Mail | None = None
        if not is_large:
            raw = await self.mailbox.read(head.uid, limit + 1)
            if raw is None:
                return  # it was deleted meanwhile
            is_large = len(raw) > limit
            if not is_large:
                message = self._parsed(raw)
        if message is None:
            raw = await self.mailbox.read(head.uid, MAX_HEADER_BYTES, only_headers=True)
            if raw is None:
                return
            message = read_headers(raw, None)
        json = {
            "uid": head.uid,
            **message.json,
            "flags": list(head.flags),
            "size": head.size,
            "too_large": is_large,
        }
        size = size_of(json)
        self.ctx.budget.charge(size, "the messages of a mailbox")
        self.held += size
        self.items.append(Item(json, await self._files(message.attachments)))
        self.taken.append(head.uid)

    def _parsed(self, raw: bytes) -> Mail:
        held = _WHILE_PARSED * len(raw)
        self.ctx.budget.charge(held, "a message that is read")
        try:
            return read_message(raw)
        finally:
            self.ctx.budget.release(held)

    async def _files(self, attachments: list[Attachment]) -> dict[str, FileRef]:
        if not self.params.download_attachments:
            return {}
        store = self.ctx.files.store
        return {
            f"attachment_{number}": await store(one.name, one.content_type, _whole(one.content))
            for number, one in enumerate(attachments, 1)
        }


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content
