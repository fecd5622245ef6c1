"""The files of items over the API: their bytes, and that no browser takes them for a page of ours."""

import pytest
from uploads import PNG, UPLOAD

PAGE = b"<script>alert(document.cookie)</script>"


@pytest.fixture(scope="module")
def uploaded(owner):
    """An execution whose trigger gave an item with three files; gives the address of its node."""
    made = owner.post("/api/v1/workflows", json={"document": UPLOAD}).json()
    place = f"/api/v1/workflows/{made['id']}"
    assert owner.post(f"{place}/publish", json={}, headers={"if-match": "*"}).is_success
    files = {
        "picture": ("dot ä.png", PNG, "image/png"),
        "page": ("page.html", PAGE, "text/html"),
        "drawing": ("drawing.svg", b"<svg/>", "image/svg+xml"),
    }
    answer = owner.post("/webhook/take-files", files=files)
    assert answer.is_success, answer.text
    found = owner.get("/api/v1/executions", params={"workflow_id": made["id"]}).json()
    return f"/api/v1/executions/{found['executions'][0]['id']}/nodes/call"


def test_a_picture_is_given_as_it_is(owner, uploaded) -> None:
    answer = owner.get(f"{uploaded}/file", params={"index": 0, "field": "picture"})
    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''dot%20%C3%A4.png"


@pytest.mark.parametrize(("field", "content"), [("page", PAGE), ("drawing", b"<svg/>")])
def test_what_could_hold_a_script_is_only_bytes(owner, uploaded, field, content) -> None:
    answer = owner.get(f"{uploaded}/file", params={"index": 0, "field": field})
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_not_there_is_said(owner, uploaded) -> None:
    for index, field, said in ((1, "page", "none at 1"), (0, "other", "no file 'other'")):
        answer = owner.get(f"{uploaded}/file", params={"index": index, "field": field})
        assert answer.status_code == 404
        assert said in answer.json()["detail"]


def test_a_file_whose_bytes_are_gone_is_said_to_be(owner, server, uploaded) -> None:
    kept = owner.get(f"{uploaded}/items").json()["items"][0]["files"]["drawing"]
    (server.data_dir / "files" / kept["key"][:2] / kept["key"]).unlink()
    answer = owner.get(f"{uploaded}/file", params={"index": 0, "field": "drawing"})
    assert answer.status_code == 404
    assert "not kept any more" in answer.json()["detail"]
