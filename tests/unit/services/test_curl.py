"""cURL commands as nodes: the corpus, secrets, shells, and input that nobody expects."""

from pathlib import Path

import pytest
from curl_commands import CASES, FILES, VARIABLES
from hypothesis import given
from hypothesis import strategies as st

from tidegate.errors import InvalidInput
from tidegate.model.document import load_document
from tidegate.model.document_write import dump_document
from tidegate.registry import load_registry
from tidegate.services.check import WARNINGS, check_workflow
from tidegate.services.curl.node import node_from_curl
from tidegate.services.curl.words import split

SECRETS = (
    *("secret1", "4eC39HqLyjWD", "abc.def.ghi", "abcdefgh", "YWRhOnNlY3JldDE", "ghp_0123"),
    *("0123456789", "verysecret", "hunter22", "XXXXXXXX"),
)


def read_file(name: str) -> str | None:
    data = FILES.get(name, b"\0")
    return None if b"\0" in data else data.decode()


def made(command: str, **options):
    return node_from_curl(command, read_file=read_file, **options)


def problems_of(workflow):
    loaded = load_document(dump_document(workflow, "yaml"), "workflow.yaml")
    return [p for p in check_workflow(loaded, load_registry()) if p.code not in WARNINGS]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_command_of_the_corpus(case):
    found = made(case.command, shell=case.shell)
    assert problems_of(found.workflow()) == []
    for words in case.warns:
        assert any(words in warning for warning in found.warnings), found.warnings
    assert case.warns or all(map(is_usual, found.warnings)), found.warnings
    assert (found.credential.type if found.credential else None) == case.credential
    everything = (
        dump_document(found.workflow(), "yaml") + str(found.warnings) + str(found.credential)
    )
    assert not [secret for secret in SECRETS if secret in everything]
    if case.same:
        assert found.node == made(case.same).node


def is_usual(warning: str) -> bool:
    """A warning that goes with every credential."""
    return warning.startswith("secrets were left out of the node; store them")


def test_the_guessed_shell_is_the_right_one():
    for case in CASES:
        assert split(case.command).shell == (case.shell or split(case.command).shell)


def test_the_corpus_is_wide():
    assert len(CASES) >= 150


def test_secrets_become_a_credential_for_their_host_alone():
    found = made("curl -u ada:secret1 http://127.0.0.1:8080/x")
    assert found.node.credential == found.credential.name == "127_0_0_1_8080"
    assert found.credential.command == (
        "tidegate credentials set 127_0_0_1_8080 --type basic --host 127.0.0.1:8080 "
        "--allow-plain-http"
    )
    assert "secret1" not in repr(found)


def test_variables_of_the_shell_become_variables_of_the_workflow():
    found = made('curl "https://x.org/$A/${B:-c}" -d "$C"')
    assert found.node.params["url"] == "https://x.org/{{ vars.A }}/{{ vars.B }}"
    assert found.node.params["body"] == "{{ vars.C }}"


def test_braces_that_are_meant_stay_text():
    found = made("""curl https://x.org -H 'X-A: {{ 1 + 1 }}'""")
    assert found.node.params["headers"] == {"X-A": r"\{{ 1 + 1 }}"}


def test_a_body_from_a_file_needs_a_node_that_reads_it():
    workflow = made("curl -T photo.png https://x.org/1").workflow()
    assert [node.id for node in workflow.nodes] == ["start", "read_1", "put_x"]
    assert workflow.node("read_1").params == {
        "path": "photo.png",
        "format": "file",
        "file": "photo",
    }


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", "begins with nothing"),
        ("wget https://x.org", "not with curl"),
        ("curl", "has no URL"),
        ("curl -X", "--request has no value"),
        ("curl 'https://x.org", "never closed"),
        ('curl "https://x.org', "never closed"),
        ("curl $'https://x.org", "never closed"),
        ("curl https://x.org/$(date +%s)", "another command"),
        ("curl https://x.org/`date`", "another command"),
        ("curl ftp://x.org/a", "only http and https"),
        ("curl file:///etc/passwd", "only http and https"),
        ("curl -d a=1 -d @missing.txt https://x.org", "'missing.txt'"),
    ],
)
def test_what_is_no_command_is_refused_with_a_reason(command, words):
    with pytest.raises(InvalidInput, match=words.replace("$", r"\$").replace("(", r"\(")):
        made(command)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_a_node_or_a_reason(text):
    for command in (text, f"curl {text}", f"curl 'https://x.org' {text}"):
        try:
            found = made(command)
        except InvalidInput as error:
            assert error.message
            continue
        dump_document(found.workflow(), "yaml")


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0\ue000\ue001"), min_size=1),
        min_size=1,
    )
)
def test_words_in_single_quotes_come_back_as_they_are(words):
    import shlex

    line = " ".join(shlex.quote(word) for word in ["curl", *words])
    if "\r\n" not in line:
        assert split(line, "sh").words == ["curl", *words]


def test_files_are_not_read_by_default(tmp_path: Path):
    file = tmp_path / "secret.txt"
    file.write_text("inside")
    found = node_from_curl(f"curl -d @{file} https://x.org")
    assert found.node.params["body_type"] == "file"
    assert "inside" not in repr(found)


def test_the_corpus_uses_only_variables_that_the_tests_have():
    assert {"NAME", "TEAM", "TOKEN"} == set(VARIABLES)
