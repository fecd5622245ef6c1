"""Notifications really arrive, signed; and nothing that goes wrong with them harms anybody."""

import asyncio
import email
import email.policy
import hmac
import json
import time

import pytest

from tidegate.errors import InvalidInput
from tidegate.ids import new_id
from tidegate.model.execution import SecurityEvent, now_us
from tidegate.notify import delivery
from tidegate.notify.base import TriggerFailure
from tidegate.sdk.testing import MockHttpService
from tidegate.services import credentials, notifications

SECRET = "a-secret-that-both-know"


@pytest.fixture
async def hook():
    async with MockHttpService() as service:
        yield service


def event(**fields):
    values = {
        "event_type": "INTERNAL_NETWORK",
        "severity": "high",
        "description": "the host leads to an address that is not public",
        "at": now_us(),
        "execution_id": new_id(),
        "node_id": "call",
        "details": {"workflow": "w"},
    }
    return SecurityEvent(**values | fields)


async def test_a_webhook_is_signed(open_app, hook):
    hook.mock_response("/hook", status=204)
    app = open_app(hook.port, webhook_url=hook.url("/hook"), webhook_credential="hook")
    await credentials.save(
        app,
        "hook",
        "bearer",
        {"token": SECRET},
        hosts=(f"127.0.0.1:{hook.port}",),
        allow_plain_http=True,
    )
    assert await notifications.send_test(app) == [("webhook", True, "it answered 204")]
    (request,) = hook.requests
    sent = json.loads(request.body)
    assert (sent["kind"], request.headers["x-tidegate-delivery"]) == ("test", sent["id"])
    seconds, _, signature = request.headers["x-tidegate-signature"].partition(",v1=")
    signed = seconds.removeprefix("t=").encode() + b"." + request.body
    assert hmac.digest(SECRET.encode(), signed, "sha256").hex() == signature
    assert abs(int(seconds.removeprefix("t=")) - time.time()) < 600


async def test_a_secret_goes_to_no_other_host(open_app, hook):
    app = open_app(hook.port, webhook_url=hook.url("/hook"), webhook_credential="hook")
    await credentials.save(app, "hook", "bearer", {"token": SECRET}, hosts=("other.example",))
    ((_, arrived, answer),) = await notifications.send_test(app)
    assert not arrived
    assert "may not be sent to 127.0.0.1" in answer
    assert hook.requests == []


async def test_a_failed_delivery_is_repeated_as_the_same(open_app, hook, monkeypatch):
    monkeypatch.setattr(delivery, "BACKOFF_SECONDS", 0.01)
    hook.mock_response("/hook", status=503)
    hook.mock_network_failure("/hook")
    hook.mock_response("/hook", status=200)
    app = open_app(hook.port, webhook_url=hook.url("/hook"))
    async with notifications.open_notifier(app) as notifier:
        notifier.security_event(event())
    assert [json.loads(request.body)["id"] for request in hook.requests] == [
        json.loads(hook.requests[0].body)["id"]
    ] * 3


async def test_a_flood_becomes_two_notifications(open_app, hook):
    hook.mock_response("/hook")
    app = open_app(hook.port, webhook_url=hook.url("/hook"))
    async with notifications.open_notifier(app) as notifier:
        for _ in range(5000):
            notifier.security_event(event())
        notifier.security_event(event(severity="medium"))
        notifier.execution_failed(new_id(), "orders", {"code": "NODE_FAILED", "message": "no"})
    sent = [json.loads(request.body) for request in hook.requests]
    assert [(one["kind"], one["count"]) for one in sent] == [
        ("security_event", 1),
        ("execution_failed", 1),
        ("security_event", 4999),
    ]


async def test_a_trigger_that_starts_nothing_is_told(open_app, hook):
    hook.mock_response("/hook")
    app = open_app(hook.port, webhook_url=hook.url("/hook"))
    error = {"code": "NODE_FAILED", "message": "the shop is closed", "bug": "left out"}
    async with notifications.open_notifier(app) as notifier:
        notifier.trigger_failed(TriggerFailure("an-id", "orders", "look", error, 3))
    (sent,) = [json.loads(request.body) for request in hook.requests]
    assert (sent["kind"], sent["severity"]) == ("trigger_failed", "high")
    assert sent["title"] == "the trigger 'look' of 'orders' starts nothing: the shop is closed"
    assert sent["details"] == {
        "workflow_id": "an-id",
        "workflow": "orders",
        "node": "look",
        "failures": 3,
        "error": {"code": "NODE_FAILED", "message": "the shop is closed"},
    }


