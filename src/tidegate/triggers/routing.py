"""Which webhook an address belongs to: a table in memory, made of the published versions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from tidegate.log import get_logger
from tidegate.services.webhooks import Webhook


class Match(NamedTuple):
    """The webhooks of an address by method, and what its parameters are."""

    methods: Mapping[str, Webhook]
    params: dict[str, str]


class _Route:
    """One path with the webhooks that share it, which may name its parameters differently."""

    def __init__(self, webhook: Webhook) -> None:
        self.shape = webhook.shape
        self.methods: dict[str, Webhook] = {}

    def fits(self, segments: Sequence[str]) -> bool:
        return all(
            part is None or part == given for part, given in zip(self.shape, segments, strict=True)
        )


class Routes:
    """Finds webhooks by path. What is written out goes before what is a parameter."""

    def __init__(self) -> None:
        self._webhooks: dict[str, tuple[Webhook, ...]] = {}
        self._exact: dict[str, Match] = {}
        self._patterns: dict[int, list[_Route]] = {}

    def replace(self, workflow_id: str, webhooks: Iterable[Webhook]) -> None:
        """Make these the webhooks of a workflow."""
        self._webhooks.pop(workflow_id, None)
        made = tuple(webhooks)
        if made:
            self._webhooks[workflow_id] = made
        self._lay_out()

    def all(self) -> list[Webhook]:
        """Every webhook."""
        return [webhook for group in self._webhooks.values() for webhook in group]

    def find(self, path: str) -> Match | None:
        """The webhooks of a path (without the slash before it), percent-decoded part by part."""
        exact = self._exact.get(path)
        if exact is not None:
            return exact
        segments = [unquote(part) for part in path.removesuffix("/").split("/")]
        for route in self._patterns.get(len(segments), ()):
            if route.fits(segments):
                some = next(iter(route.methods.values()))
                return Match(route.methods, _params(some, segments))
        return None

    def _lay_out(self) -> None:
        routes: dict[tuple[str | None, ...], _Route] = {}
        for webhook in self.all():
            route = routes.setdefault(webhook.shape, _Route(webhook))
            for method in webhook.params.methods:
                first = route.methods.setdefault(method, webhook)
                if first is not webhook:
                    get_logger().error(
                        "webhook_clash",
                        path=webhook.params.path,
                        method=method,
                        answered_by=first.workflow_id,
                        left_out=webhook.workflow_id,
                    )
        self._exact = {
            "/".join(part for part in shape if part is not None): Match(route.methods, {})
            for shape, route in routes.items()
            if None not in shape
        }
        self._patterns = {}
        for route in routes.values():
            self._patterns.setdefault(len(route.shape), []).append(route)
        for listed in self._patterns.values():
            listed.sort(key=lambda route: [part is None for part in route.shape])


def params_of(webhook: Webhook, path: str) -> dict[str, str]:
    """The parameters of a path that belongs to a webhook, by the names that this one gives."""
    return _params(webhook, [unquote(part) for part in path.removesuffix("/").split("/")])


def _params(webhook: Webhook, segments: Sequence[str]) -> dict[str, str]:
    return {
        part[1:-1]: given
        for part, given in zip(webhook.segments, segments, strict=True)
        if part.startswith("{")
    }
