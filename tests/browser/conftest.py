"""A real browser, a real server of the installed wheel, and somebody who is signed in.

The fixtures that tests use: ``page`` (signed in as the owner), ``stranger`` (a page without a
session), ``owner`` (the owner's API client), ``server``, ``own_server`` (one for this test alone),
``complaints``, ``theme``.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from api_people import People
from browser_page import CHROMIUM_ARGUMENTS, Complaints, screenshot
from installed_server import InstalledServer, chromium, install_wheel
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

SIZE = {"width": 1440, "height": 900}
# How long a state may take on a machine that is busy with other tests; none is waited for longer.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel is installed; built once, also for several processes of the tests."""
    import fcntl

    mine = tmp_path_factory.getbasetemp()
    shared = mine.parent if os.environ.get("PYTEST_XDIST_WORKER") else mine
    folder = shared / "installed_wheel"
    with (shared / "installed_wheel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            made = install_wheel(shared / "installed_wheel.part")
            made.parent.rename(folder)
    return folder / "site"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # For a file, not for all: Playwright keeps an event loop running in this thread, beside which
    # no asynchronous test of another folder could run.
    program = chromium()
    if program is None:
        reason = "NOT TESTED: the browser editor: no Chromium (Debian's package chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def server(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[InstalledServer]:
    """A server with an owner, for the tests of a file."""
    made = InstalledServer(site, tmp_path_factory.mktemp("server"))
    yield made
    made.kill()


@pytest.fixture(scope="module")
def people(server: InstalledServer) -> Iterator[People]:
    made = People(server)
    yield made
    made.owner.client.close()


@pytest.fixture(scope="module")
def owner(people: People) -> httpx.Client:
    """The owner's client of the API."""
    return people.owner.client


@pytest.fixture
def own_server(site: Path, tmp_path: Path) -> Iterator[InstalledServer]:
    """A server without any account, for one test."""
    made = InstalledServer(site, tmp_path / "server")
    yield made
    made.kill()


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What pages complain of; the test fails if something is left."""
    heard = Complaints()
    yield heard
    assert heard.left() == []


@pytest.fixture(params=["dark", "light"])
def theme(request: pytest.FixtureRequest) -> str:
    """A test that asks for this runs in both themes."""
    return request.param


OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def open_context(
    request: pytest.FixtureRequest, browser: Browser, complaints: Complaints
) -> Iterator[OpenContext]:
    """Opens a browser window of its own: ``open_context(url, client)``."""
    chosen = request.getfixturevalue("theme") if "theme" in request.fixturenames else "dark"
    if "own_server" in request.fixturenames:
        # Pages are closed before their server: what they would say of its end is no complaint.
        request.getfixturevalue("own_server")
    opened: list[BrowserContext] = []

    def open_(url: str, client: httpx.Client | None = None, **options: object) -> BrowserContext:
        settings = {"viewport": SIZE, "reduced_motion": "reduce", "color_scheme": chosen}
        context = browser.new_context(base_url=url, **(settings | options))
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", complaints.watch)
        if client is not None:
            cookies = [
                {"name": each.name, "value": each.value, "url": url} for each in client.cookies.jar
            ]
            context.add_cookies(cookies)
        opened.append(context)
        return context

    yield open_
    for number, context in enumerate(opened):
        for place, page in enumerate(context.pages):
            if getattr(request.node, "has_failed", False):
                screenshot(page, f"failed-{request.node.name}-{number}-{place}")
        context.close()


@pytest.fixture
def page(open_context: OpenContext, server: InstalledServer, owner: httpx.Client) -> Page:
    """A page of somebody who is signed in as the owner."""
    return open_context(server.url, owner).new_page()


@pytest.fixture
def stranger(open_context: OpenContext, server: InstalledServer) -> Page:
    """A page of somebody who is not signed in."""
    return open_context(server.url).new_page()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    outcome = yield
    if outcome.get_result().failed:
        item.has_failed = True
