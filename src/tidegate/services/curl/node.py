"""A cURL command as a node of the type ``http.request``, or as a workflow with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final
from urllib.parse import unquote_plus

from tidegate.errors import InvalidInput
from tidegate.model.workflow import Edge, NodeSettings, PlacedNode, Workflow
from tidegate.services.curl.body import Body, BodyReader, ReadFile
from tidegate.services.curl.command import CurlCommand, pairs_of, parse
from tidegate.services.curl.secrets import Proposal, Secrets
from tidegate.services.curl.words import VARIABLE, Shell

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_OURS: Final = frozenset(
    {
        *("accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "te"),
        *("proxy-connection", "trailer", "transfer-encoding", "upgrade"),
    }
)
_GLOB: Final = re.compile(r"\{[^{}]*,[^{}]*\}|\[(?:\d+-\d+|[a-z]-[a-z])(?::\d+)?\]", re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(
    r"(?<![{$])\{([A-Za-z_][\w-]*)\}|/:([A-Za-z_]\w*)|<([A-Za-z][\w -]*)>"
)


@dataclass(frozen=True, slots=True)
class CurlNode:
    """A node, what must be known of it, and the credential that it needs (without any value).

    ``files`` are the item's files that it sends, by name, with the paths that the command had.
    """

    node: PlacedNode
    warnings: tuple[str, ...]
    credential: Proposal | None = None
    files: dict[str, str] = field(default_factory=dict)

    def workflow(self) -> Workflow:
        """A workflow that runs it by hand; files are read by nodes before it."""
        nodes = [PlacedNode("start", "trigger.manual")]
        for number, (name, path) in enumerate(self.files.items(), 1):
            params = {"path": path, "format": "file", "file": name}
            nodes.append(PlacedNode(f"read_{number}", "files.read", params=params))
        nodes.append(self.node)
        edges = tuple(Edge(a.id, b.id) for a, b in pairwise(nodes))
        return Workflow(self.node.id, tuple(nodes), edges)


def node_from_curl(
    text: str,
    *,
    shell: Shell | None = None,
    node_id: str | None = None,
    read_file: ReadFile = lambda _path: None,
) -> CurlNode:
    """Turn a cURL command into a node. The command is never run.

    Args:
        text: the command line as it was copied.
        shell: the shell that it was written for; guessed if None.
        node_id: the id of the node; made from the method and the URL if None.
        read_file: gives the text of files that the command names with ``@``.

    Raises:
        InvalidInput: it is no cURL command, or one that can't be taken apart.
    """
    return _Maker(parse(text, shell), read_file).make(node_id)


class _Maker:
    """Makes the node of one command."""

    def __init__(self, command: CurlCommand, read_file: ReadFile) -> None:
        self.command = command
        self.secrets = Secrets()
        self._read_file = read_file
        self._warn = command.warnings.append

    def make(self, node_id: str | None) -> CurlNode:
        command = self.command
        headers = self._headers()
        given = next((v for k, v in headers if k.lower() == "content-type"), "")
        reader = BodyReader(command, given, self._read_file, self.secrets)
        is_in_url = "get" in command.flags
        body = Body() if is_in_url else reader.read()
        url, host = self._url(reader.data_text() if is_in_url else "")
        params: dict[str, Any] = self._method() | {"url": url}
        if kept := self._kept_headers(headers, body, given):
            params["headers"] = kept
        params |= body.params
        params |= self._options()
        id = node_id or _id_from(command.method, url)
        is_plain = url.startswith("http:")
        proposal = self.secrets.proposal(_credential_name(host), host, is_plain=is_plain)
        node = PlacedNode(
            id,
            "http.request",
            params=_expressions(params),
            settings=self._settings(),
            credential=None if proposal is None else proposal.name,
        )
        return CurlNode(node, self._warnings(proposal, body), proposal, body.files)

    def _warnings(self, proposal: Proposal | None, body: Body) -> tuple[str, ...]:
        found = [*self.command.warnings, *self.secrets.warnings]
        if proposal is not None:
            found.append(
                "secrets were left out of the node; store them as a credential with: "
                f"{proposal.command}"
            )
        for name, path in body.files.items():
            found.append(
                f"the item must bring the file {name!r} ({path}), for example by files.read"
            )
        return tuple(dict.fromkeys(found))

    def _method(self) -> dict[str, Any]:
        method = self.command.method
        if method in _METHODS:
            return {} if method == "GET" else {"method": method}
        return {"method": "CUSTOM", "custom_method": method}

    def _headers(self) -> list[tuple[str, str]]:
        """All headers but secret ones and those that Tidegate sets itself."""
        kept = []
        for name, value in [*self._given_headers(), *self._cookies()]:
            if name.lower() in _OURS:
                if name.lower() != "accept-encoding":
                    self._warn(f"the header {name} was left out: Tidegate sets it itself")
            elif not self.secrets.take_header(name, value):
                kept.append((name, value))
        if "user" in self.command.options:
            self.secrets.take_sign_in("digest" if "digest" in self.command.flags else "basic")
        if "oauth2-bearer" in self.command.options:
            self.secrets.take_sign_in("bearer")
        return kept

    def _given_headers(self) -> list[tuple[str, str]]:
        """The headers of ``-H`` and of the options that stand for one."""
        command = self.command
        found = list(pairs_of(command.headers, command.warnings))
        names = {name.lower() for name, _ in found}
        for option, name in (("user-agent", "User-Agent"), ("referer", "Referer")):
            value = command.options.get(option, "").removesuffix(";auto")
            if value and name.lower() not in names:
                found.append((name, value))
        if any(kind == "json" for kind, _ in command.data):
            defaults = [("Content-Type", "application/json"), ("Accept", "application/json")]
            found += [pair for pair in defaults if pair[0].lower() not in names]
        return found

    def _cookies(self) -> Iterator[tuple[str, str]]:
        for cookie in self.command.cookies:
            if "=" in cookie or VARIABLE.search(cookie):
                yield "Cookie", cookie
            else:
                self._warn("a file of cookies (-b) is not read; its cookies were left out")

    def _kept_headers(
        self, headers: list[tuple[str, str]], body: Body, given: str
    ) -> dict[str, Any]:
        """Headers as an object; the content type stays where the body does not bring it about."""
        kept: dict[str, Any] = {}
        for name, value in headers:
            if name.lower() == "content-type" and body.params and not body.content_type:
                continue
            same = next((known for known in kept if known.lower() == name.lower()), name)
            kept[same] = [*_list(kept[same]), value] if same in kept else value
        if body.content_type and not given:
            kept["Content-Type"] = body.content_type
        return kept

    def _url(self, data: str) -> tuple[str, str]:
        """The URL without secrets, and the host (with a port that is not the usual one)."""
        url = self.command.url.strip()
        if "://" not in url:
            url = f"{self.command.options.get('proto-default', 'http')}://{url}"
        if not url.lower().startswith(("http://", "https://")):
            raise InvalidInput(f"only http and https URLs can be requested, not {url[:60]!r}")
        if "globoff" not in self.command.flags and _GLOB.search(url):
            self._warn("lists and ranges in a URL ({a,b}, [1-9]) are not followed: use items")
        elif _PLACEHOLDER.search(url.partition("://")[2]):
            self._warn("the URL has a placeholder: write an expression, such as {{ json.id }}")
        scheme, _, rest = url.partition("://")
        rest = rest.partition("#")[0]
        cut = min((i for mark in "/?" if (i := rest.find(mark)) >= 0), default=len(rest))
        authority, rest = rest[:cut], rest[cut:]
        if "@" in authority:
            self.secrets.take_sign_in("basic")
            authority = authority.rpartition("@")[2]
        path, _, query = rest.partition("?")
        added = [part for text in self.command.url_query for part in [text] if part]
        wanted = [part for text in (query, data, *added) for part in text.split("&") if part]
        kept = [part for part in wanted if not self._is_secret(part)]
        path = self.secrets.without_tokens(f"{scheme}://{authority}{path}", "in the URL")
        usual = ":443" if scheme.lower() == "https" else ":80"
        return path + ("?" + "&".join(kept) if kept else ""), authority.removesuffix(usual)

    def _is_secret(self, part: str) -> bool:
        name, _, value = part.partition("=")
        return self.secrets.take_parameter(unquote_plus(name), value)

    def _options(self) -> dict[str, Any]:
        """Deadlines, redirects, TLS and what becomes of the answer."""
        command = self.command
        params: dict[str, Any] = {}
        for option, name in (("max-time", "timeout"), ("connect-timeout", "connect_timeout")):
            if seconds := self._number(option):
                params[name] = seconds
        follows = command.flags & {"location", "location-trusted"}
        if not follows:
            params["follow_redirects"] = False
        elif (most := self._number("max-redirs")) is not None:
            params["max_redirects"] = int(min(max(most, 0), 50))
        if "location-trusted" in command.flags:
            self._warn("credentials are never sent to the place that a redirect leads to")
        if "insecure" in command.flags:
            params["verify_tls"] = False
            self._warn(
                "-k turns the verification of the server off, which an operator must permit "
                "(setting egress.unverified_tls); better give its authority as a custom one"
            )
        if "cacert" in command.options:
            text = self._read_file(command.options["cacert"])
            if text is None:
                self._warn("the file of --cacert can't be read here; put it into authorities")
            else:
                params["authorities"] = text
        if "output" in command.options or "remote-name" in command.flags:
            params["format"] = "file"
        return params

    def _settings(self) -> NodeSettings:
        retries = self._number("retry")
        if retries is None:
            return NodeSettings()
        retry: dict[str, Any] = {"max_retries": int(min(max(retries, 0), 100))}
        if (delay := self._number("retry-delay")) is not None:
            retry["retry_delay"] = int(delay * 1000)
        if "retry-all-errors" in self.command.flags:
            retry["retry_all_errors"] = True
        return NodeSettings(retry=retry)

    def _number(self, option: str) -> float | None:
        text = self.command.options.get(option)
        if text is None:
            return None
        try:
            number = float(text)
        except ValueError:
            self._warn(f"--{option} {text[:20]!r} is no number and was left out")
            return None
        return int(number) if number == int(number) else number


def _expressions(value: Any) -> Any:
    """Texts as a node takes them: variables as expressions, braces that are meant as they are."""
    if type(value) is dict:
        return {VARIABLE.sub(r"\1", key): _expressions(part) for key, part in value.items()}
    if type(value) is list:
        return [_expressions(part) for part in value]
    if type(value) is str:
        return VARIABLE.sub(r"{{ vars.\1 }}", value.replace("{{", r"\{{"))
    return value


def _id_from(method: str, url: str) -> str:
    """An id such as ``get_users``: the method, and the last word of the path or the host."""
    host, _, path = VARIABLE.sub("", url).partition("://")[2].partition("?")[0].partition("/")
    words = re.findall(r"[A-Za-z][A-Za-z0-9]*", path)
    words = words or re.findall(r"[A-Za-z][A-Za-z0-9-]*(?=\.[a-z]+)", host)[-1:]
    words = [word for word in words if not re.fullmatch(r"v\d+|json|php|html?", word)] or [
        "request"
    ]
    word = re.sub(r"[^A-Za-z0-9]", "_", words[-1])
    return f"{re.sub('[^a-z]', '', method.lower()) or 'call'}_{word.lower()}"[:64]


def _credential_name(host: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", VARIABLE.sub(r"\1", host)).strip("_").lower() or "secret"


def _list(value: Any) -> list[Any]:
    return value if type(value) is list else [value]
