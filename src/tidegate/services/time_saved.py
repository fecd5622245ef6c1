"""How much work workflows save people, as their settings say it."""

from collections.abc import Collection, Mapping, Sequence

from tidegate import codec
from tidegate.app import App
from tidegate.services import document_facts


async def minutes(
    app: App, projects: Collection[str] | None, workflow_id: str | None = None
) -> Mapping[str, float]:
    """The minutes that an execution saves, by workflow; without those that do not say it."""
    found = await document_facts.facts(app, app.minutes_saved, projects, _minutes)
    return {
        state.id: saved
        for state, saved in found.items()
        if saved is not None and workflow_id in (None, state.id)
    }


def _minutes(documents: Sequence[bytes]) -> float | None:
    """What the document as it is now says."""
    if not documents or b'"minutes_saved"' not in documents[0]:
        return None
    saved = codec.decode(documents[0]).get("settings", {}).get("minutes_saved")
    # A draft may hold anything while somebody writes it.
    return float(saved) if type(saved) in (int, float) and saved > 0 else None
