"""What can be wrong with webhooks of one workflow that their parameters alone don't show."""

from collections.abc import Iterator, Mapping

from tidegate.errors import Problem
from tidegate.model.workflow import PlacedNode
from tidegate.sdk.node import Node
from tidegate.sdk.webhook import CalledParams


def webhook_problems(nodes: Mapping[str, tuple[PlacedNode, type[Node]]]) -> Iterator[Problem]:
    """Credentials that are missing or unused, and addresses that two triggers share."""
    taken: dict[tuple[str, str], str] = {}
    for id, (placed, node_class) in nodes.items():
        if not issubclass(node_class.Params, CalledParams) or placed.settings.disabled:
            continue
        wanted = placed.params.get("authentication", "none")
        if wanted != "none" and placed.credential is None:
            yield Problem(
                f"authentication '{wanted}' needs a credential of this type",
                "WEBHOOK_NEEDS_CREDENTIAL",
                node=id,
                parameter="authentication",
                hint="name one: credential: NAME",
            )
        if wanted == "none" and placed.credential is not None:
            yield Problem(
                "this webhook has a credential, and asks nobody for it",
                "WEBHOOK_IS_OPEN",
                node=id,
                parameter="authentication",
                hint="set authentication to the credential's type, or take the credential out",
            )
        yield from _shared(id, placed, taken)


def _shared(id: str, placed: PlacedNode, taken: dict[tuple[str, str], str]) -> Iterator[Problem]:
    path, methods = placed.params.get("path"), placed.params.get("methods", ["POST"])
    if not isinstance(path, str) or not isinstance(methods, list):
        return
    parts = ["{}" if part[:1] == "{" else part for part in path.strip("/").split("/")]
    shape = "/".join([placed.type, *parts])
    for method in map(str, methods):
        other = taken.setdefault((method, shape), id)
        if other != id:
            yield Problem(
                f"'{other}' has the same address: {method} {path}",
                "WEBHOOK_ADDRESS_TAKEN",
                node=id,
                parameter="path",
            )
