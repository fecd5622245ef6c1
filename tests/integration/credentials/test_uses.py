"""Which workflows use a credential: right after each change, and without reading all documents."""

import pytest

from tidegate.app import App
from tidegate.config import Settings
from tidegate.services import (
    credential_uses,
    credentials,
    document_facts,
    editing,
    publishing,
)
from tidegate.services.identity.permissions import LOCAL
from tidegate.store import workflows
from tidegate.store.tables import MAIN_PROJECT


@pytest.fixture
async def app(tmp_path, database_url):
    opened = App.open(Settings(data_dir=tmp_path / "data", database_url=database_url))
    yield opened
    await opened.close()


def document(name, credential):
    call = {"type": "http.request", "params": {"url": "https://a.example"}}
    if credential:
        call["credential"] = credential
    nodes = {"start": {"type": "trigger.manual"}, "call": call}
    return {"tidegate": 1, "name": name, "nodes": nodes, "edges": ["start -> call"]}


async def used(app, projects=None):
    found = await credential_uses.users(app, projects)
    return {name: [user.name for user in users] for (_, name), users in found.items()}


async def make(app, name, credential):
    made = await editing.create(app, LOCAL, editing.NewWorkflow(document(name, credential)))
    return made.stored


async def change(app, stored, name, credential):
    changes = editing.Changes(document=document(name, credential))
    return (await editing.change(app, LOCAL, stored.id, stored.revision, changes)).stored


@pytest.fixture
def read(monkeypatch):
    """The ids of the workflows whose documents were read."""
    ids = []
    texts = workflows.texts

    def noted(connection, workflow_ids):
        ids.extend(workflow_ids)
        return texts(connection, workflow_ids)

    monkeypatch.setattr(workflows, "texts", noted)
    return ids


async def test_documents_are_read_once_after_each_change(app, read, monkeypatch):
    monkeypatch.setattr(document_facts, "BATCH", 3)
    made = [await make(app, f"w{number}", "crm") for number in range(7)]
    everybody = [one.name for one in made]
    for projects in (None, [MAIN_PROJECT], None):
        assert await used(app, projects) == {"crm": everybody}
    assert sorted(read) == sorted(one.id for one in made)
    read.clear()
    await change(app, made[2], "w2", "shop")
    everybody.remove("w2")
    assert await used(app) == {"crm": everybody, "shop": ["w2"]}
    assert read == [made[2].id]
    assert await used(app, ["another"]) == {}


async def test_what_starts_by_itself_counts_until_it_is_published_anew(app):
    for name in ("old", "new"):
        await credentials.save(
            app, name, "bearer", {"token": f"token-{name}"}, hosts=("a.example",)
        )
    stored = await make(app, "w", "old")
    await publishing.publish(app, LOCAL, stored.id, stored.revision)
    stored = await app.database.read(lambda connection: workflows.get(connection, stored.id))
    stored = await change(app, stored, "renamed", "new")
    assert await used(app) == {"old": ["renamed"], "new": ["renamed"]}
    await publishing.publish(app, LOCAL, stored.id, stored.revision)
    assert await used(app) == {"new": ["renamed"]}
    stored = await app.database.read(lambda connection: workflows.get(connection, stored.id))
    await editing.remove(app, LOCAL, stored.id, stored.revision)
    assert await used(app) == {}


async def test_another_process_sees_each_change_too(app, another):
    stored = await make(app, "w", "crm")
    assert await used(another) == {"crm": ["w"]}
    await change(app, stored, "w", None)
    assert await used(another) == {}


@pytest.fixture
async def another(app):
    other = App.open(app.settings)
    yield other
    await other.close()