async def test_a_channel_that_is_down_is_logged_once_and_stops_nobody(
    open_app, hook, monkeypatch, capsys
):
    monkeypatch.setattr(delivery, "BACKOFF_SECONDS", 0.01)
    hook.mock_response("/hook", status=500)
    app = open_app(hook.port, webhook_url=hook.url("/hook"))
    async with notifications.open_notifier(app) as notifier:
        for number in range(3):
            notifier.security_event(event(node_id=f"n{number}"))
    assert len(hook.requests) == 3 * delivery.ATTEMPTS
    assert capsys.readouterr().err.count("notify.failed") == 1


async def test_a_queue_is_bounded_and_its_end_too(open_app, hook, monkeypatch, capsys):
    monkeypatch.setattr(notifications, "DRAIN_SECONDS", 0.2)
    hook.mock_timeout("/hook", delay=60)
    app = open_app(hook.port, webhook_url=hook.url("/hook"))
    began = asyncio.get_running_loop().time()
    async with notifications.open_notifier(app) as notifier:
        for number in range(2000):
            notifier.security_event(event(node_id=f"n{number}"))
    assert asyncio.get_running_loop().time() - began < 30
    said = capsys.readouterr().err
    assert (said.count("notify.full"), said.count("notify.gave_up")) == (1, 1)


def mail_settings(server, **other):
    return {
        "email_to": ("ops@example.org", "night@example.org"),
        "email_from": "tidegate@example.org",
        "smtp_host": "127.0.0.1",
        "smtp_port": server.port,
        "smtp_credential": "mail",
        **other,
    }


async def save_login(app, port, password="s3cr3t-mail-password"):
    values = {"user": "robot", "password": password}
    await credentials.save(app, "mail", "basic", values, hosts=(f"127.0.0.1:{port}",))


async def test_a_mail_arrives_over_tls_after_a_login(open_app, mail_server, monkeypatch):
    monkeypatch.setattr(delivery, "BACKOFF_SECONDS", 0.01)
    mail_server.answers = ["451 come back later"]
    app = open_app(mail_server.port, **mail_settings(mail_server))
    await save_login(app, mail_server.port)
    async with notifications.open_notifier(app) as notifier:
        notifier.execution_failed(
            new_id(), "evil\r\nBcc: eve@example.org", {"code": "X", "message": "\x1b[2Jno"}
        )
    assert mail_server.logins == [("robot", "s3cr3t-mail-password")] * 2
    (text,) = mail_server.mails
    mail = email.message_from_string(text, policy=email.policy.default)
    assert mail["To"] == "ops@example.org, night@example.org"
    assert mail["Bcc"] is None
    assert "evil" in mail["Subject"]
    assert "\x1b" not in text


async def test_a_wrong_password_is_said_and_not_shown(open_app, mail_server):
    app = open_app(mail_server.port, **mail_settings(mail_server))
    await save_login(app, mail_server.port, "wrong-password-9")
    ((name, arrived, answer),) = await notifications.send_test(app)
    assert (name, arrived) == ("email", False)
    assert "535" in answer
    assert "wrong-password-9" not in answer


async def test_a_mail_server_inside_needs_an_allow_rule(open_app, mail_server):
    app = open_app(**mail_settings(mail_server, smtp_credential=None))
    ((_, arrived, answer),) = await notifications.send_test(app)
    assert not arrived
    assert "not public" in answer


async def test_settings_that_do_not_fit_are_refused(open_app, mail_server):
    plain = mail_settings(mail_server, smtp_security="none")
    for wrong in (plain, {"email_to": ("a@example.org",)}, {"webhook_url": "ftp://x"}):
        with pytest.raises(InvalidInput):
            notifications.channels(open_app(mail_server.port, **wrong))
