"""trigger.form: somebody fills a page in."""

from collections.abc import Sequence

from tidegate.sdk import Context, Example, FileRef, Item, Node
from tidegate.sdk.form import FormParams


class FormTrigger(Node):
    """Start when somebody has filled in a form; the page is served at `/form/`.

    The item has the values by their names, as the schema describes them; files are files of the
    item. What is wrong is said beside the field, and nothing starts until all is right. The page
    works without scripts.

    While the draft is tried, the page is at `/form-test/`. Started by hand, the data that is given
    stands for the values.
    """

    name = "trigger.form"
    label = "Form"
    category = "triggers"
    is_trigger = True
    inputs = ()

    class Params(FormParams):
        """The page, and what follows it."""

    examples = (
        Example(
            {
                "path": "holiday",
                "title": "Ask for a holiday",
                "form_schema": {
                    "type": "object",
                    "required": ["name", "first_day", "days"],
                    "properties": {
                        "name": {"type": "string", "title": "Your name", "maxLength": 100},
                        "first_day": {"type": "string", "format": "date", "title": "First day"},
                        "days": {"type": "integer", "minimum": 1, "maximum": 30, "title": "Days"},
                    },
                },
            },
            title="A page with three fields",
            runnable=False,
        ),
    )

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Sequence[Item]:
        """The values as an item."""
        given = ctx.execution.custom_data
        if ctx.execution.source != "webhook":
            return [Item(given if isinstance(given, dict) else {})]
        files = {name: FileRef(**found) for name, found in given.get("files", {}).items()}
        return [Item(given["body"], files) if files else Item(given["body"])]
