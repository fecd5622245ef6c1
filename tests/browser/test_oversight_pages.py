"""People look at security events and who uses credentials, sort executions, choose how it looks."""

import itertools

import httpx
import pytest
from api_people import document, run
from browser_page import screenshot, violations
from playwright.sync_api import expect

NUMBERS = itertools.count()


def ask_inside(owner: httpx.Client) -> None:
    """A workflow asks an address that the gate keeps from all of them."""
    ask = {"type": "http.request", "params": {"url": "http://169.254.169.254/latest"}}
    nodes = {"start": {"type": "trigger.manual"}, "ask": ask}
    name = f"Asks inside {next(NUMBERS)}"
    run(owner, document(name, nodes=nodes, edges=["start -> ask"]))


def unread(
    owner: httpx.Client, severity: tuple[str, ...] = ("medium", "high", "critical")
) -> list[dict]:
    wanted = {"ack": False, "severity": list(severity)}
    found = owner.get("/api/v1/security_events", params=wanted).json()["entries"]
    assert isinstance(found, list)
    return found


def bell(page, count: int):
    words = "event waits" if count == 1 else "events wait"
    return page.get_by_role("link", name=f"{count} security {words}", exact=False)


def rail(page, owner):
    """The way to the events, with how many severe ones wait just now."""
    count = len(unread(owner, ("high", "critical")))
    words = "event waits" if count == 1 else "events wait"
    name = f"Security: {count} severe {words}" if count else "Security"
    navigation = page.get_by_role("navigation", name="Main")
    return navigation.get_by_role("link", name=name, exact=True)


@pytest.fixture
def refused(owner) -> int:
    """How many events wait: the gate has just refused something."""
    ask_inside(owner)
    return len(unread(owner))


def test_the_bell_leads_to_what_waits_and_an_event_is_acknowledged(
    page, owner, refused, theme
) -> None:
    assert refused >= 1
    page.goto("/workflows")
    bell(page, refused).click()
    page.wait_for_url("**/security?ack=no")
    event = page.get_by_role("button", name="INTERNAL_NETWORK").first
    event.click()
    page.get_by_role("textbox", name="Note").fill("a <b>test</b> of ours")
    screenshot(page, f"security-open-{theme}")
    assert violations(page) == []
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    rest = refused - 1
    expect(bell(page, rest)).to_be_visible()
    assert len(unread(owner)) == rest
    page.goto("/security?ack=yes")
    page.get_by_role("button", name="INTERNAL_NETWORK").first.click()
    expect(page.get_by_text("Acknowledged by owner@example.org")).to_contain_text("<b>test</b>")


def test_all_that_are_shown_are_acknowledged_at_once(page, owner, refused) -> None:
    page.goto("/security?ack=no")
    page.get_by_role("button", name="Acknowledge those shown").click()
    expect(page.get_by_text("Nothing to see here")).to_be_visible()
    expect(bell(page, 0)).to_be_visible()
    assert unread(owner) == []
    expect(rail(page, owner)).to_be_visible()


def test_a_new_event_rings_the_bell_of_an_open_page(page, owner, refused) -> None:
    page.goto("/workflows")
    expect(bell(page, refused)).to_be_visible()
    expect(rail(page, owner)).to_contain_text(str(len(unread(owner, ("high", "critical")))))
    ask_inside(owner)
    now = len(unread(owner))
    assert now > refused
    expect(bell(page, now)).to_be_visible()
    expect(rail(page, owner)).to_be_visible()
    screenshot(page, "rail-unread")


