"""Posts notifications as JSON, through the gate, with a signature."""

import hmac
import time
from collections.abc import Awaitable, Callable
from typing import Final

from tidegate import codec
from tidegate.errors import NodeError, SecurityError
from tidegate.notify.base import Notification, Undelivered
from tidegate.sdk.http import HttpGate, HttpRequest

TIMEOUT: Final = 10.0
SIGNATURE: Final = "x-tidegate-signature"
"""``t=SECONDS,v1=HEX``: HMAC-SHA256 of ``SECONDS.BODY`` under the shared secret."""
DELIVERY: Final = "x-tidegate-delivery"
"""The notification's id: the same when it is sent again."""
_REPEATED: Final = frozenset({408, 425, 429})

Secret = Callable[[], Awaitable[str | None]]


class WebhookChannel:
    """One URL. ``secret`` gives the shared secret; without one nothing is signed."""

    name = "webhook"

    def __init__(self, gate: HttpGate, url: str, secret: Secret) -> None:
        self._gate, self._url, self._secret = gate, url, secret

    async def send(self, notification: Notification) -> str:
        """Post it; anything but a status of 2xx is a failure.

        Raises:
            Undelivered: it did not arrive.
        """
        body = codec.encode(notification.as_json())
        headers = [("content-type", "application/json"), (DELIVERY, notification.id)]
        try:
            secret = await self._secret()
            if secret is not None:
                headers.append((SIGNATURE, signature(secret, body, int(time.time()))))
            request = HttpRequest(
                "POST",
                self._url,
                headers=tuple(headers),
                body=body,
                timeout=TIMEOUT,
                follow_redirects=False,
                max_response=64 * 1024,
            )
            response = await self._gate.request(request)
        except NodeError as error:
            raise Undelivered(
                error.message, may_repeat=not isinstance(error, SecurityError)
            ) from None
        if not 200 <= response.status < 300:
            may_repeat = response.status >= 500 or response.status in _REPEATED
            raise Undelivered(f"it answered {response.status}", may_repeat=may_repeat)
        return f"it answered {response.status}"


def signature(secret: str, body: bytes, seconds: int) -> str:
    """The value of the signature header for a body that is sent at a time (since 1970)."""
    signed = str(seconds).encode() + b"." + body
    return f"t={seconds},v1={hmac.digest(secret.encode(), signed, 'sha256').hex()}"
