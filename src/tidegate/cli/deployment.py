"""A folder of workflow files against a server: what differs, and how it is made the same.

Workflows are known by their names, in one project; the folder of a file is the workflow's folder.
``environments/NAME.yaml`` has the variables and credentials that differ between servers.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from tidegate.cli.remote import Remote
from tidegate.errors import InvalidInput, WorkflowInvalid
from tidegate.model.document import document_value, dump_document, load_document
from tidegate.model.item import JsonObject
from tidegate.services.workflow_diff import differences

ENVIRONMENTS: Final = "environments"
_SUFFIXES: Final = (".yaml", ".yml", ".json")
_UNSAFE: Final = re.compile(r"[^a-z0-9]+")

Kind = Literal["create", "change", "delete", "same"]


@dataclass(frozen=True, slots=True)
class LocalWorkflow:
    """A workflow of a file."""

    path: Path
    folder: str
    document: JsonObject

    @property
    def name(self) -> str:
        """What it is known by."""
        return str(self.document["name"])


@dataclass(frozen=True, slots=True)
class RemoteWorkflow:
    """A workflow of the server, with its draft."""

    id: str
    etag: str
    folder: str
    is_published: bool
    document: JsonObject


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one workflow; ``differences`` is where the server's is another one."""

    kind: Kind
    name: str
    local: LocalWorkflow | None
    remote: RemoteWorkflow | None
    differences: Sequence[JsonObject] = ()


def local_workflows(folder: Path) -> list[LocalWorkflow]:
    """The workflows of a folder and of those below it.

    Raises:
        WorkflowInvalid: a file is wrong, or two have one name.
    """
    if not folder.is_dir():
        raise InvalidInput(f"{folder} is no folder")
    found: dict[str, LocalWorkflow] = {}
    for path in _files(folder):
        document = document_value(load_document(path.read_bytes(), str(path)).workflow)
        relative = path.parent.relative_to(folder).as_posix()
        local = LocalWorkflow(path, "" if relative == "." else relative, document)
        if local.name in found:
            raise WorkflowInvalid(
                f"{path} and {found[local.name].path} are both named '{local.name}'"
            )
        found[local.name] = local
    return list(found.values())


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts)
        if path.suffix in _SUFFIXES and path.is_file() and not hidden and parts[0] != ENVIRONMENTS:
            yield path


async def remote_workflows(remote: Remote, project: str) -> dict[str, RemoteWorkflow]:
    """The workflows of a project by their names; those of the server's own files are left out."""
    listed = await remote.all("/workflows", "workflows", {"project_id": project, "limit": 200})
    found: dict[str, RemoteWorkflow] = {}
    for entry in listed:
        if entry["is_file"]:
            continue
        answer = await remote.ask("GET", f"/workflows/{entry['id']}")
        details = answer.value
        found[details["name"]] = RemoteWorkflow(
            details["id"],
            answer.etag,
            details["folder"],
            details["published_hash"] is not None,
            details["document"],
        )
    return found


def changes(
    local: Sequence[LocalWorkflow], remote: Mapping[str, RemoteWorkflow], *, prune: bool
) -> list[Change]:
    """What makes the server's workflows those of the folder."""
    found = []
    for workflow in local:
        known = remote.get(workflow.name)
        if known is None:
            found.append(Change("create", workflow.name, workflow, None))
            continue
        differing = differences(known.document, workflow.document)
        moved = known.folder != workflow.folder
        if moved:
            differing.append(
                {
                    "path": "folder",
                    "kind": "changed",
                    "before": known.folder,
                    "after": workflow.folder,
                }
            )
        kind: Kind = "change" if differing else "same"
        found.append(Change(kind, workflow.name, workflow, known, differing))
    if prune:
        names = {workflow.name for workflow in local}
        found += [
            Change("delete", name, None, known)
            for name, known in remote.items()
            if name not in names
        ]
    return found


async def carry_out(remote: Remote, project: str, change: Change, *, publish: bool) -> None:
    """Make one change.

    Raises:
        Refused: the server does not, for instance because somebody changed the workflow meanwhile.
    """
    if change.kind == "delete" and change.remote is not None:
        await remote.ask("DELETE", f"/workflows/{change.remote.id}", if_match=change.remote.etag)
        return
    if change.local is None:
        return
    document, folder = change.local.document, change.local.folder
    id, etag = ("", "") if change.remote is None else (change.remote.id, change.remote.etag)
    if change.remote is None:
        body = {"document": document, "folder": folder, "project_id": project}
        answer = await remote.ask("POST", "/workflows", body)
        id, etag = answer.value["id"], answer.etag
    elif change.kind == "change":
        body = {"document": document, "folder": folder}
        answer = await remote.ask("PATCH", f"/workflows/{id}", body, if_match=etag)
        etag = answer.etag
    elif change.remote.is_published:
        return
    if publish:
        await remote.ask("POST", f"/workflows/{id}/publish", {}, if_match=etag)


async def push_environment(remote: Remote, project: str, environment: Mapping[str, Any]) -> int:
    """Give variables and credentials their values; how many there were."""
    known = await _known(remote, "/variables", project)
    variables = environment.get("variables", {})
    for name, value in variables.items():
        if name in known:
            await remote.ask("PUT", f"/variables/{known[name]['id']}", {"value": value})
        else:
            body = {"name": name, "value": value, "project_id": project}
            await remote.ask("POST", "/variables", body)
    credentials = environment.get("credentials", {})
    known = await _known(remote, "/credentials", project) if credentials else {}
    for name, content in credentials.items():
        body = {**content, "project_id": project}
        # Only one of this project is given other values, never one that another project has.
        if_match = "*" if name in known else None
        await remote.ask("PUT", f"/credentials/{name}", body, if_match=if_match)
    return len(variables) + len(credentials)


async def _known(remote: Remote, path: str, project: str) -> Mapping[str, Mapping[str, Any]]:
    """What a project has already, by name."""
    listed = (await remote.ask("GET", path)).value
    return {entry["name"]: entry for entry in listed if entry["project_id"] == project}


def write_pulled(
    folder: Path, local: Sequence[LocalWorkflow], remote: Mapping[str, RemoteWorkflow]
) -> list[Path]:
    """Write the server's workflows as files; one that has a file keeps its place and format."""
    places = {workflow.name: workflow.path for workflow in local}
    written = []
    for name, workflow in remote.items():
        path = places.get(name) or _new_path(folder, workflow)
        loaded = load_document(_json(workflow.document), name).workflow
        text = dump_document(loaded, "json" if path.suffix == ".json" else "yaml")
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


def _json(document: JsonObject) -> bytes:
    from tidegate import codec

    return codec.encode(document)


def _new_path(folder: Path, workflow: RemoteWorkflow) -> Path:
    """A file that is not there yet, below the folder whatever the workflow is called."""
    inside = [_safe(part) for part in workflow.folder.split("/") if _safe(part)]
    name = _safe(str(workflow.document["name"])) or "workflow"
    place = folder.joinpath(*inside)
    path, number = place / f"{name}.yaml", 2
    while path.exists():
        path, number = place / f"{name}-{number}.yaml", number + 1
    return path


def _safe(text: str) -> str:
    return _UNSAFE.sub("-", text.lower()).strip("-")[:80]
