"""Secrets of a command, which don't go into a workflow file: what they are, and for which hosts."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from typing import Any, Final

from tidegate.egress.records import is_credential_header
from tidegate.services.curl.words import VARIABLE, variable

# Tokens that can be told by how they look, wherever they stand.
_TOKEN: Final = re.compile(
    r"(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}"
    r"|[spr]k[-_](?:live|test|proj|ant)[-_][\w-]{10,}|sk-[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}"
    r"|AIza[\w-]{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|shp(?:at|ca|pa|ss)_[0-9a-f]{20,}"
    r"|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}|(?<=/bot)\d{6,}:[\w-]{30,}"
    r"|(?<=hooks\.slack\.com/services/)T\w+/B\w+/\w{16,})"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A credential to be stored: its name, its type, where it may go, and the fields it needs."""

    name: str
    type: str
    hosts: tuple[str, ...]
    fields: tuple[str, ...]
    allow_plain_http: bool = False

    @property
    def command(self) -> str:
        """The command that stores it; it asks for the values."""
        hosts = "".join(f" --host {host}" for host in self.hosts)
        plain = " --allow-plain-http" if self.allow_plain_http else ""
        return f"tidegate credentials set {self.name} --type {self.type}{hosts}{plain}"

    def as_json(self) -> dict[str, Any]:
        """As a JSON object; it holds no value of a secret."""
        return {
            "name": self.name,
            "type": self.type,
            "hosts": list(self.hosts),
            "fields": list(self.fields),
            "command": self.command,
        }


@dataclass(slots=True)
class Secrets:
    """What was found: names of headers and parameters, and the ``kind`` of Authorization."""

    kind: str = ""
    headers: list[str] = field(default_factory=list)
    query: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def take_header(self, name: str, value: str) -> bool:
        """Whether a header is a secret; then it was taken."""
        if not is_credential_header(name) and not _TOKEN.search(value):
            return False
        if name.lower() == "authorization":
            self.kind = _kind_of(value)
        if name.lower() not in map(str.lower, self.headers):
            self.headers.append(name)
        return True

    def take_sign_in(self, kind: str) -> None:
        """A user and password, or a bearer token, that an option gave."""
        if "Authorization" not in self.headers:
            self.headers.append("Authorization")
            self.kind = kind

    def take_parameter(self, name: str, value: str) -> bool:
        """Whether a query parameter is a secret; then it was taken."""
        if not value or not (is_credential_header(name) or _TOKEN.search(value)):
            return False
        self.query.append(name)
        return True

    def without_tokens(self, text: str, where: str) -> str:
        """A text with variables in the place of tokens that can be told by how they look."""
        if not _TOKEN.search(text):
            return text
        self._warn_of("secret", where)
        return _TOKEN.sub(variable("secret"), text)

    def field(self, name: str, value: Any, where: str) -> Any:
        """A field of a body, with a variable in its place if its name says that it is a secret."""
        if type(value) is not str:
            return value
        if not value or VARIABLE.fullmatch(value) or not is_credential_header(name):
            return self.without_tokens(value, where)
        label = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "secret"
        label = label if not label[0].isdigit() else f"_{label}"
        self._warn_of(label, where)
        return variable(label)

    def _warn_of(self, label: str, where: str) -> None:
        text = (
            f"what looks like a secret {where} was left out: vars.{label} stands for it "
            f"(give it with --var {label}=VALUE; it is stored with the execution)"
        )
        if text not in self.warnings:
            self.warnings.append(text)

    def proposal(self, name: str, host: str, *, is_plain: bool) -> Proposal | None:
        """The credential that holds all that was taken; None if nothing was."""
        kind, fields = self._type()
        return Proposal(name, kind, (host,), fields, is_plain) if kind else None

    def _type(self) -> tuple[str, tuple[str, ...]]:
        if not self.headers and not self.query:
            return "", ()
        if not self.query and len(self.headers) == 1:
            if self.kind == "bearer":
                return "bearer", ("token",)
            if self.kind in ("basic", "digest"):
                return self.kind, ("user", "password")
            return "header", (f"header ({self.headers[0]})", "value")
        if not self.headers and len(self.query) == 1:
            return "query", (f"parameter ({self.query[0]})", "value")
        names = [f"headers.{name}" for name in self.headers]
        return "custom", (*names, *(f"query.{name}" for name in self.query))


def _kind_of(value: str) -> str:
    """The type of credential that an ``Authorization`` is: bearer, basic, or any header."""
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() == "bearer" and rest.strip():
        return "bearer"
    if scheme.lower() != "basic":
        return "header"
    if VARIABLE.search(rest):
        return "basic"
    try:
        return "basic" if b":" in b64decode(rest.strip(), validate=True) else "header"
    except (Base64Error, ValueError):
        return "basic" if "<" in rest else "header"
