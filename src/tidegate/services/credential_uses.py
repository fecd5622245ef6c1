"""Which workflows use which credentials: in their drafts, or in what starts by itself."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tidegate import codec
from tidegate.app import App
from tidegate.model.execution import now_us
from tidegate.services import document_facts
from tidegate.store import credentials as store
from tidegate.store.credentials import StoredCredential

NOTE_USE_EVERY: Final = 60_000_000
"""How often it is noted that a credential is in use, in microseconds."""

Place = tuple[str, str]
"""A project, and the name of a credential: workflows use those of their own project only."""


@dataclass(frozen=True, slots=True)
class User:
    """A workflow that uses a credential."""

    workflow_id: str
    name: str


async def users(app: App, projects: Collection[str] | None) -> Mapping[Place, Sequence[User]]:
    """The workflows of projects (None: of all) by the credentials that they use, by name.

    Documents are read only of workflows that changed since this process looked last.
    """
    named = await document_facts.facts(app, app.named_credentials, projects, _all_names)
    by_place: defaultdict[Place, list[User]] = defaultdict(list)
    for state, names in named.items():
        for name in names:
            by_place[state.project_id, name].append(User(state.id, state.name))
    return by_place


def _all_names(documents: Sequence[bytes]) -> frozenset[str]:
    return frozenset(name for text in documents for name in _names(text))


def _names(text: bytes) -> set[str]:
    """The credentials that a stored document names."""
    if b'"credential"' not in text:
        return set()
    nodes = codec.decode(text)["nodes"]
    return {node["credential"] for node in nodes.values() if "credential" in node}


def note_use(app: App, rows: Collection[StoredCredential]) -> None:
    """Note that credentials are used now; nobody waits for the note."""
    now = now_us()
    ids = [row.id for row in rows if now - (row.last_used_at or 0) > NOTE_USE_EVERY]
    if ids:
        app.database.write(lambda connection: store.used(connection, ids, now))
