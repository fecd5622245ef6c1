"""Mails notifications, over a connection that the gate opened."""

import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final, Literal

import aiosmtplib

from tidegate import codec
from tidegate.egress.tls import tls_context
from tidegate.errors import NodeError, SecurityError
from tidegate.ids import new_id
from tidegate.log import safe, safe_line
from tidegate.model.execution import now_us, us_to_datetime
from tidegate.notify.base import Notification, Undelivered

TIMEOUT: Final = 15.0
MAX_SUBJECT: Final = 150

Connect = Callable[[], Awaitable[socket.socket]]
Login = Callable[[], Awaitable[tuple[str, str] | None]]


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server: ``connect`` opens a connection to it, ``login`` gives user and password."""

    host: str
    security: Literal["tls", "starttls", "none"]
    connect: Connect
    login: Login


class EmailChannel:
    """One sender and some receivers at one mail server."""

    name = "email"

    def __init__(self, server: MailServer, sender: str, receivers: tuple[str, ...]) -> None:
        self._server, self._sender, self._receivers = server, sender, receivers

    async def send(self, notification: Notification) -> str:
        """Mail it to all receivers.

        Raises:
            Undelivered: the server can't be reached, or does not take it.
        """
        return await deliver(self._server, as_mail(notification, self._sender, self._receivers))


async def deliver(server: MailServer, mail: EmailMessage) -> str:
    """Mail something; what the server answered.

    Raises:
        Undelivered: the server can't be reached, or does not take it.
    """
    try:
        login = await server.login()
        client = aiosmtplib.SMTP(
            hostname=server.host,
            sock=await server.connect(),
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=tls_context(),
            local_hostname="localhost",
            timeout=TIMEOUT,
        )
        async with client:
            if login is not None:
                await client.login(*login)
            refused, answer = await client.send_message(mail)
    except NodeError as error:
        raise Undelivered(error.message, may_repeat=not isinstance(error, SecurityError)) from None
    except aiosmtplib.SMTPResponseException as error:
        reason = f"the mail server answered {error.code} {safe_line(error.message)[:200]}"
        raise Undelivered(reason, may_repeat=400 <= error.code < 500) from None
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        reason = f"the mail server can't be used: {safe_line(str(error))[:200]}"
        raise Undelivered(reason, may_repeat=not isinstance(error, ValueError)) from None
    if refused:
        names = ", ".join(sorted(refused))
        raise Undelivered(f"the mail server refused {safe_line(names)}", may_repeat=False)
    return safe_line(answer)[:200]


def letter(sender: str, receiver: str, subject: str, text: str) -> EmailMessage:
    """A mail to one person; nothing in it can add a header."""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, receiver
    mail["Subject"] = safe_line(subject)[:MAX_SUBJECT]
    mail["Date"] = format_datetime(us_to_datetime(now_us()))
    mail["Message-ID"] = f"<{new_id()}@tidegate.invalid>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(safe(text))
    return mail


def as_mail(notification: Notification, sender: str, receivers: tuple[str, ...]) -> EmailMessage:
    """The mail; nothing in a notification can add a header or steer a terminal."""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, ", ".join(receivers)
    times = f" ({notification.count} times)" if notification.count > 1 else ""
    subject = safe_line(f"[Tidegate] {notification.severity}: {notification.title}")
    mail["Subject"] = subject.replace("\t", " ")[:MAX_SUBJECT] + times
    mail["Date"] = format_datetime(us_to_datetime(notification.last_at or notification.at))
    mail["Message-ID"] = f"<{notification.id}@tidegate.invalid>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(safe(codec.encode_pretty(notification.as_json())) + "\n")
    return mail
