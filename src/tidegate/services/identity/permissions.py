"""Who may do what. Everything is refused that is not in :data:`ROLE_ACTIONS`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from tidegate.errors import Forbidden, NotFound
from tidegate.store.tables import MAIN_PROJECT


class Role(StrEnum):
    """What somebody is: in the installation, or in one project."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    OPERATOR = "operator"
    VIEWER = "viewer"


class Action(StrEnum):
    """What can be allowed; also the scopes of API keys."""

    WORKFLOWS_READ = "workflows:read"
    WORKFLOWS_WRITE = "workflows:write"
    EXECUTIONS_READ = "executions:read"
    EXECUTIONS_START = "executions:start"
    EXECUTIONS_MANAGE = "executions:manage"
    CREDENTIALS_READ = "credentials:read"
    CREDENTIALS_WRITE = "credentials:write"
    VARIABLES_READ = "variables:read"
    VARIABLES_WRITE = "variables:write"
    USERS_MANAGE = "users:manage"
    SECURITY_READ = "security:read"
    SECURITY_MANAGE = "security:manage"
    SETTINGS_READ = "settings:read"
    METRICS_READ = "metrics:read"
    ACCOUNT = "account"
    """A person's own name, password and API keys; no key can be made that may do this."""


_VIEWER: Final = frozenset({Action.WORKFLOWS_READ, Action.EXECUTIONS_READ, Action.ACCOUNT})
_OPERATOR: Final = _VIEWER | {
    Action.EXECUTIONS_START,
    Action.EXECUTIONS_MANAGE,
    Action.CREDENTIALS_READ,
    Action.VARIABLES_READ,
}
_EDITOR: Final = _OPERATOR | {
    Action.WORKFLOWS_WRITE,
    Action.CREDENTIALS_WRITE,
    Action.VARIABLES_WRITE,
}

ROLE_ACTIONS: Final[Mapping[Role, frozenset[Action]]] = {
    Role.VIEWER: _VIEWER,
    Role.OPERATOR: _OPERATOR,
    Role.EDITOR: _EDITOR,
    Role.ADMIN: frozenset(Action),
    Role.OWNER: frozenset(Action),
}
"""Owners and admins are the same but for one thing: only an owner makes or changes an owner."""

EVERYWHERE: Final = frozenset({Role.OWNER, Role.ADMIN})
"""Roles that reach every project; the others reach those that they are members of."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks, as far as it was proved.

    ``memberships`` are the roles in projects; ``scopes`` the most that an API key may do, None for
    a person who logged in.
    """

    user_id: str
    email: str
    role: Role
    memberships: Mapping[str, Role] = field(default_factory=dict)
    scopes: frozenset[Action] | None = None

    def may(self, action: Action, project_id: str | None = None) -> bool:
        """Whether this is allowed: in a project, or (None) in the installation as a whole."""
        if self.scopes is not None and action not in self.scopes:
            return False
        role: Role | None = self.role
        if project_id is not None and self.role not in EVERYWHERE:
            role = self.memberships.get(project_id)
        return role is not None and action in ROLE_ACTIONS[role]

    def require(self, action: Action, project_id: str | None = None) -> None:
        """Go on only if this is allowed.

        Raises:
            Forbidden: it is not; says what would be needed.
        """
        if self.may(action, project_id):
            return
        if self.scopes is not None and action not in self.scopes:
            raise Forbidden(f"this API key lacks the scope {action.value}", needed=action.value)
        raise Forbidden(f"your role does not allow this ({action.value})", needed=action.value)

    def require_seen(self, read: Action, action: Action, project_id: str, what: str) -> None:
        """As :meth:`require`, for one thing of a project.

        Raises:
            NotFound: the caller may not even know that it is there.
            Forbidden: the caller may see it, and not do this with it.
        """
        if not self.may(read, project_id):
            raise NotFound(f"there is no {what}, or you may not see it")
        self.require(action, project_id)

    def projects(self, action: Action) -> Sequence[str] | None:
        """The projects in which this is allowed; None: in all of them."""
        if self.role in EVERYWHERE and self.may(action):
            return None
        return [project for project in self.memberships if self.may(action, project)]


def check_rank(caller: Caller, role: Role) -> None:
    """Only owners have to do with owners.

    Raises:
        Forbidden: the role is the owner's, and the caller is none.
    """
    if role is Role.OWNER and caller.role is not Role.OWNER:
        raise Forbidden("only an owner makes, changes or deletes an owner")


LOCAL: Final = Caller(
    user_id="", email="cli", role=Role.OWNER, memberships={MAIN_PROJECT: Role.OWNER}
)
"""Whoever may run commands on this machine's database may do everything with it."""
