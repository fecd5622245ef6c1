"""Metrics, for Prometheus: it sends an API key with the scope ``metrics:read``."""

import asyncio

from fastapi import APIRouter, Response

from tidegate.api.caller import CallerDep
from tidegate.api.dependencies import AppDep
from tidegate.metrics import CONTENT_TYPE
from tidegate.services.identity.permissions import Action

router = APIRouter(tags=["health"])


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(app: AppDep, caller: CallerDep) -> Response:
    """Get everything that this process counts, in Prometheus's text format."""
    caller.require(Action.METRICS_READ)
    text = await asyncio.to_thread(app.metrics.text)
    return Response(text, media_type=CONTENT_TYPE)
