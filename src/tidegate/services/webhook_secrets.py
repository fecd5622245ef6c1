"""The secrets that callers of webhooks must know, kept in memory for moments."""

from typing import Final

from tidegate.app import App
from tidegate.credentials.base import CredentialType
from tidegate.errors import CredentialError
from tidegate.model.audit import AuditEvent
from tidegate.services import audit, credentials
from tidegate.services.short_memory import ShortMemory

FRESH_SECONDS: Final = 1.0


class WebhookSecrets:
    """Opens credentials by name; what was opened is used again for a second."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._recent: ShortMemory[CredentialType] = ShortMemory(FRESH_SECONDS)
        self._opened: dict[str, tuple[int, CredentialType]] = {}

    async def get(self, name: str, workflow_id: str) -> CredentialType:
        """The values of a credential. The audit log says when they are opened first, or anew.

        Raises:
            CredentialError: there is none with this name, or it can't be opened.
            OperationalError: the database does not work.
        """
        return await self._recent.get(name, lambda: self._open(name, workflow_id))

    async def _open(self, name: str, workflow_id: str) -> CredentialType:
        found = (await credentials.open_all(self._app, [name]))[name]
        if isinstance(found, CredentialError):
            self._opened.pop(name, None)
            raise found
        known = self._opened.get(name)
        if known is None or known[0] != found.version:
            event = AuditEvent(
                "credential.read", name, audit.local_actor(), {"for": f"webhook {workflow_id}"}
            )
            await audit.write(self._app, [event])
        self._opened[name] = (found.version, found.values)
        return found.values

    def header(self, name: str) -> str | None:
        """The header of a credential that was opened, in small letters, if it names one."""
        known = self._opened.get(name)
        found = None if known is None else getattr(known[1], "header", None)
        return None if found is None else str(found).lower()
