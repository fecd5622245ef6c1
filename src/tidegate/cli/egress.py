"""``tidegate egress``: what the gate thinks of a URL, and why."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from tidegate.cli.output import CliState, pass_state
from tidegate.log import safe

if TYPE_CHECKING:
    from tidegate.egress.policy import EgressPolicy
    from tidegate.egress.verdict import Verdict

UNLISTED = ("93.184.215.14",)
"""What a name leads to in ``--json`` mode where the line does not say."""


@click.group()
def command() -> None:
    """Explain what the gate lets workflows reach."""


@command.command()
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option(
    "--allow", "rules", multiple=True, metavar="RULE", help="Add an allow rule (repeatable)."
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help='Read JSON lines {"id", "url", "dns"} from stdin; the network is not touched.',
)
@pass_state
def check(state: CliState, *, urls: tuple[str, ...], rules: tuple[str, ...], as_json: bool) -> int:
    """Say whether URLs may be requested, and which rule decides.

    Exit code 0 if all are allowed, 1 if any is blocked, 2 if the question makes no sense.
    """
    from tidegate.egress.policy import EgressPolicy

    if as_json == bool(urls):
        raise click.UsageError("give URLs, or --json and lines on standard input")
    egress = state.settings().egress
    policy = EgressPolicy.from_rules(
        (*egress.allow, *rules),
        blocked_domains=egress.blocked_domains,
        blocked_domains_file=egress.blocked_domains_file,
        allowed_ports=egress.allowed_ports,
    )
    all_allowed = _check_lines(policy, sys.stdin) if as_json else _explain_all(policy, urls)
    return 0 if all_allowed else 1


def _check_lines(policy: "EgressPolicy", lines: Iterable[str]) -> bool:
    all_allowed = True
    for number, line in enumerate(lines, 1):
        if line.strip():
            case = _read_case(line, number)
            verdict = _judge(policy, case["url"], case.get("dns") or {})
            all_allowed &= verdict.is_valid
            answer = {
                "id": case.get("id"),
                "verdict": "allow" if verdict.is_valid else "block",
                "category": verdict.category,
                "rule": verdict.rule,
                "risk_level": verdict.risk_level,
            }
            click.echo(json.dumps(answer))
    return all_allowed


def _read_case(line: str, number: int) -> dict[str, Any]:
    from tidegate.errors import InvalidInput

    try:
        case = json.loads(line)
    except (ValueError, RecursionError):
        raise InvalidInput(f"line {number} is not JSON") from None
    if not isinstance(case, dict) or not isinstance(case.get("url"), str):
        raise InvalidInput(f'line {number} is not an object with a "url"')
    dns = {} if case.get("dns") is None else case["dns"]
    if not isinstance(dns, dict) or not all(isinstance(found, list) for found in dns.values()):
        raise InvalidInput(f'line {number}: "dns" must be names with lists of addresses')
    return case


def _judge(policy: "EgressPolicy", text: str, dns: dict[str, list[str]]) -> "Verdict":
    from tidegate.egress.url import parse_url

    verdict = policy.check_text(text)
    if not verdict.is_valid:
        return verdict
    url = parse_url(text)
    if url.is_literal:
        return verdict
    names = {name.rstrip(".").lower(): found for name, found in dns.items()}
    addresses = [str(found) for found in names.get(url.host, UNLISTED)]
    return _judge_answers(policy, verdict, addresses, url.host, url.port)


def _judge_answers(
    policy: "EgressPolicy", verdict: "Verdict", addresses: Iterable[str], host: str, port: int
) -> "Verdict":
    for address in addresses:
        found = policy.check_address(address, port, host)
        if not found.is_valid:
            return found
        if found.rule != "public":
            verdict = found
    return verdict


def _explain_all(policy: "EgressPolicy", urls: Iterable[str]) -> bool:
    all_allowed = True
    for text in urls:
        verdict, lines = _explain(policy, text)
        all_allowed &= verdict.is_valid
        click.secho(f"{'allowed' if verdict.is_valid else 'blocked'}  ", nl=False, bold=True)
        click.echo(safe(text))
        for line in lines:
            click.echo(f"  {safe(line)}")
    return all_allowed


def _explain(policy: "EgressPolicy", text: str) -> "tuple[Verdict, list[str]]":
    from tidegate.egress.resolver import system_lookup
    from tidegate.egress.url import parse_url

    verdict = policy.check_text(text)
    found: list[str] = []
    if verdict.is_valid and not (url := parse_url(text)).is_literal:
        try:
            found = list(dict.fromkeys(system_lookup(url.host)))
        except OSError:
            return verdict, [*_words(verdict, found), "the name can't be found from here now"]
        verdict = _judge_answers(policy, verdict, found, url.host, url.port)
    return verdict, list(_words(verdict, found))


def _words(verdict: "Verdict", addresses: list[str]) -> Iterator[str]:
    if verdict.sanitized_url is not None:
        yield f"read as {verdict.sanitized_url}"
    if addresses:
        yield f"leads to {', '.join(addresses)}"
    yield from verdict.errors
    if verdict.detail:
        yield verdict.detail
    if verdict.is_valid:
        yield f"rule {verdict.rule}"
    else:
        yield f"rule {verdict.rule}, category {verdict.category}, risk {verdict.risk_level}"
