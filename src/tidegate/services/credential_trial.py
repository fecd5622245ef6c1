"""Whether a stored credential works: one request, or one connection to a database or mailbox."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tidegate.app import App
from tidegate.credentials.tokens import TokensOf
from tidegate.errors import InvalidInput, NodeError
from tidegate.model.audit import AuditEvent
from tidegate.model.execution import now_us
from tidegate.services import audit
from tidegate.services.audit import local_actor
from tidegate.services.credential_expiry import CERTIFICATE, microseconds_of
from tidegate.services.credentials import open_one
from tidegate.services.policy import note_policy
from tidegate.store import credentials as store
from tidegate.store.credentials import StoredCredential

if TYPE_CHECKING:
    from tidegate.credentials.opened import OpenCredential

TIMEOUT = 20.0
_REFUSALS = frozenset({401, 403, 407})
_MOST_KEPT = 500
"""So many characters of what a test found are kept."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How a test went. ``status`` is the HTTP status of the answer, if there was one.

    ``expires_at`` is when the credential itself ends, where it says so.
    """

    works: bool
    text: str
    status: int | None = None
    expires_at: datetime | None = None


async def trial(app: App, name: str, url: str | None = None, *, actor: str | None = None) -> Trial:
    """Try a credential at ``url``; by default at the first of its hosts.

    ``actor`` None is whoever runs this process.

    Raises:
        NotFound: there is no such credential.
        InvalidInput: a URL is needed.
    """
    row = await app.database.read(lambda connection: store.get(connection, name))
    await audit.write(app, [AuditEvent("credential.test", name, actor or local_actor())])
    await note_policy(app)
    found = await _trial(app, row, url)
    found = replace(found, text=str(app.redact(found.text)))
    text = found.text[:_MOST_KEPT]
    await app.database.write(
        lambda connection: store.tested(connection, row, now_us(), text, works=found.works)
    )
    if found.expires_at is not None:
        end = microseconds_of(found.expires_at)
        await app.database.write(
            lambda connection: store.expires(connection, row, end, CERTIFICATE)
        )
    return found


async def _trial(app: App, row: StoredCredential, url: str | None) -> Trial:
    from tidegate.credentials.mailbox import MailboxCredential  # noqa: PLC0415 - seldom needed

    try:
        credential = await open_one(app, row)
        if isinstance(credential.values, MailboxCredential):
            return await _sign_in_to_mailbox(app, credential)
        if not credential.values.needs_hosts:
            return Trial(works=True, text="there is nothing to test")
        if credential.values.is_for_http:
            return await _signed_in(app, credential, url)
        return await _connect(app, credential, url)
    except NodeError as error:
        return Trial(works=False, text=str(app.redact(error.message)))


async def _signed_in(app: App, credential: "OpenCredential", url: str | None) -> Trial:
    """A request, and how long the credential itself is valid."""
    expires_at = credential.values.expires_at
    try:
        found = await _request(app, credential, url or _first_url(credential))
    except NodeError as error:
        found = Trial(works=False, text=str(app.redact(error.message)))
    if expires_at is None:
        return found
    days = (expires_at - datetime.now(UTC)).days
    said = f"in {days} days" if days >= 0 else "it has expired"
    until = f"its certificate is valid until {expires_at:%Y-%m-%d %H:%M} UTC ({said})"
    return replace(found, text=f"{found.text}; {until}", expires_at=expires_at)


async def _request(app: App, credential: "OpenCredential", url: str) -> Trial:
    from tidegate.credentials.gate import CredentialGate  # noqa: PLC0415 - seldom needed
    from tidegate.sdk.http import HttpRequest  # noqa: PLC0415 - as above

    gate = CredentialGate(app.gate.bound(), app.gate.bound(), credential, app.tokens)
    place = "/".join(url.split("/", 3)[:3])  # what is told is kept: paths and queries hold secrets
    request = HttpRequest("GET", url, timeout=TIMEOUT, follow_redirects=False)
    async with gate.stream(request) as stream:
        status = stream.head.status
    if status in _REFUSALS:
        return Trial(works=False, text=f"{place} refused it: {status}", status=status)
    return Trial(works=True, text=f"{place} answered {status}", status=status)


def _first_url(credential: "OpenCredential") -> str:
    for name, port in credential.hosts.patterns:
        if not name.startswith("*."):
            scheme = "http" if credential.allow_plain_http else "https"
            host = f"[{name}]" if ":" in name else name
            return f"{scheme}://{host}{'' if port is None else f':{port}'}/"
    raise InvalidInput("say at which URL to try it (--url): its hosts are patterns")


async def _connect(app: App, credential: "OpenCredential", url: str | None) -> Trial:
    from tidegate.egress.hosts import read_host  # noqa: PLC0415 - as above
    from tidegate.egress.postgres import PORT, PostgresTarget  # noqa: PLC0415 - as above

    if url is None:
        raise InvalidInput("say which database to try it at: --url postgresql://host/name")
    target = PostgresTarget.parse(url)
    credential.check_host(read_host(target.host).name, target.port, PORT)
    values = credential.values.as_values()
    session = await app.gate.connect_postgres(
        replace(target, user=values["user"], password=values["password"])
    )
    await session.close()
    return Trial(works=True, text=f"the database at {target.host} let it in")


async def _sign_in_to_mailbox(app: App, credential: "OpenCredential") -> Trial:
    from tidegate.egress.imap import NodeMail  # noqa: PLC0415 - as above

    values = credential.values.as_values()
    tokens = None
    if credential.values.needs_token:
        tokens = TokensOf(app.tokens, credential, app.gate.bound())
    async with NodeMail(app.gate, values, tokens=tokens).open("INBOX"):
        return Trial(works=True, text=f"the mail server {values['host']} let it in")
