"""The pages of forms: plain HTML without scripts, which people can use with a keyboard alone."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from tidegate.sdk.form import FormField, FormParams

STYLE: Final = """\
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;margin:0;padding:2rem 1rem}
main{max-width:36rem;margin:auto}
h1{font-size:1.5rem;line-height:1.25}
p{white-space:pre-line}
.field{margin:1.25rem 0}
label,legend{display:block;font-weight:600;padding:0}
.inline{display:flex;gap:.5rem;align-items:baseline;font-weight:400}
fieldset{border:0;margin:1.25rem 0;padding:0}
input,select,textarea,button{font:inherit}
input:not([type=checkbox]),select,textarea{box-sizing:border-box;width:100%;padding:.5rem;\
border:1px solid #767676;border-radius:.25rem}
[aria-invalid=true]{border-color:#b3261e!important;outline:1px solid #b3261e}
.hint{margin:0;opacity:.8}
.error{margin:.25rem 0 0;color:#b3261e;font-weight:600}
@media (prefers-color-scheme:dark){.error{color:#ff8a80}}
.summary{border:2px solid #b3261e;border-radius:.25rem;padding:0 1rem;margin:1rem 0}
:focus-visible{outline:3px solid #1a73e8;outline-offset:2px}
button{padding:.6rem 1.2rem;border:0;border-radius:.25rem;background:#1a56db;color:#fff}
button.second{background:#5f6368;margin-left:.5rem}
"""


def page(title: str, body: str, nonce: str) -> bytes:
    """A whole page; ``body`` is HTML, ``title`` is text."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{escape(title)}</title>'
        f'<style nonce="{escape(nonce)}">{STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    ).encode()


def form_page(
    params: FormParams,
    fields: Sequence[FormField],
    nonce: str,
    *,
    values: Mapping[str, Any],
    problems: Mapping[str, str],
) -> bytes:
    """A form with what was written so far, and what is wrong with it."""
    has_files = any(field.kind == "file" for field in fields)
    encoding = ' enctype="multipart/form-data"' if has_files else ""
    parts = [f"<p>{escape(params.description)}</p>" if params.description else ""]
    if problems:
        parts.append(_summary(fields, problems))
    parts.append(f'<form method="post" novalidate{encoding}>')
    parts += [_field(field, values.get(field.name), problems.get(field.name)) for field in fields]
    parts.append(f"<button>{escape(params.submit_label)}</button></form>")
    return page(("Error: " if problems else "") + params.title, "".join(parts), nonce)


def _summary(fields: Sequence[FormField], problems: Mapping[str, str]) -> str:
    labels = {field.name: field.label for field in fields}
    lines = [
        f'<li><a href="#{_id(name)}">{escape(labels[name])}</a>: {escape(text)}</li>'
        if name in labels
        else f"<li>{escape(text)}</li>"
        for name, text in problems.items()
    ]
    return (
        '<div class="summary" role="alert" tabindex="-1"><p>Some of this is not right yet:</p>'
        f"<ul>{''.join(lines)}</ul></div>"
    )


def _id(name: str) -> str:
    return "f-" + escape(name.replace(" ", "_"), quote=True)


def _field(field: FormField, value: Any, problem: str | None) -> str:
    id, name = _id(field.name), escape(field.name, quote=True)
    told = [f"{id}-hint"] * bool(field.hint) + [f"{id}-error"] * bool(problem)
    attributes = f' id="{id}" name="{name}"'
    if told:
        attributes += f' aria-describedby="{" ".join(told)}"'
    if problem:
        attributes += ' aria-invalid="true"'
    if field.is_required and field.kind not in ("checkbox", "choices"):
        attributes += " required"
    hint = f'<p class="hint" id="{id}-hint">{escape(field.hint)}</p>' if field.hint else ""
    error = f'<p class="error" id="{id}-error">{escape(problem)}</p>' if problem else ""
    label = escape(field.label) + ("" if field.is_required else " (optional)")
    if field.kind == "checkbox":
        checked = " checked" if value not in (None, False) else ""
        return (
            f'<div class="field"><label class="inline"><input type="checkbox" value="true"'
            f"{attributes}{checked}> {escape(field.label)}</label>{hint}{error}</div>"
        )
    if field.kind == "choices":
        return _choices(field, value, label, hint + error, " ".join(told))
    control = _control(field, value, attributes)
    return f'<div class="field"><label for="{id}">{label}</label>{hint}{control}{error}</div>'


def _choices(field: FormField, value: Any, label: str, more: str, told: str) -> str:
    chosen = set(map(str, value if isinstance(value, list) else [value]))
    id, name = _id(field.name), escape(field.name, quote=True)
    boxes = "".join(
        f'<label class="inline"><input type="checkbox" name="{name}" '
        f'value="{escape(str(option), quote=True)}"{" checked" if str(option) in chosen else ""}> '
        f"{escape(str(option))}</label>"
        for option in field.options
    )
    described = f' aria-describedby="{told}"' if told else ""
    return (
        f'<fieldset id="{id}" tabindex="-1"{described}><legend>{label}</legend>{more}{boxes}'
        "</fieldset>"
    )


def _control(field: FormField, value: Any, attributes: str) -> str:
    text = "" if value is None or isinstance(value, list | dict) else escape(str(value), quote=True)
    if field.kind == "multiline":
        return f'<textarea rows="5"{attributes}>{text}</textarea>'
    if field.kind == "choice":
        options = "".join(
            f'<option value="{escape(str(option), quote=True)}"'
            f"{' selected' if str(option) == str(value) else ''}>{escape(str(option))}</option>"
            for option in field.options
        )
        return f'<select{attributes}><option value=""></option>{options}</select>'
    if field.kind == "file":
        return f'<input type="file"{attributes}>'
    kind = field.kind
    step = ""
    if kind == "number":
        step = f' step="{"1" if field.schema.get("type") == "integer" else "any"}"'
        step += "".join(
            f' {html}="{escape(str(field.schema[key]), quote=True)}"'
            for html, key in (("min", "minimum"), ("max", "maximum"))
            if key in field.schema
        )
    return f'<input type="{kind}"{step}{attributes} value="{text}">'
