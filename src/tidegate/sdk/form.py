"""Forms: which fields a JSON Schema describes, and what people wrote as values of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator

from tidegate.model.item import JsonObject
from tidegate.sdk.json_schema import schema_problem
from tidegate.sdk.params import Field
from tidegate.sdk.webhook import CalledParams, Method, Origin, Signature

FieldKind = Literal[
    "text", "multiline", "email", "url", "date", "number", "checkbox", "choice", "choices", "file"
]
MAX_FIELDS: Final = 200
_TEXT_KINDS: Final[Mapping[str, FieldKind]] = {
    "multiline": "multiline",
    "email": "email",
    "uri": "url",
    "date": "date",
    "binary": "file",
}


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a page. ``options`` are what can be chosen."""

    name: str
    kind: FieldKind
    label: str
    hint: str
    is_required: bool
    schema: JsonObject
    options: Sequence[Any] = ()


def fields_of(schema: Mapping[str, Any]) -> list[FormField]:
    """The fields of a form in the order of the schema's properties.

    Raises:
        ValueError: a property is none that a page has a field for.
    """
    properties = schema.get("properties")
    if schema.get("type", "object") != "object" or not isinstance(properties, Mapping):
        raise ValueError("must be an object with properties; each is a field")
    if not 0 < len(properties) <= MAX_FIELDS:
        raise ValueError(f"must have 1 to {MAX_FIELDS} properties")
    required = schema.get("required", ())
    return [
        _field(name, given if isinstance(given, dict) else {}, is_required=name in required)
        for name, given in properties.items()
    ]


def _field(name: str, schema: JsonObject, *, is_required: bool) -> FormField:
    kind, options = _kind(name, schema)
    label = str(schema.get("title", name))
    hint = str(schema.get("description", ""))
    return FormField(name, kind, label, hint, is_required, schema, options)


def _kind(name: str, schema: JsonObject) -> tuple[FieldKind, Sequence[Any]]:
    type_, options = schema.get("type", "string"), schema.get("enum")
    if isinstance(options, list):
        return "choice", options
    if type_ == "string":
        return _TEXT_KINDS.get(str(schema.get("format")), "text"), ()
    if type_ in ("integer", "number"):
        return "number", ()
    if type_ == "boolean":
        return "checkbox", ()
    items = schema.get("items")
    if type_ == "array" and isinstance(items, dict) and isinstance(items.get("enum"), list):
        return "choices", items["enum"]
    raise ValueError(
        f"the property {name!r} has no field on a page; there are string, integer, number, "
        "boolean, enum, and array with items that are an enum"
    )


def _form_schema(schema: JsonObject) -> JsonObject:
    wrong = schema_problem(schema)
    if wrong is not None:
        raise ValueError(f"is not a valid JSON Schema: {wrong}")
    fields_of(schema)
    return schema


class FormParams(CalledParams):
    """The page, and what follows it."""

    methods: ClassVar[Sequence[Method]] = ("POST",)
    body: ClassVar[Literal["auto"]] = "auto"
    allowed_origins: ClassVar[Sequence[Origin]] = ()
    signature: ClassVar[Signature] = Signature()
    stream_type: ClassVar[str] = ""
    respond_with: ClassVar[Literal["nothing"]] = "nothing"
    status: ClassVar[int] = 200

    title: str = Field(min_length=1, max_length=200, label="Title", expressions=False)
    description: str = Field(
        "", max_length=5000, label="Description", widget="multiline", expressions=False
    )
    form_schema: Annotated[JsonObject, AfterValidator(_form_schema)] = Field(
        label="Fields",
        widget="json",
        expressions=False,
        description="A JSON Schema (2020-12) of an object: each property is a field, with its "
        "`title`, `description` and `default`. A string may have the format `multiline`, `email`, "
        "`uri`, `date` or `binary` (a file).",
    )
    submit_label: str = Field(
        "Submit", min_length=1, max_length=100, label="Button", expressions=False
    )
    respond: Literal["immediately", "respond_node"] = Field(
        "immediately",
        label="Answer",
        expressions=False,
        description="`immediately`: the text below. `respond_node`: what `flow.respond` says.",
    )
    done_text: str = Field(
        "Thank you. What you sent has arrived.",
        max_length=5000,
        label="Text afterwards",
        widget="multiline",
        expressions=False,
        show_when={"respond": "immediately"},
    )
    authentication: Literal["none", "basic"] = Field(
        "none",
        label="Authentication",
        expressions=False,
        description="`basic` asks for the user and the password of this node's credential.",
    )


def read_values(
    fields: Sequence[FormField], given: Mapping[str, Any], files: Mapping[str, Any]
) -> JsonObject:
    """What people wrote as values for the schema; what they left empty is left out."""
    values: JsonObject = {}
    for field in fields:
        text = given.get(field.name)
        if field.kind == "checkbox":
            values[field.name] = text is not None
        elif field.kind == "file":
            if field.name in files:
                values[field.name] = files[field.name].get("name", "")
        elif field.kind == "choices":
            chosen = text if isinstance(text, list) else [] if text is None else [text]
            values[field.name] = [_option(field, one) for one in chosen]
        elif isinstance(text, str) and text.strip():
            values[field.name] = _value(field, text)
    return values


def _value(field: FormField, text: str) -> Any:
    if field.kind == "choice":
        return _option(field, text)
    if field.kind == "multiline":
        return text.replace("\r\n", "\n")
    if field.kind != "number":
        return text.strip()
    try:
        return int(text) if len(text) < 40 else text
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return text
    return number if abs(number) < 1e300 else text


def _option(field: FormField, text: str) -> Any:
    return next((option for option in field.options if str(option) == text), text)


def field_problems(values: JsonObject, schema: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong, by field, in words for those who fill a form in."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow to import, seldom needed

    found: dict[str, str] = {}
    checker = Draft202012Validator(
        schema, format_checker=Draft202012Validator.FORMAT_CHECKER
    ).iter_errors(values)
    for error in checker:
        rule, limit = str(error.validator), error.validator_value
        if rule == "required" and not error.path and isinstance(limit, list):
            for name in limit:
                if name not in values:
                    found.setdefault(name, "Please fill this in.")
        elif error.path:
            found.setdefault(str(error.path[0]), _words(rule, limit))
        else:
            found.setdefault("", error.message[:300])
    return found


def _words(validator: str, limit: Any) -> str:
    words = {
        "type": f"This must be {'a number' if limit == 'number' else f'of the type {limit}'}.",
        "minLength": f"At least {limit} characters, please.",
        "maxLength": f"At most {limit} characters, please.",
        "minimum": f"This must be {limit} or more.",
        "maximum": f"This must be {limit} or less.",
        "exclusiveMinimum": f"This must be more than {limit}.",
        "exclusiveMaximum": f"This must be less than {limit}.",
        "multipleOf": f"This must be a multiple of {limit}.",
        "minItems": f"Please choose at least {limit}.",
        "maxItems": f"Please choose at most {limit}.",
        "enum": "Please choose one of the options.",
        "const": f"This must be {limit}.",
        "pattern": "This does not have the right form.",
        "format": f"This is no {'address' if limit in ('email', 'uri') else limit}.",
    }
    if validator == "type" and limit == "integer":
        return "This must be a whole number."
    return words.get(validator, "This is not right.")