def test_executions_are_sorted_on_the_server(page, owner) -> None:
    short = run(owner, document("Short"))
    wait = {"type": "flow.wait", "params": {"amount": 0.3}}
    nodes = {"start": {"type": "trigger.manual"}, "wait": wait}
    long = run(owner, document("Long", nodes=nodes, edges=["start -> wait"]))
    assert long["status"] == "succeeded", long
    page.goto("/executions?status=succeeded")
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows.nth(1)).to_contain_text(f"#{long['number']}")
    page.get_by_role("table").get_by_role("button", name="Started").click()
    page.wait_for_url("**sort=created_at*")
    expect(rows.last).to_contain_text(f"#{long['number']}")
    page.get_by_role("table").get_by_role("button", name="Duration").click()
    page.wait_for_url("**sort=-duration_ms*")
    expect(rows.nth(1)).to_contain_text(f"#{long['number']}")
    page.get_by_role("table").get_by_role("button", name="Duration").click()
    expect(rows.last).to_contain_text(f"#{long['number']}")
    expect(page.get_by_text(f"#{short['number']}", exact=True)).to_be_visible()


def test_marked_executions_are_repeated_and_deleted(page, owner, theme) -> None:
    marked = [run(owner, document(f"{name} {theme}")) for name in ("Mark me", "Mark me too")]
    page.goto("/executions")
    figure = page.get_by_role("figure", name="When they began")
    expect(figure).to_be_visible()
    for one in marked:
        page.get_by_role("checkbox", name=f"Mark #{one['number']} of").press("Space")
    bar = page.get_by_role("toolbar", name="The marked executions")
    expect(bar.get_by_text("2 marked")).to_be_visible()
    expect(bar.get_by_role("button", name="Cancel")).to_be_disabled()
    screenshot(page, f"executions-marked-{theme}")
    assert violations(page) == []
    bar.get_by_role("button", name="Retry").click()
    page.get_by_role("menuitem", name="From the start", exact=True).click()
    expect(page.get_by_text("2 started again")).to_be_visible()
    expect(bar).to_have_count(0)
    for one in marked:
        page.get_by_role("checkbox", name=f"Mark #{one['number']} of").press("Space")
    bar.get_by_role("button", name="Delete").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("2 deleted")).to_be_visible()
    for one in marked:
        expect(page.get_by_text(f"#{one['number']}", exact=True)).to_have_count(0)
        assert owner.get(f"/api/v1/executions/{one['id']}").status_code == 404


def test_workflows_are_sorted_on_the_server(page, owner, people) -> None:
    other = people.join("editor", "zoe@example.org")
    for name, maker in (("Aa sorted", other.client), ("Zz sorted", owner)):
        assert maker.post("/api/v1/workflows", json={"document": document(name)}).is_success
    page.goto("/workflows?q=sorted")
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("Aa sorted")
    page.get_by_role("button", name="Name", exact=True).click()
    expect(rows.nth(1)).to_contain_text("Zz sorted")
    page.get_by_role("button", name="Changed", exact=True).click()
    page.wait_for_url("**sort=-updated_at*")
    expect(rows.nth(1)).to_contain_text("Zz sorted")
    page.get_by_role("button", name="Changed", exact=True).click()
    expect(rows.nth(1)).to_contain_text("Aa sorted")
    page.get_by_role("button", name="Owner", exact=True).click()
    page.wait_for_url("**sort=created_by*")
    expect(rows.nth(1)).to_contain_text("owner@example.org")
    page.get_by_role("button", name="Owner", exact=True).click()
    expect(rows.nth(1)).to_contain_text("zoe@example.org")
    screenshot(page, "workflows-owner")
    assert violations(page) == []


