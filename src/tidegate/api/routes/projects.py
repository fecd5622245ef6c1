"""Projects, their members and their variables."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from tidegate import codec
from tidegate.api.bodies import Body, Id, IdText, Name, StrictRoute, iso
from tidegate.api.caller import CallerDep
from tidegate.api.dependencies import AppDep
from tidegate.api.problems import documented
from tidegate.services import variables
from tidegate.services.identity import projects
from tidegate.services.identity.permissions import Role
from tidegate.store.projects import StoredProject
from tidegate.store.tables import MAIN_PROJECT
from tidegate.store.variables import StoredVariable

router = APIRouter(tags=["projects"], route_class=StrictRoute)

VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]


class Project(BaseModel):
    """A project."""

    id: str
    name: str
    created_at: str | None


class ProjectWanted(Body):
    """A project to make."""

    name: Name


class Member(BaseModel):
    """Somebody in a project."""

    user_id: str
    role: str


class MemberWanted(Body):
    """A role in a project."""

    role: Literal["editor", "operator", "viewer"]


class Variable(BaseModel):
    """A variable."""

    id: str
    project_id: str
    name: str
    value: Any
    updated_at: str | None


class VariableWanted(Body):
    """A variable to make."""

    name: VariableName
    value: Any
    project_id: IdText = MAIN_PROJECT


class VariableChange(Body):
    """Another value."""

    value: Any


def _project(row: StoredProject) -> Project:
    return Project(id=row.id, name=row.name, created_at=iso(row.created_at))


def _variable(row: StoredVariable) -> Variable:
    return Variable(
        id=row.id,
        project_id=row.project_id,
        name=row.name,
        value=codec.decode(row.value),
        updated_at=iso(row.updated_at),
    )


@router.get("/projects")
async def list_projects(app: AppDep, caller: CallerDep) -> list[Project]:
    """List the projects that one may see."""
    return [_project(row) for row in await projects.listed(app, caller)]


@router.post("/projects", status_code=201, responses=documented(409))
async def create_project(body: ProjectWanted, app: AppDep, caller: CallerDep) -> Project:
    """Make a project."""
    return _project(await projects.create(app, caller, body.name))


@router.delete("/projects/{project_id}", status_code=204, responses=documented(404, 409))
async def delete_project(project_id: Id, app: AppDep, caller: CallerDep) -> None:
    """Delete an empty project."""
    await projects.remove(app, caller, project_id)


@router.get("/projects/{project_id}/members", responses=documented(404))
async def list_members(project_id: Id, app: AppDep, caller: CallerDep) -> list[Member]:
    """List the members of a project."""
    found = await projects.members(app, caller, project_id)
    return [Member(user_id=user_id, role=role) for user_id, role in found]


@router.put("/projects/{project_id}/members/{user_id}", status_code=204, responses=documented(404))
async def set_member(
    project_id: Id, user_id: Id, body: MemberWanted, app: AppDep, caller: CallerDep
) -> None:
    """Give somebody a role in a project."""
    await projects.set_member(app, caller, project_id, user_id, Role(body.role))


@router.delete(
    "/projects/{project_id}/members/{user_id}", status_code=204, responses=documented(404)
)
async def remove_member(project_id: Id, user_id: Id, app: AppDep, caller: CallerDep) -> None:
    """Take somebody out of a project."""
    await projects.set_member(app, caller, project_id, user_id, None)


@router.get("/variables")
async def list_variables(app: AppDep, caller: CallerDep) -> list[Variable]:
    """List the variables that one may see."""
    return [_variable(row) for row in await variables.listed(app, caller)]


@router.post("/variables", status_code=201, responses=documented(404, 409))
async def create_variable(body: VariableWanted, app: AppDep, caller: CallerDep) -> Variable:
    """Make a variable."""
    return _variable(await variables.create(app, caller, body.project_id, body.name, body.value))


@router.put("/variables/{variable_id}", responses=documented(404))
async def change_variable(
    variable_id: Id, body: VariableChange, app: AppDep, caller: CallerDep
) -> Variable:
    """Give a variable another value."""
    return _variable(await variables.change(app, caller, variable_id, body.value))


@router.delete("/variables/{variable_id}", status_code=204, responses=documented(404))
async def delete_variable(variable_id: Id, app: AppDep, caller: CallerDep) -> None:
    """Delete a variable."""
    await variables.remove(app, caller, variable_id)
