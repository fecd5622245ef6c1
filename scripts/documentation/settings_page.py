"""docs/reference/settings.md: every setting, from the fields of config.py and the text below each.

The text of a field is a string that stands alone behind it, which Python ignores and readers of
the source see.
"""

import ast
import inspect
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

from tidegate import config

HEAD = """\
# Settings

Written from `config.py` and `server_settings.py` in `src/tidegate` by `make docs`; a test compares
the two.

Each setting has a default. A settings file changes it, an environment variable is stronger than
the file, and an option of the command line is stronger than both. The file is TOML:
`tidegate.toml` in the working directory if it is there, or the one of `tidegate --config FILE`.
An unknown name or a wrong value is an error that names every problem at once. Only `config.py`
reads the environment.

{example}
In an environment variable the parts of a list are separated by commas:
`TIDEGATE_EGRESS_ALLOW=127.0.0.1:8099,*.corp.example:443`.
"""

EXAMPLE = """\
```toml
data_dir = "/var/lib/tidegate"
file_roots = ["/srv/reports"]

[egress]
allow = ["127.0.0.1:8099"]

[limits]
timeout = 60

[storage]
durability = "power"
```
"""

TITLES = {
    "": "General",
    "egress": "`egress`: the gate",
    "limits": "`limits`: of executions",
    "isolation": "`isolation`: of untrusted work",
    "storage": "`storage`: of results",
    "vault": "`vault`: of credentials",
    "server": "`server`: of `tidegate serve`",
    "references": "`references`: of credentials",
    "hashicorp": "`hashicorp`: secrets that are kept elsewhere",
    "notify": "`notify`: of security events and failures",
    "remote": "`remote`: the server of `push`, `pull` and `diff`",
    "retention": "`retention`: how long executions are kept",
    "oidc": "`oidc`: signing in by a provider",
    "tracing": "`tracing`: of executions",
}


def settings_page() -> str:
    """The whole page, in Markdown."""
    assert config.load_settings(overrides=_flat(tomllib.loads(EXAMPLE[8:-5])), environment={})
    kinds = get_type_hints(config.Settings)
    groups: dict[str, Any] = {
        "": config.Settings,
        **{name: kind for name, kind in kinds.items() if is_dataclass(kind)},
    }
    lines = [HEAD.format(example=EXAMPLE)]
    for name, kind in groups.items():
        lines += [f"## {TITLES[name]}", "", f"{inspect.cleandoc(kind.__doc__ or '')}", ""]
        lines += ["| setting | environment | default | meaning |", "|---|---|---|---|"]
        lines += [*_rows(name, kind), ""]
    return "\n".join(lines)


def _rows(group: str, kind: type) -> Iterator[str]:
    texts = _field_texts(kind)
    hints = get_type_hints(kind)
    default = kind()
    for field in fields(kind):
        if is_dataclass(hints[field.name]):
            continue
        name = f"{group}.{field.name}" if group else field.name
        variable = config.PREFIX + name.replace(".", "_").upper()
        text = texts[field.name] + _choices(hints[field.name])
        value = _default(name, getattr(default, field.name))
        yield f"| `{name}` | `{variable}` | {value} | {text} |"


def _field_texts(kind: type) -> dict[str, str]:
    """Field -> the string that stands behind it."""
    tree = ast.parse(inspect.getsource(kind)).body[0]
    assert isinstance(tree, ast.ClassDef)
    texts = {}
    for field, text in zip(tree.body, tree.body[1:], strict=False):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(ast.Constant(str() as value)):
                texts[name] = " ".join(value.split())
    return texts


def _choices(kind: Any) -> str:
    if get_origin(kind) is not Literal:
        return ""
    return f" One of {', '.join(f'`{choice}`' for choice in get_args(kind))}."


def _default(name: str, value: Any) -> str:
    if name == "data_dir":
        return "the platform's folder for user data"
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        flat |= (
            _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
        )
    return flat
