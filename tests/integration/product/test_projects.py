"""A workflow reaches no further than its project."""

import pytest

from tidegate.app import App
from tidegate.config import Settings
from tidegate.errors import NotFound
from tidegate.services import editing, publishing
from tidegate.services.identity import projects
from tidegate.services.identity.permissions import LOCAL
from tidegate.services.workflows import stored_latest
from tidegate.store.tables import MAIN_PROJECT

CALLED = {
    "tidegate": 1,
    "nodes": {"start": {"type": "trigger.sub_workflow"}, "end": {"type": "flow.no_op"}},
    "edges": ["start -> end"],
}


async def published(app, name, project_id):
    wanted = editing.NewWorkflow(CALLED | {"name": name}, project_id)
    made = await editing.create(app, LOCAL, wanted)
    await publishing.publish(app, LOCAL, made.stored.id, made.stored.revision)
    return made.stored.id


async def test_a_sub_workflow_of_another_project_is_not_there(tmp_path, database_url):
    app = App.open(Settings(data_dir=tmp_path / "data", database_url=database_url))
    try:
        caller = await published(app, "caller", MAIN_PROJECT)
        near = await published(app, "near", MAIN_PROJECT)
        elsewhere = await projects.create(app, LOCAL, "Elsewhere")
        far = await published(app, "far", elsewhere.id)
        assert (await stored_latest(app, near, caller_id=caller)).workflow_id == near
        with pytest.raises(NotFound, match="there is no workflow"):
            await stored_latest(app, far, caller_id=caller)
    finally:
        await app.close()
