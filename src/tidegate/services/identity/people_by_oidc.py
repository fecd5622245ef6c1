"""Who somebody is here whom an OpenID Connect provider has vouched for."""

from collections.abc import Mapping
from typing import Any

from tidegate.app import App
from tidegate.ids import new_id
from tidegate.model.audit import AuditEvent
from tidegate.model.execution import now_us
from tidegate.services import access, audit
from tidegate.services.identity.permissions import EVERYWHERE, Role
from tidegate.services.identity.sign_in import Unauthorized, clean_email, new_session
from tidegate.store import accounts
from tidegate.store import sign_in as store
from tidegate.store.accounts import StoredUser
from tidegate.store.tables import MAIN_PROJECT


async def let_in(app: App, claims: Mapping[str, Any], network: str) -> str:
    """The token of a new session.

    Raises:
        Unauthorized: nobody here is this person, and the settings make no account; or the account
            is disabled.
    """
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    details = {"network": network, "by": "oidc"}
    found = await app.database.read(
        lambda connection: store.user_of_identity(connection, issuer, subject)
    )
    try:
        user = found or await _first_time(app, issuer, subject, claims)
        _check_access(user)
    except Unauthorized:
        actor = found.email if found is not None else f"{issuer} {subject}"[:300]
        await access.signed_in(app, actor, succeeded=False, details=details)
        raise
    await access.signed_in(app, user.email, succeeded=True, details=details)
    return await new_session(app, user.id)


def _check_access(user: StoredUser) -> None:
    if user.disabled:
        raise Unauthorized("this account has no access any more")


async def _first_time(app: App, issuer: str, subject: str, claims: Mapping[str, Any]) -> StoredUser:
    """The account of a verified address, or a new one where the settings say so."""
    email = clean_email(str(claims.get("email") or ""))
    if not email or claims.get("email_verified") is not True:
        raise Unauthorized("the provider does not vouch for an address of yours")
    wanted = app.settings.oidc
    if wanted.domains and email.rpartition("@")[2] not in wanted.domains:
        raise Unauthorized("addresses of this domain do not get in")
    user = await app.database.read(lambda connection: accounts.user_by_email(connection, email))
    is_new = user is None
    if user is None:
        if wanted.new_role == "none":
            raise Unauthorized("nobody has an account with this address; ask for an invitation")
        name = str(claims.get("name") or email.partition("@")[0])[:200]
        user = StoredUser(new_id(), email, name, wanted.new_role, None, False, now_us())  # noqa: FBT003 - a row
    row = user

    def known(connection: Any) -> None:
        if is_new:
            projects = {} if Role(row.role) in EVERYWHERE else {MAIN_PROJECT: row.role}
            accounts.add_user(connection, row, projects)
        store.add_identity(connection, issuer, subject, row.id)

    action = "user.create" if is_new else "user.identity"
    event = AuditEvent(action, email, email, {"by": "oidc", "issuer": issuer})
    await audit.write(app, [event], known)
    return row
