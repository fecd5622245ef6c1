"""The body of a cURL command as parameters of a node: JSON and forms as values, files by name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import parse_qsl, quote

from tidegate import codec
from tidegate.errors import InvalidInput
from tidegate.services.curl.command import CurlCommand, DataKind
from tidegate.services.curl.secrets import Secrets
from tidegate.services.curl.words import VARIABLE

ReadFile = Callable[[str], str | None]
"""The text of a file that a command names; None where it can't be had, or is no text."""

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"


@dataclass(slots=True)
class Body:
    """``params`` of the node; ``files`` maps the names of item files to their paths.

    ``content_type`` is the type that must be sent and that the params don't bring about.
    """

    params: dict[str, Any] = field(default_factory=dict)
    content_type: str = ""
    files: dict[str, str] = field(default_factory=dict)


class BodyReader:
    """Reads the body of one command."""

    def __init__(
        self, command: CurlCommand, content_type: str, read_file: ReadFile, secrets: Secrets
    ) -> None:
        self.command, self.content_type = command, content_type
        self._read_file, self._secrets = read_file, secrets

    def read(self) -> Body:
        """The body; without params if there is none."""
        if "upload-file" in self.command.options:
            return self._whole_file(self.command.options["upload-file"], self.content_type)
        if self.command.form:
            return self._multipart()
        if not self.command.data:
            return Body()
        only = self.command.data[0] if len(self.command.data) == 1 else None
        if only and only[0] in ("data", "binary", "json") and only[1].startswith("@"):
            text = self._read_file(only[1][1:])
            if text is None:
                default = JSON if only[0] == "json" else FORM
                return self._whole_file(only[1][1:], self.content_type or default)
        return self._text(self.data_text())

    def data_text(self) -> str:
        """All ``-d`` and their kin as one text, also for the URL of ``-G``.

        Raises:
            InvalidInput: one of several is a file that can't be read.
        """
        pieces: list[str] = []
        for kind, value in self.command.data:
            piece = self._piece(kind, value)
            if kind == "json" and pieces:
                pieces[-1] += piece
            else:
                pieces.append(piece)
        return "&".join(pieces)

    def _piece(self, kind: DataKind, value: str) -> str:
        if kind == "urlencode":
            return self._encoded(value)
        if kind == "raw" or not value.startswith("@"):
            return value
        text = self._file_text(value[1:])
        return text.replace("\r", "").replace("\n", "") if kind == "data" else text

    def _encoded(self, value: str) -> str:
        """``content``, ``=content``, ``name=content``, ``@file`` or ``name@file``."""
        name, mark, content = value.partition("=")
        if not mark:
            name, mark, file = value.partition("@")
            content = self._file_text(file) if mark else value
            name = name if mark else ""
        encoded = _quoted(content)
        return f"{name}={encoded}" if name else encoded

    def _file_text(self, path: str) -> str:
        text = self._read_file(path)
        if text is None:
            raise InvalidInput(
                f"the file {path!r} of the command can't be read here as text; put its content in "
                "the place of its name"
            )
        return text

    def _text(self, text: str) -> Body:
        media = self.content_type.partition(";")[0].strip().lower()
        is_json = any(kind == "json" for kind, _ in self.command.data)
        if media == JSON or media.endswith("+json") or (is_json and not media):
            return self._json(text, self.content_type)
        if media in ("", FORM):
            found = self._form(text)
            if found is not None:
                return found
            if text.lstrip()[:1] in ("{", "["):
                self.command.warnings.append(
                    "curl sends this JSON with the content type of a form, and so does the node; "
                    "take the header Content-Type out to send it as JSON"
                )
        content_type = self.content_type or FORM
        return Body({"body": self._secrets.without_tokens(text, "in the body")}, content_type)

    def _json(self, text: str, content_type: str) -> Body:
        try:
            value = codec.decode_strict(text)
        except InvalidInput:
            text = self._secrets.without_tokens(text, "in the body")
            return Body({"body": text}, content_type or JSON)
        body = self._without_secrets(value, "")
        params: dict[str, Any] = {"body": body}
        if type(body) not in (dict, list):
            params["body_type"] = "json"
        return Body(params, "" if content_type.strip().lower() in ("", JSON) else content_type)

    def _without_secrets(self, value: Any, name: str) -> Any:
        if type(value) is dict:
            return {key: self._without_secrets(part, key) for key, part in value.items()}
        if type(value) is list:
            return [self._without_secrets(part, name) for part in value]
        return self._secrets.field(name, value, f"in the body's field {name!r}")

    def _form(self, text: str) -> Body | None:
        """A form as its fields; None for what is none."""
        if not text or not all("=" in part[1:] for part in text.split("&")):
            return None
        try:
            pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict")
        except (ValueError, UnicodeDecodeError):
            return None
        fields: dict[str, Any] = {}
        for name, value in pairs:
            kept = self._secrets.field(name, value, f"in the body's field {name!r}")
            known = fields.get(name)
            if known is None:
                fields[name] = kept
            else:
                fields[name] = [*known, kept] if type(known) is list else [known, kept]
        if fields.get("grant_type") == "client_credentials":
            self.command.warnings.append(
                "this fetches a token of OAuth2; a credential of type oauth2_client does that by "
                "itself, whenever a node needs one"
            )
        return Body({"body_type": "form", "body": fields})

    def _multipart(self) -> Body:
        fields: dict[str, Any] = {}
        files: dict[str, Any] = {}
        paths: dict[str, str] = {}
        for text, is_plain in self.command.form:
            name, mark, value = text.partition("=")
            if not mark:
                self.command.warnings.append(f"-F {text[:30]!r} has no '=' and was left out")
            elif not is_plain and value.startswith("@"):
                path = next(_parts(value[1:]))
                item_file = _file_name(path, paths)
                paths[item_file] = path
                known = files.get(name)
                files[name] = item_file if known is None else [*_listed(known), item_file]
            else:
                if not is_plain:
                    value = self._form_value(value)
                known = fields.get(name)
                kept = self._secrets.field(name, value, f"in the form's field {name!r}")
                fields[name] = kept if known is None else [*_listed(known), kept]
        params: dict[str, Any] = {"body_type": "multipart"}
        if fields:
            params["body"] = fields
        if files:
            params["files"] = files
        return Body(params, files=paths)

    def _form_value(self, value: str) -> str:
        """The value of a field without what says of its type; ``<file`` is the file's text."""
        first = next(_parts(value))
        if first != value:
            self.command.warnings.append("the content type of a form's field was left out")
        return self._file_text(first[1:]) if first.startswith("<") else first

    def _whole_file(self, path: str, content_type: str) -> Body:
        name = _file_name(path, {})
        if path in ("-", "."):
            self.command.warnings.append("the body comes from standard input; give the item a file")
            name = "data"
        params: dict[str, Any] = {"body_type": "file"}
        if name != "data":
            params["file"] = name
        return Body(params, content_type, {} if path in ("-", ".") else {name: path})


def _quoted(text: str) -> str:
    """Percent-encoded as curl does it; variables stay."""
    parts = VARIABLE.split(text)
    marks = [match[0] for match in VARIABLE.finditer(text)]
    encoded = [quote(part, safe="-._~ ").replace(" ", "+") for part in parts[::2]]
    return "".join(a + b for a, b in zip(encoded, [*marks, ""], strict=True))


def _parts(value: str) -> Iterator[str]:
    """``value;type=...;filename=...``: the first part, which may be in quotes, then the rest."""
    if value.startswith('"') and (end := value.find('"', 1)) > 0:
        yield value[1:end]
        return
    for mark in (";type=", ";filename=", ";headers=", ";encoder="):
        value = value.partition(mark)[0]
    yield value


def _file_name(path: str, taken: dict[str, str]) -> str:
    name = PurePosixPath(path.replace("\\", "/")).stem or "data"
    name = "".join(c if c.isalnum() and c.isascii() else "_" for c in name)[:40] or "data"
    while name in taken:
        name += "_"
    return name


def _listed(value: Any) -> list[Any]:
    return value if type(value) is list else [value]
