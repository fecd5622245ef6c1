"""Notifications: the channels of the settings, with their secrets from the vault."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from tidegate.app import App
from tidegate.config import NotifySettings
from tidegate.errors import CredentialError, InvalidInput, UserError
from tidegate.ids import new_id
from tidegate.log import get_logger
from tidegate.model.audit import AuditEvent
from tidegate.model.execution import now_us
from tidegate.notify.log import LogNotifier
from tidegate.services import audit

if TYPE_CHECKING:
    import socket

    from tidegate.notify.base import Channel
    from tidegate.notify.mail import MailServer

DRAIN_SECONDS: Final = 10.0
"""How long a process waits at its end for notifications that are under way."""


@asynccontextmanager
async def open_notifier(app: App) -> AsyncIterator[LogNotifier]:
    """A notifier for the length of the block; what is pending at its end has some seconds.

    Raises:
        InvalidInput: the settings of a channel are incomplete.
    """
    if app.settings.notify == NotifySettings():
        yield LogNotifier()
        return
    from tidegate.notify.delivery import Delivery  # noqa: PLC0415 - only where it is asked for

    delivery = Delivery(channels(app), app.settings.notify.severity)
    try:
        yield delivery
    finally:
        await delivery.close(DRAIN_SECONDS)


def channels(app: App) -> "tuple[Channel, ...]":
    """The channels that the settings name.

    Raises:
        InvalidInput: the settings of one are incomplete.
    """
    wanted = app.settings.notify
    found: list[Channel] = []
    if wanted.webhook_url is not None:
        found.append(_webhook(app, wanted.webhook_url, wanted.webhook_credential))
    if wanted.email_to:
        found.append(_email(app, wanted))
    return tuple(found)


async def send_test(app: App) -> Sequence[tuple[str, bool, str]]:
    """Send a test notification to each channel, once: its name, whether it arrived, and the answer.

    Raises:
        InvalidInput: the settings of a channel are incomplete.
    """
    from tidegate.notify.base import Notification, Undelivered  # noqa: PLC0415 - as above

    results = []
    for channel in channels(app):
        title = "this is a test; nothing has happened"
        test = Notification(new_id(), "test", "low", title, now_us(), {})
        try:
            results.append((channel.name, True, await channel.send(test)))
        except Undelivered as failure:
            results.append((channel.name, False, str(app.redact(failure.reason))))
    return results


def _webhook(app: App, url: str, credential: str | None) -> "Channel":
    from tidegate.egress.url import parse_url  # noqa: PLC0415 - as above
    from tidegate.egress.verdict import Refused  # noqa: PLC0415 - as above
    from tidegate.notify.webhook import WebhookChannel  # noqa: PLC0415 - as above

    try:
        parsed = parse_url(url)
    except Refused as refused:
        raise InvalidInput(f"setting notify.webhook_url: {refused.verdict.detail}") from None
    place = (parsed.host, parsed.port, 443 if parsed.scheme == "https" else 80)

    async def secret() -> str | None:
        values = await _values(app, credential, "bearer", place)
        return None if values is None else str(values["token"])

    return WebhookChannel(app.gate.bound(), url, secret)


def _email(app: App, wanted: NotifySettings) -> "Channel":
    from tidegate.notify.mail import EmailChannel  # noqa: PLC0415 - as above

    server, sender = mail_server(app)
    return EmailChannel(server, sender, wanted.email_to)


def can_mail(app: App) -> bool:
    """Whether the settings name a mail server and an address to mail from."""
    return app.settings.notify.smtp_host is not None and app.settings.notify.email_from is not None


async def mail(app: App, receiver: str, subject: str, text: str) -> bool:
    """Mail something to one person; whether the mail server took it. A failure is in the log."""
    from tidegate.notify.base import Undelivered  # noqa: PLC0415 - as above
    from tidegate.notify.mail import deliver, letter  # noqa: PLC0415 - as above

    server, sender = mail_server(app)
    try:
        await deliver(server, letter(sender, receiver, subject, text))
    except Undelivered as failure:
        get_logger().error("mail_failed", subject=subject, reason=app.redact(failure.reason))
        return False
    return True


def mail_server(app: App) -> "tuple[MailServer, str]":
    """The mail server of the settings, and the address to mail from.

    Raises:
        InvalidInput: the settings are incomplete.
    """
    from tidegate.notify.mail import MailServer  # noqa: PLC0415 - as above

    wanted = app.settings.notify
    host, port = wanted.smtp_host, wanted.smtp_port
    if host is None or wanted.email_from is None:
        raise InvalidInput("mail needs the settings notify.smtp_host and notify.email_from")
    if wanted.smtp_credential is not None and wanted.smtp_security == "none":
        raise InvalidInput(
            "notify.smtp_security is none, and a password does not travel without TLS; set it to "
            "tls or starttls, or leave notify.smtp_credential out"
        )

    async def login() -> tuple[str, str] | None:
        values = await _values(app, wanted.smtp_credential, "basic", (host, port, port))
        return None if values is None else (str(values["user"]), str(values["password"]))

    async def connect() -> "socket.socket":
        return await app.gate.open_socket(host, port)

    return MailServer(host, wanted.smtp_security, connect, login), wanted.email_from


async def _values(
    app: App, name: str | None, type: str, place: tuple[str, int, int]
) -> dict[str, Any] | None:
    """The values of a channel's credential, for this host, port and usual port.

    Raises:
        CredentialError: it can't be had, or is of another type.
        SecurityError: it may not be sent to this host.
    """
    if name is None:
        return None
    from tidegate.services import credentials  # noqa: PLC0415 - as above

    actor = audit.local_actor()
    try:
        await audit.write(app, [AuditEvent("credential.read", name, actor, {"for": "notify"})])
    except UserError as error:
        raise CredentialError(error.message) from None
    found = (await credentials.open_all(app, [name]))[name]
    if isinstance(found, CredentialError):
        raise found
    if found.values.name != type:
        raise CredentialError(f"the credential '{name}' must be of type {type} here")
    found.check_host(*place)
    return found.values.model_dump()
