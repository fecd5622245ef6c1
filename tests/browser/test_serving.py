"""The installed wheel serves its editor: policy, caching, deep links, signing in."""

from api_people import PASSWORD
from playwright.sync_api import expect


def test_a_stranger_who_follows_a_deep_link_signs_in_and_gets_there(stranger, people, complaints):
    complaints.allow(r"status of 401")
    stranger.goto("/workflows?q=night")
    expect(stranger.get_by_role("heading", name="Sign in")).to_be_visible()
    stranger.get_by_label("E-mail").fill("owner@example.org")
    stranger.get_by_label("Password").fill("not this one at all")
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("alert")).to_contain_text("password")
    stranger.get_by_label("Password").fill(PASSWORD)
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("heading", name="Workflows")).to_be_visible()
    assert stranger.url.endswith("/workflows?q=night")


def test_pages_run_only_our_own_scripts(page, complaints):
    complaints.allow("Content Security Policy|inline script")
    answer = page.goto("/workflows")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    expect(page.get_by_role("heading", name="Workflows")).to_be_visible()
    # The policy holds: what a page smuggles in does not run.
    page.evaluate(
        """() => {
          const script = document.createElement('script');
          script.textContent = 'window.smuggled = true';
          window.seen = [];
          document.addEventListener('securitypolicyviolation', (e) => seen.push(e.blockedURI));
          document.body.append(script);
        }"""
    )
    page.wait_for_function("() => window.seen.includes('inline')")
    assert page.evaluate("() => window.smuggled") is None


def test_scripts_come_compressed_and_are_kept(page):
    with page.expect_response(lambda answer: "/assets/index-" in answer.url) as found:
        page.goto("/workflows")
    headers = found.value.all_headers()
    assert headers["content-encoding"] in ("br", "gzip")
    assert "immutable" in headers["cache-control"]