def test_what_was_done_with_a_credential_is_read_at_an_address_of_its_own(page, owner) -> None:
    for token in ("first-secret", "second-secret"):
        known = owner.get("/api/v1/credentials/ledger")
        headers = {"if-match": known.headers["etag"]} if known.is_success else {}
        content = {"type": "bearer", "values": {"token": token}, "hosts": ["example.org"]}
        made = owner.put("/api/v1/credentials/ledger", json=content, headers=headers)
        assert made.is_success, made.text
    page.goto("/credentials")
    page.get_by_role("button", name="More for ledger").click()
    page.get_by_role("menuitem", name="What was done with it").click()
    page.wait_for_url("**/credentials?history=ledger")
    entries = page.get_by_role("dialog", name="History of ledger").get_by_role("listitem")
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text("by ")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.wait_for_url("**/credentials")
    page.goto("/credentials?edit=ledger")
    expect(page.get_by_role("dialog", name="Change ledger")).to_be_visible()
    page.goto("/credentials?edit=nobody-has-this")
    expect(page.get_by_role("button", name="ledger", exact=True)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_who_uses_a_credential_is_listed(page, owner) -> None:
    credential = {"type": "bearer", "values": {"token": "x-secret"}, "hosts": ["example.org"]}
    assert owner.put("/api/v1/credentials/crm", json=credential).is_success
    ask = {
        "type": "http.request",
        "params": {"url": "https://example.org"},
        "credential": "crm",
    }
    nodes = {"start": {"type": "trigger.manual"}, "ask": ask}
    content = document("Uses it", nodes=nodes, edges=["start -> ask"])
    made = owner.post("/api/v1/workflows", json={"document": content})
    assert made.is_success, made.text
    page.goto("/credentials")
    page.get_by_role("button", name="Who uses crm").click()
    dialog = page.get_by_role("dialog", name="Workflows that use crm")
    expect(dialog.get_by_role("link", name="Uses it")).to_be_visible()
    assert violations(page) == []
    dialog.get_by_role("link", name="Uses it").click()
    page.wait_for_url(f"**/w/{made.json()['id']}")


def test_severe_events_are_one_notice_that_counts_and_takes_no_focus(page, owner) -> None:
    page.goto("/workflows")
    search = page.get_by_role("searchbox").first
    search.focus()
    ask = {
        "type": "http.request",
        "params": {"url": "http://169.254.169.254/latest"},
        "settings": {"on_error": "continue"},
    }
    nodes = {"start": {"type": "trigger.manual"}} | {f"ask{n}": ask for n in (1, 2, 3)}
    edges = ["start -> ask1", "ask1 -> ask2", "ask2 -> ask3"]
    # The numbers of the server come live: then events do, too.
    expect(page.get_by_text("Memory")).to_be_visible()
    run(owner, document("Asks thrice", nodes=nodes, edges=edges))
    notice = page.get_by_role("region", name="Notices").get_by_role("paragraph")
    expect(notice).to_contain_text("(×3)")
    expect(notice).to_have_count(1)
    expect(search).to_be_focused()
    assert violations(page) == []
    screenshot(page, "security-notice")
    page.get_by_role("button", name="Look", exact=True).click()
    page.wait_for_url("**/security?ack=no")


def test_a_credential_that_somebody_else_changed_is_not_overwritten(
    page, owner, complaints
) -> None:
    complaints.allow("412")
    place = "/api/v1/credentials/shared"
    mine = {"type": "bearer", "values": {"token": "first-secret"}, "hosts": ["one.example"]}
    assert owner.put(place, json=mine).is_success
    page.goto("/credentials")
    page.get_by_role("button", name="More for shared").click()
    page.get_by_role("menuitem", name="Give it other values").click()
    dialog = page.get_by_role("dialog", name="Change shared")
    dialog.get_by_role("textbox", name="Token").fill("second-secret")
    theirs = mine | {"hosts": ["two.example"]}
    assert owner.put(place, json=theirs, headers={"if-match": "*"}).is_success
    dialog.get_by_role("button", name="Store").click()
    expect(dialog.get_by_text("Somebody else changed it meanwhile")).to_be_visible()
    assert violations(page) == []
    screenshot(page, "credential-conflict")
    assert owner.get(place).json()["hosts"] == ["two.example"]
    dialog.get_by_role("button", name="Load it again").click()
    expect(dialog.get_by_label("Hosts it may be sent to")).to_have_value("two.example")
    dialog.get_by_role("textbox", name="Token").fill("second-secret")
    dialog.get_by_label("Hosts it may be sent to").fill("three.example")
    dialog.get_by_role("button", name="Store").click()
    expect(dialog).to_have_count(0)
    assert owner.get(place).json()["hosts"] == ["three.example"]


def test_density_is_kept_and_makes_lines_lower(page, owner) -> None:
    run(owner, document("Some"))
    page.goto("/executions")
    row = page.get_by_role("table").get_by_role("row").nth(1)
    before = row.bounding_box()["height"]
    page.goto("/settings/appearance")
    page.get_by_role("radio", name="Compact").check(force=True)
    page.goto("/executions")
    expect(row).to_be_visible()
    assert row.bounding_box()["height"] < before
    assert violations(page) == []


def test_without_autosave_a_draft_waits_for_ctrl_s(page, owner) -> None:
    made = owner.post("/api/v1/workflows", json={"document": document("By hand")}).json()
    place = f"/api/v1/workflows/{made['id']}"
    page.goto("/settings/appearance")
    page.get_by_text("Save drafts by themselves").click()
    page.goto(f"/w/{made['id']}")
    page.get_by_role("button", name="By hand", exact=True).click()
    page.get_by_role("textbox", name="Name of the workflow").fill("Renamed by hand")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    assert owner.get(place).json()["name"] == "By hand"
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved just now")).to_be_visible()
    assert owner.get(place).json()["name"] == "Renamed by hand"
    page.get_by_role("link", name="Executions of this workflow").click()
    expect(page.get_by_role("heading", name="Executions of Renamed by hand")).to_be_visible()


def test_security_events_are_shown_over_time(page, owner, people, theme):
    with people.server.client() as stranger:
        wrong = {"email": "owner@example.org", "password": "wrong"}
        assert stranger.post("/api/v1/session", json=wrong).status_code == 401
    page.goto("/security?type=SIGN_IN_REFUSED")
    figure = page.get_by_role("figure", name="Events over time")
    expect(figure.locator(".u-over")).to_be_visible()
    expect(figure.get_by_text("medium").first).to_be_visible()
    figure.get_by_text("As a table").click()
    table = figure.get_by_role("table")
    expect(table.get_by_role("columnheader", name="medium")).to_be_visible()
    screenshot(page, f"security-rate-{theme}")
    assert violations(page) == []
    begin = figure.get_by_role("slider", name="Begin of the time")
    begin.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**from=*&to=*")
    expect(page.get_by_role("listitem").first).to_be_visible()
    page.goto("/security?type=SIGN_IN_REFUSED&from=1000&to=2000")
    expect(page.get_by_text("Nothing to see here")).to_be_visible()
    page.get_by_role("button", name="Time").click()
    page.get_by_role("option", name="any time").click()
    page.wait_for_url(lambda url: "from=" not in url)
    expect(figure).to_be_visible()


def test_a_credential_says_how_its_test_went_and_when_it_ends(page, owner, theme) -> None:
    name = f"tried-{theme}"
    page.goto("/credentials")
    page.get_by_role("button", name="New credential").first.click()
    dialog = page.get_by_role("dialog", name="New credential")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("textbox", name="Token").fill("some-secret")
    dialog.get_by_label("Hosts it may be sent to").fill("127.0.0.1:1")
    dialog.get_by_label("Expires on").fill("2020-01-31")
    dialog.get_by_role("button", name="Store").click()
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("not tested")
    expect(row).to_contain_text("expired")
    row.get_by_role("button", name=f"More for {name}").click()
    page.get_by_role("menuitem", name="Try it at its first host").click()
    expect(row).to_contain_text("failed")
    expect(row).to_contain_text("just now")
    screenshot(page, f"credentials-tested-{theme}")
    page.reload()
    expect(row).to_contain_text("failed")
    assert violations(page) == []
    row.get_by_role("button", name=name, exact=True).click()
    dialog = page.get_by_role("dialog", name=f"Change {name}")
    expect(dialog.get_by_label("Expires on")).to_have_value("2020-01-31")
    tested = owner.get(f"/api/v1/credentials/{name}").json()["tested"]
    expect(dialog.get_by_text(tested["text"])).to_be_visible()
    screenshot(page, f"credential-state-{theme}")
    assert violations(page) == []
    dialog.get_by_label("Expires on").fill("2040-01-31")
    dialog.get_by_role("textbox", name="Token").fill("other-secret")
    dialog.get_by_role("button", name="Store").click()
    expect(row).to_contain_text("not tested")
    expect(row).not_to_contain_text("expired")
