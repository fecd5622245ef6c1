"""``tidegate credentials`` and ``tidegate vault``: values go in and never come out."""

import io
import json
import shutil

import pytest

SECRET = "s3cr3t-value-1"


@pytest.fixture
def store(tidegate, elsewhere):
    """Stores a credential from a file."""

    def call(name, type="bearer", values=None, *options):
        file = elsewhere / "values.json"
        file.write_text(json.dumps({"token": SECRET} if values is None else values))
        hosts = () if "--host" in options else ("--host", "api.example.org")
        return tidegate(
            "credentials", "set", name, "--type", type, "--data", f"@{file}", *hosts, *options
        )

    return call


@pytest.fixture
def key_file(elsewhere):
    return elsewhere / "data" / "vault.key"


def test_the_first_credential_makes_the_key_and_says_where(store, key_file):
    first = store("api")
    assert (first.code, first.out) == (0, "stored: api (bearer)\n")
    assert str(key_file) in first.err
    second = store("api")
    assert (second.out, second.err) == ("changed: api (bearer)\n", "")


def test_what_is_shown(store, tidegate):
    store("api", "basic", {"user": "ada", "password": SECRET}, "--allow-plain-http")
    shown = tidegate("credentials", "show", "api", "--json").json()
    assert shown["fields"] == {"user": "set", "password": "secret"}
    assert (shown["hosts"], shown["allow_plain_http"]) == (["api.example.org"], True)
    assert "field password  secret" in tidegate("credentials", "show", "api").out
    listed = tidegate("credentials", "list", "--json").json()["credentials"]
    assert [(one["name"], one["type"]) for one in listed] == [("api", "basic")]
    assert "api  basic" in tidegate("credentials", "list").out


def test_an_unknown_name_is_answered_with_the_nearest(store, tidegate):
    store("weather")
    for action in ("show", "test", "delete"):
        found = tidegate("credentials", action, "wether")
        assert (found.code, found.out) == (2, "")
        assert "did you mean 'weather'?" in found.err


def test_a_deleted_credential_is_gone(store, tidegate):
    store("api")
    assert tidegate("credentials", "delete", "api").out == "deleted: api\n"
    assert "there are none" in tidegate("credentials", "list").out


def test_a_secret_on_the_command_line_is_refused(tidegate):
    found = tidegate("credentials", "set", "api", "--type", "bearer", "--data", '{"token": "x"}')
    assert found.code == 2
    assert "write @FILE or @-" in found.err


def test_values_from_standard_input(tidegate, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(json.dumps({"token": SECRET}).encode()))
    monkeypatch.setattr("sys.stdin", stream)
    found = tidegate("credentials", "set", "api", "--type", "bearer", "--host", "a.example")
    assert found.code == 0


def test_a_person_is_asked_and_secrets_are_not_echoed(tidegate, monkeypatch):
    asked = {}

    def prompt(name, *, hide_input, **_options):
        asked[name] = hide_input
        return {"user": "ada", "password": SECRET}[name]

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", prompt)
    found = tidegate("credentials", "set", "db", "--type", "database", "--host", "db.example")
    assert found.code == 0
    assert asked == {"user": False, "password": True}


def test_what_a_person_leaves_out_is_not_stored(tidegate, monkeypatch):
    typed = {"consumer_key": "me", "consumer_secret": SECRET, "signature_method": "HMAC-SHA1"}
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda name, **_options: typed.get(name, ""))
    options = ("--type", "oauth1", "--host", "a.example")
    assert tidegate("credentials", "set", "shop", *options).code == 0
    shown = tidegate("credentials", "show", "shop", "--json").json()
    assert shown["fields"] == {"consumer_key": "set", "consumer_secret": "secret"}


@pytest.mark.parametrize("type", ["custom", "mtls", "oauth2"])
def test_values_that_can_t_be_typed(tidegate, monkeypatch, type):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    found = tidegate("credentials", "set", "x", "--type", type, "--host", "a.example")
    assert found.code == 2
    assert "--data @FILE" in found.err


