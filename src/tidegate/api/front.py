"""The first thing that a request meets: is it for a workflow, or for us?"""

from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from tidegate.api.called import CalledApp
from tidegate.api.client_address import networks, with_client
from tidegate.api.guard import allowed_hosts, host_name, mount_path
from tidegate.api.replying import Respond
from tidegate.api.resuming import ResumeApp
from tidegate.config import ServerSettings
from tidegate.services.resume_links import PREFIX as RESUME


class Front:
    """Sends requests to webhooks and forms on, and all others to the guard of the API."""

    def __init__(
        self,
        guard: ASGIApp,
        called: Sequence[CalledApp],
        resuming: ResumeApp,
        settings: ServerSettings,
    ) -> None:
        self._guard = guard
        self._called: dict[str, ASGIApp] = {RESUME: resuming}
        for one in called:
            self._called |= {one.prefix: one, one.test_prefix: one}
        self._prefixes = tuple(self._called)
        self._trusted = networks(settings.trusted_proxies)
        self._hosts = allowed_hosts(settings)
        self._mount = mount_path(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if self._trusted:
            with_client(scope, self._trusted)
        if scope["type"] != "http" or not self._is_for_workflows(scope):
            await self._guard(scope, receive, send)
        elif self._hosts is not None and _host(scope) not in self._hosts:
            text = "this server is not known by this name (setting server.public_urls)"
            await Respond(send, is_head=False).problem(421, "UNKNOWN_HOST", text)
        else:
            prefix = next(p for p in self._prefixes if scope["path"].startswith(p))
            await self._called[prefix](scope, receive, send)

    def _is_for_workflows(self, scope: Scope) -> bool:
        """Also takes the path away that the server is mounted at; proxies may have done so."""
        path, mount = scope["path"], self._mount
        if path.startswith(self._prefixes):
            return True
        if not (mount and path.startswith(f"{mount}/")):
            return False
        raw = scope.get("raw_path") or path.encode()
        if not path[len(mount) :].startswith(self._prefixes) or not raw.startswith(mount.encode()):
            return False
        scope["path"], scope["raw_path"] = path[len(mount) :], raw[len(mount) :]
        return True


def _host(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"host":
            return host_name(value.decode("latin-1"))
    return ""
