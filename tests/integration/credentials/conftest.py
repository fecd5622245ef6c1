"""The gate of a node with a credential, and servers to send it to."""

import pytest

from tidegate.config import ReferenceSettings
from tidegate.credentials.gate import CredentialGate
from tidegate.credentials.opened import Content
from tidegate.credentials.references import References
from tidegate.credentials.tokens import Tokens
from tidegate.egress.client import Gate
from tidegate.egress.policy import EgressPolicy
from tidegate.redact import Redactor
from tidegate.sdk.testing import MockHttpService


class Events:
    def __init__(self):
        self.events, self.requests = [], []

    def http_started(self, id, method, url):
        pass

    def http_request(self, record):
        self.requests.append(record)

    def security_event(self, type, severity, description, details):
        self.events.append((type, severity, details))


@pytest.fixture
def recorder():
    return Events()


@pytest.fixture
async def other():
    async with MockHttpService() as running:
        yield running


@pytest.fixture
async def service():
    async with MockHttpService() as running:
        running.mock_response("/", json={"fine": True})
        yield running


@pytest.fixture
async def gates():
    """Makes gates of a node with a credential for hosts; each host is opened to the gate, too."""
    redact = Redactor()
    tokens = Tokens(redact)
    below = []

    def make(type, values, *hosts, plain=False, recorder=None, opens=(), version=1):
        content = Content.of(type, values, hosts, allow_plain_http=plain)
        opened = content.open("id", "mine", version, References(ReferenceSettings()))
        rules = [host for host in (*hosts, *opens) if host[0].isdigit()]
        gate = Gate(EgressPolicy.from_rules(rules))
        below.append(gate)
        return CredentialGate(gate.bound(recorder=recorder), gate.bound(), opened, tokens, recorder)

    make.redact = redact
    make.tokens = tokens
    yield make
    for gate in below:
        await gate.close()
