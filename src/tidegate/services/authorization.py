"""A person's grant of access (OAuth 2 with authorization code and PKCE), in two halves.

The first makes the address that the person opens; the second takes the address that their browser
was sent back to. Between them lies any time and any process: what the second must know is sealed
with the credential, and its id stands in the ``state``.
"""

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import parse_qs, urlsplit

from tidegate.app import App
from tidegate.credentials.grant import Grant, Pending
from tidegate.credentials.token_endpoint import read_token
from tidegate.errors import CredentialError, InvalidInput
from tidegate.model.audit import AuditEvent
from tidegate.services import audit
from tidegate.services.audit import local_actor
from tidegate.services.credentials import open_one
from tidegate.services.sealed import change, read, write
from tidegate.store import credentials as store

if TYPE_CHECKING:
    from tidegate.credentials.oauth2 import OAuth2Credential
    from tidegate.credentials.opened import Content, OpenCredential

PENDING_SECONDS: Final = 600.0
"""How long a person may take to grant access."""
MAX_ADDRESS: Final = 16_384
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Started:
    """The address to open. ``state`` comes back; a server binds it to the person's session."""

    address: str
    state: str
    redirect_url: str


async def start_authorization(app: App, name: str, redirect_url: str | None = None) -> Started:
    """Begin a grant for a credential; one that was begun before is void.

    ``redirect_url`` is where the browser is sent back to; the credential's own by default.

    Raises:
        NotFound: there is no such credential.
        InvalidInput: its type is another one.
        CredentialError: it can't be opened.
    """
    row = await app.database.read(lambda connection: store.get(connection, name))
    credential = await open_one(app, row)
    if not credential.values.is_granted:
        raise InvalidInput(
            f"the credential '{name}' is of type {credential.values.name}; only one of type oauth2 "
            "is authorized by a person"
        )
    values = cast("OAuth2Credential", credential.values)
    verifier = secrets.token_urlsafe(64)
    pending = Pending(
        state=f"{row.id}.{secrets.token_urlsafe(32)}",
        verifier=verifier,
        redirect_url=redirect_url or values.redirect_url,
        until=time.time() + PENDING_SECONDS,
    )
    app.redact.add([verifier])

    def begun(content: "Content") -> "Content":
        return replace(content, grant=replace(content.grant or Grant(), pending=pending))

    await change(app, name, row.id, begun)
    digest = hashlib.sha256(verifier.encode()).digest()
    code_challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
    address = values.authorization_address(pending.redirect_url, pending.state, code_challenge)
    return Started(address, pending.state, pending.redirect_url)


async def finish_authorization(app: App, answer_url: str) -> str:
    """End a grant with the address that the browser was sent back to; gives the credential's name.

    Each ``state`` is good once. The code is exchanged through the gate, and the tokens are sealed.

    Raises:
        InvalidInput: this is no such address.
        CredentialError: the grant was refused, belongs to another server, or is not pending.
        NodeError: the token server could not be asked.
    """
    answer = _parameters(answer_url)
    state = answer.get("state", "")
    id = state.partition(".")[0]
    name = await app.database.read(lambda connection: store.name_of(connection, id))
    if name is None:
        raise _not_pending()
    pending = await _taken(app, name, id, state)
    row, _ = await read(app, name, id)
    credential = await open_one(app, row)
    values = cast("OAuth2Credential", credential.values)
    _check_issuer(values, answer.get("iss"))
    if "error" in answer:
        said = str(app.redact(answer.get("error_description") or answer["error"]))[:_SHOWN]
        raise CredentialError(f"credential '{name}': access was not granted: {said}")
    if not answer.get("code"):
        raise InvalidInput("the address has no code in it; copy it whole")
    app.redact.add([answer["code"]])
    grant = await _exchanged(app, credential, answer["code"], pending)
    app.redact.add(grant.secret_values())
    await change(app, name, id, lambda content: replace(content, grant=grant))
    await audit.write(app, [AuditEvent("credential.authorize", name, local_actor())])
    return name


async def _taken(app: App, name: str, id: str, state: str) -> Pending:
    """What was begun under this state, which is good no more from now on."""
    while True:
        row, content = await read(app, name, id)
        pending = None if content.grant is None else content.grant.pending
        if content.grant is None or pending is None or time.time() > pending.until:
            raise _not_pending()
        if not secrets.compare_digest(pending.state.encode(), state.encode()):
            raise _not_pending()
        ended = replace(content, grant=replace(content.grant, pending=None))
        if await write(app, row, ended):
            return pending


async def _exchanged(app: App, credential: "OpenCredential", code: str, pending: Pending) -> Grant:
    values = cast("OAuth2Credential", credential.values)
    app.redact.add([pending.verifier])
    request = values.code_request(code, pending.redirect_url, pending.verifier)
    request = replace(request, allow_plain_http=credential.allow_plain_http)
    try:
        return Grant.of(read_token(await app.gate.bound().request(request)))
    except CredentialError as error:
        raise CredentialError(
            f"credential '{credential.name}': {app.redact(error.message)}", **error.details
        ) from None


def _check_issuer(values: "OAuth2Credential", issuer: str | None) -> None:
    """Refuse the answer of another server than the one the person was sent to (RFC 9207)."""
    if values.issuer:
        if issuer != values.issuer:
            raise CredentialError(
                "the answer does not come from the issuer of this credential; begin again"
            )
    elif issuer is not None and _origin(issuer) != _origin(values.authorization_url):
        raise CredentialError(
            f"the answer comes from {issuer[:_SHOWN]!r}; if that is right, store the credential "
            "with this text in the field issuer"
        )


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme.lower(), parts.netloc.lower()


def _parameters(answer_url: str) -> dict[str, str]:
    try:
        query = urlsplit(answer_url.strip()).query if len(answer_url) <= MAX_ADDRESS else ""
        found = parse_qs(query, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        found = {}
    if "state" not in found or any(len(values) > 1 for values in found.values()):
        raise InvalidInput(
            "this is not the address that the browser was sent back to; copy it whole"
        )
    return {name: values[0] for name, values in found.items()}


def _not_pending() -> CredentialError:
    return CredentialError(
        "no authorization is pending for this answer: it was used, it is more than "
        f"{PENDING_SECONDS / 60:.0f} minutes old, or another one was begun; begin again"
    )
