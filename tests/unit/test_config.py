import pytest

from tidegate.config import load_settings
from tidegate.errors import InvalidInput


def test_file_then_environment_then_command_line(tmp_path) -> None:
    file = tmp_path / "tidegate.toml"
    file.write_text("log_level = 'info'\n[limits]\nmemory = 1\ntimeout = 1\nresponse = 1\n")
    environment = {"TIDEGATE_LIMITS_TIMEOUT": "2", "TIDEGATE_LIMITS_RESPONSE": "2"}
    settings = load_settings(file, {"limits.response": 3}, environment)
    assert settings.log_level == "info"
    assert (settings.limits.memory, settings.limits.timeout, settings.limits.response) == (1, 2, 3)


def test_every_wrong_setting_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        load_settings(environment={"TIDEGATE_LOG_LEVL": "info", "TIDEGATE_STORAGE_LEASE": "x"})
    assert {problem.parameter for problem in caught.value.problems} == {
        "TIDEGATE_LOG_LEVL",
        "storage.lease",
    }


def test_a_wrong_name_in_the_file_says_which_file(tmp_path) -> None:
    file = tmp_path / "tidegate.toml"
    file.write_text("log_levl = 'info'\n[limits]\nmemry = 1\n")
    with pytest.raises(InvalidInput) as caught:
        load_settings(file, environment={})
    found = {(problem.file, problem.parameter) for problem in caught.value.problems}
    assert found == {(str(file), "log_levl"), (str(file), "limits.memry")}


@pytest.mark.parametrize("content", [None, b"memory =", b"\xff\xfe"])
def test_a_file_that_can_not_be_read_is_named(tmp_path, content) -> None:
    file = tmp_path / "tidegate.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"settings file .*\.toml can't be read: ") as caught:
        load_settings(file, environment={})
    assert "Errno" not in caught.value.message


def test_variables_for_tests_are_no_settings() -> None:
    assert load_settings(environment={"TIDEGATE_TEST_LONG": "1"}) == load_settings(environment={})


def test_a_list_of_ports_is_numbers() -> None:
    settings = load_settings(environment={"TIDEGATE_EGRESS_ALLOWED_PORTS": "80, 443"})
    assert settings.egress.allowed_ports == (80, 443)
    with pytest.raises(InvalidInput) as caught:
        load_settings(environment={"TIDEGATE_EGRESS_ALLOWED_PORTS": "https"})
    assert caught.value.problems[0].parameter == "egress.allowed_ports"