@pytest.mark.parametrize(
    ("type", "values", "options", "said"),
    [
        ("bearer", {"token": ["s3cr3t"]}, (), "valid string"),
        ("bearer", {"key": SECRET}, (), "Field required (parameter token)"),
        ("bearer", {"token": SECRET}, ("--host", "https://a.example"), "is not a host"),
        ("beare", {"token": SECRET}, (), "did you mean 'bearer'?"),
    ],
)
def test_what_is_wrong_is_said_without_the_values(store, type, values, options, said):
    found = store("api", type, values, *options)
    assert found.code == 2
    assert said in found.err
    assert "s3cr3t" not in found.err + found.out


def test_a_name_is_one_line(store):
    for name in ("", " a", "a\nb", "x" * 201):
        assert store(name).code == 2


def test_check_and_run_refuse_an_unknown_credential(store, tidegate, elsewhere):
    store("weather")
    file = elsewhere / "w.yaml"
    file.write_text(
        "tidegate: 1\nname: W\nnodes:\n  start: {type: trigger.manual}\n"
        "  get:\n    type: http.request\n    params: {url: 'https://api.example.org'}\n"
        "    credential: wether\nedges: [start -> get]\n"
    )
    found = tidegate("check", str(file), "--json")
    (problem,) = found.json()["problems"]
    assert (problem["code"], problem["line"]) == ("UNKNOWN_CREDENTIAL", 8)
    assert problem["hint"] == "did you mean 'weather'?"
    assert "did you mean 'weather'?" in tidegate("run", str(file)).err
    file.write_text(file.read_text().replace("wether", "weather"))
    assert tidegate("check", str(file)).code == 0


def test_without_the_key_nothing_starts_and_no_key_is_made(store, tidegate, elsewhere, key_file):
    store("api")
    shutil.move(key_file, elsewhere / "moved")
    file = elsewhere / "w.yaml"
    file.write_text(
        "tidegate: 1\nname: W\nnodes:\n  start: {type: trigger.manual, credential: api}\n"
    )
    for found in (
        store("other"),
        tidegate("credentials", "show", "api"),
        tidegate("vault", "check"),
        tidegate("vault", "rotate"),
        tidegate("run", str(file)),
    ):
        assert found.code == 2
        assert f"the key file {key_file} is missing" in found.err
        assert len(found.err.splitlines()) == 1
    assert not key_file.exists()
    # Another key is no better than none.
    key_file.write_text("A" * 43 + "=\n")
    assert "does not have the key" in tidegate("run", str(file)).err
    shutil.move(elsewhere / "moved", key_file)
    assert tidegate("run", str(file)).code == 0


def test_the_place_of_the_key_file_is_a_setting(store, elsewhere, monkeypatch, key_file):
    other = elsewhere / "keys" / "tidegate.key"
    monkeypatch.setenv("TIDEGATE_VAULT_KEY_FILE", str(other))
    assert str(other) in store("api").err
    assert other.exists()
    assert not key_file.exists()


def test_rotate_and_check(store, tidegate, key_file):
    assert "no key yet" in tidegate("vault", "check").out
    store("one")
    store("two")
    before = key_file.read_text()
    assert tidegate("vault", "rotate").out == "2 credentials are sealed by a new key\n"
    assert key_file.read_text().startswith(before)
    found = tidegate("vault", "check", "--json").json()
    assert [key["credentials"] for key in found["keys"]] == [0, 2]
    key_file.chmod(0o644)
    found = tidegate("vault", "check")
    assert found.code == 1
    assert "can be read by others (mode 644)" in found.err


def test_a_credential_with_nothing_to_send_works(store, tidegate):
    store("later", "none", {})
    assert tidegate("credentials", "test", "later").out == "works: there is nothing to test\n"
