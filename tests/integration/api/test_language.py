"""What an editor learns of the language that workflows are written in."""

from tidegate.expressions.functions import TOPICS


def test_functions_and_settings_are_described(owner) -> None:
    found = owner.get("/api/v1/language").json()
    functions = {(one["receiver"], one["name"]): one for one in found["functions"]}
    assert len(functions) == sum(len(topic.functions) + len(topic.methods) for topic in TOPICS)
    assert functions["text", "upper"]["signature"] == "upper()"
    assert functions[None, "len"]["summary"].endswith(".")
    assert "retry" in found["node_settings"]["properties"]
    assert found["workflow_settings"]["properties"]["timeout"]["description"]


def test_a_stranger_learns_nothing(client) -> None:
    assert client.get("/api/v1/language").status_code == 401
