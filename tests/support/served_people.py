"""A plugin of pytest: who uses the ``server`` that the tests of a file have."""

import httpx
import pytest
from api_people import People
from webhook_client import Publisher


@pytest.fixture(scope="module")
def people(server) -> People:
    """Everybody who may be needed; its owner exists."""
    return People(server)


@pytest.fixture(scope="module")
def owner(people: People) -> httpx.Client:
    """The owner's client."""
    return people.owner.client


@pytest.fixture(scope="module")
def publish(owner: httpx.Client) -> Publisher:
    """Publishes workflows and calls their webhooks."""
    return Publisher(owner)
