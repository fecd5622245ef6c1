"""Every recorded URL gets the recorded verdict and category: firm cases and decided ones alike.

The doubtful cases are decided in docs/decisions/doubtful-urls.md, all as recorded.
"""

import contextlib
import io
import json
from pathlib import Path

import pytest

from tidegate.cli.main import run

LINES = (Path(__file__).parents[1] / "data/security/ssrf_cases.jsonl").read_text("utf-8")
CASES = [json.loads(line) for line in LINES.splitlines()]


def tidegate(*arguments: str, lines: str = "") -> tuple[int, str, str]:
    """Exit code, output and error output of ``tidegate egress check``."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(lines))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(["egress", "check", *arguments])
    return code, out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def verdicts():
    code, output, _ = tidegate("--json", lines=LINES)
    assert code == 1, output
    return {answer["id"]: answer for answer in map(json.loads, output.splitlines())}


def test_there_are_cases_and_each_is_answered(verdicts):
    assert len(CASES) > 400
    assert set(verdicts) == {case["id"] for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {ascii(case['url'])[:40]}")
def test_the_verdict_and_the_category_are_right(case, verdicts):
    answer = verdicts[case["id"]]
    assert (answer["verdict"], answer["category"]) == (case["expected"], case.get("category")), (
        case["reason"],
        answer,
    )
    assert answer["risk_level"] in {"low", "medium", "high", "critical"}
    assert answer["rule"]
    assert (answer["risk_level"] == "low") == (answer["verdict"] == "allow")


def test_metadata_is_critical(verdicts):
    metadata = [
        case["id"]
        for case in CASES
        if case["kind"] == "cloud_metadata" and case.get("category") == "address"
    ]
    assert len(metadata) >= 9
    assert {verdicts[id]["risk_level"] for id in metadata} == {"critical"}


@pytest.mark.parametrize(
    "bad",
    ["{", "[]", '{"url": 1}', '{"id": 1}', '{"url": "http://x.org", "dns": []}'],
)
def test_a_line_that_is_not_a_case_is_invalid_input(bad):
    good = '{"id": 1, "url": "http://x.org"}'
    code, output, _ = tidegate("--json", lines=f"{good}\n\n{bad}\n")
    assert code == 2
    assert '"verdict": "allow"' in output and "line 3" in output


def test_allow_rules_may_be_repeated():
    lines = "\n".join(
        json.dumps({"id": port, "url": f"http://127.0.0.1:{port}/"}) for port in (1, 8099, 8100)
    )
    _, output, _ = tidegate(
        *("--json", "--allow", "127.0.0.1:8099", "--allow", "127.0.0.0/8:8100"), lines=lines
    )
    answers = [json.loads(line) for line in output.splitlines()]
    assert [answer["verdict"] for answer in answers] == ["block", "allow", "allow"]
    assert answers[1]["rule"] == "allow 127.0.0.1:8099"


def test_all_allowed_is_exit_code_0_and_words_explain():
    code, output, _ = tidegate("https://8.8.8.8/a b#c")
    assert code == 0
    assert "read as https://8.8.8.8/a%20b" in output
    code, output, _ = tidegate("https://8.8.8.8/", "http://10.0.0.1/")
    assert code == 1
    assert "10.0.0.1 is not public: Private use" in output
    assert "rule address.private, category address, risk high" in output
    code, output, _ = tidegate("http://10.0.0.1:81/", "--allow", "10.0.0.0/8:81")
    assert code == 0 and "rule allow 10.0.0.0/8:81" in output


@pytest.mark.parametrize(
    "arguments", [(), ("--json", "http://x.org"), ("--allow", "x", "http://8.8.8.8")]
)
def test_a_question_that_makes_no_sense_is_exit_code_2(arguments):
    assert tidegate(*arguments)[0] == 2


def test_the_operators_settings_hold(monkeypatch):
    monkeypatch.setenv("TIDEGATE_EGRESS_ALLOW", "10.0.0.1:80")
    monkeypatch.setenv("TIDEGATE_EGRESS_BLOCKED_DOMAINS", "evil.example")
    assert tidegate("http://10.0.0.1/")[0] == 0
    code, output, _ = tidegate("http://a.evil.example/")
    assert code == 1 and "the operator blocks this domain" in output


def test_control_characters_of_a_url_never_reach_the_terminal():
    _, output, _ = tidegate("http://x\x1b[31m.org/\u202e")
    assert "\x1b" not in output and "\u202e" not in output
