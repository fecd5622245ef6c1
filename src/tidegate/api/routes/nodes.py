"""Node types, and what an editor asks while somebody writes parameters."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from tidegate.api.bodies import Body, IdText, StrictRoute
from tidegate.api.caller import CallerDep
from tidegate.api.conditional import NOT_MODIFIED, IfNoneMatch, answer
from tidegate.api.dependencies import AppDep
from tidegate.api.execution_filter import NodeId
from tidegate.api.openapi import place_of
from tidegate.api.problems import ProblemPlace, documented
from tidegate.model.document_write import node_value
from tidegate.services import node_catalogue, previews

router = APIRouter(tags=["node types"], route_class=StrictRoute)

NodeName = Annotated[str, Path(max_length=100, pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]


class NodeType(BaseModel):
    """A node type in a list; with ``whole`` also what a single one has."""

    model_config = ConfigDict(extra="allow")

    name: str
    label: str
    version: int
    category: str
    icon: str = Field(description="The name of a Lucide icon.")
    summary: str
    package: str | None
    is_trigger: bool
    inputs: list[str]
    outputs: list[str]
    fixed_ports: bool = Field(description="No parameter changes its inputs or outputs.")
    is_loop: bool


class ParamsWanted(Body):
    """Parameters to look at."""

    params: dict[str, Any]


class ParamsProblems(BaseModel):
    """What is wrong with parameters, and the inputs and outputs of a node that has them."""

    problems: list[ProblemPlace]
    inputs: list[str]
    outputs: list[str]


class CurlWanted(Body):
    """A cURL command."""

    text: Annotated[str, Field(max_length=100_000)]


class CurlNodeMade(BaseModel):
    """A node that sends the request of a cURL command, and what must be known of it."""

    id: str
    node: dict[str, Any]
    credential: dict[str, Any] | None = Field(
        description="The credential that would hold its secrets, which were left out."
    )
    files: dict[str, str] = Field(description="The item's files that it sends, with their paths.")
    warnings: list[str]


class PreviewPlace(Body):
    """The node in which an expression stands, and the item that it was given in an execution."""

    execution_id: IdText
    node: NodeId
    index: int = Field(0, ge=0, le=1_000_000)


class PreviewWanted(Body):
    """An expression, and the values of its roots (`json`, `items`, `vars`, `node` ...).

    They are given in ``roots``, or taken from an execution (``place``).
    """

    expression: Annotated[str, Field(max_length=20_000)]
    roots: dict[str, Any] = {}
    place: PreviewPlace | None = None


class Preview(BaseModel):
    """What an expression gives, or why it gives nothing."""

    value: Any
    error: dict[str, Any] | None


@router.get("/node_types", response_model=list[NodeType], responses=NOT_MODIFIED)
async def list_node_types(
    app: AppDep,
    caller: CallerDep,
    whole: Annotated[bool, Query(description="With schemas, docs and examples.")] = False,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """List the node types."""
    return answer(node_catalogue.summaries(app, caller, whole=whole), if_none_match)


@router.post("/node_types/from_curl")
async def node_from_curl(body: CurlWanted, caller: CallerDep) -> CurlNodeMade:
    """Turn a cURL command into a node of the type ``http.request``. The command is never run."""
    made = await node_catalogue.from_curl(caller, body.text)
    return CurlNodeMade(
        id=made.node.id,
        node=node_value(made.node),
        credential=None if made.credential is None else made.credential.as_json(),
        files=made.files,
        warnings=list(made.warnings),
    )


@router.get(
    "/node_types/{name}",
    response_class=Response,
    responses={
        200: {"content": {"application/json": {"schema": {"$ref": place_of("NodeTypeDetails")}}}},
        **NOT_MODIFIED,
        **documented(404),
    },
)
async def get_node_type(
    name: NodeName, app: AppDep, caller: CallerDep, if_none_match: IfNoneMatch = None
) -> Response:
    """Get a node type with the JSON Schema of its parameters, its docs and examples."""
    return answer(node_catalogue.details(app, caller, name), if_none_match)


@router.post("/node_types/{name}/validate", responses=documented(404))
async def validate_params(
    name: NodeName, body: ParamsWanted, app: AppDep, caller: CallerDep
) -> ParamsProblems:
    """Find every problem of a node's parameters, and which inputs and outputs they give it."""
    found = node_catalogue.check(app, caller, name, body.params)
    return ParamsProblems.model_validate(
        {
            "problems": [problem.as_json() for problem in found.problems],
            "inputs": found.inputs,
            "outputs": found.outputs,
        }
    )


@router.post("/expressions/preview", responses=documented(404))
async def preview_expression(body: PreviewWanted, app: AppDep, caller: CallerDep) -> Preview:
    """Evaluate an expression, within the limits of one evaluation."""
    wanted = body.place
    place = (
        None if wanted is None else previews.Place(wanted.execution_id, wanted.node, wanted.index)
    )
    found = await previews.preview(app, caller, body.expression, body.roots, place)
    return Preview.model_validate(found)
