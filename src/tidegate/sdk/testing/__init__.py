"""What a node author's tests import."""

from tidegate.sdk.testing.mock_http import MockHttpService, ReceivedRequest

__all__ = ["MockHttpService", "ReceivedRequest"]
