"""One request over all of its hops."""

import time
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from tidegate.egress.answer import REDIRECTS, Answer
from tidegate.egress.deadlines import Deadline
from tidegate.egress.errors import TIMEOUTS, Reason, failure
from tidegate.egress.hop import Hop
from tidegate.egress.outgoing import DEFAULT_HEADERS, Outgoing, prepare, redirected
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.records import (
    Recorder,
    RequestRecord,
    redact_headers,
    redact_url,
    shown_addresses,
)
from tidegate.egress.url import SafeUrl, parse_url
from tidegate.egress.usage import EgressUsage
from tidegate.egress.verdict import Refused, Verdict
from tidegate.errors import NodeError, SecurityError
from tidegate.sdk.http import HopSigner, HttpRequest, HttpResponse, joined_headers

if TYPE_CHECKING:
    from tidegate.egress.pool import Pool

MAX_CHALLENGES: Final = 2
"""How often one hop is sent again because its signer knows more after the answer."""

_ids = count(1)


class Exchange:
    """Follows redirects until an answer is open, and records every hop.

    Used by one task, once: :meth:`open` under a timeout, then the answer's body, then
    :meth:`done`; any failure goes through :meth:`failed`, and :meth:`close` always ends it.
    """

    def __init__(
        self,
        request: HttpRequest,
        policy: EgressPolicy,
        usage: EgressUsage,
        recorder: Recorder | None,
        workflow: str,
    ) -> None:
        self.request = request
        self.redirects: list[str] = []
        self.started = perf_counter()
        self._number = 0
        self._is_recorded = False
        self._id = ""
        self._shown = ""
        self._policy = policy
        self._usage = usage
        self._recorder = recorder
        self._workflow = workflow
        self._verdict: Verdict | None = None
        self._outgoing: Outgoing | None = None
        self._hop: Hop | None = None
        self._answer: Answer | None = None
        self._hop_started = self.started
        self._sent = 0

    def first(self) -> Outgoing:
        """Check the request as the node wrote it, before anything is waited for.

        Raises:
            NodeError: it is refused.
        """
        try:
            url = parse_url(self.request.url)
        except Refused as refused:
            self._verdict = refused.verdict
            raise refused.verdict.error() from None
        outgoing = prepare(self.request, url, self._policy.max_request)
        self._allow(outgoing, is_first=True)
        return outgoing

    async def open(self, outgoing: Outgoing, pool: "Pool", deadline: Deadline) -> Answer:
        """Send, answer challenges and follow redirects, until an answer has neither.

        Raises:
            NodeError: a hop is refused or failed on its own account.
            Exception: what aiohttp raises; give it to :meth:`failed`.
        """
        challenges = 0
        while True:
            self._outgoing = outgoing
            outgoing.sign()
            transport = pool.transport or await pool.open()
            if outgoing.identity is not None:
                await transport.prepare(outgoing)
            self._hop_started = perf_counter()
            phases = self.request.phases
            hop = Hop(self._policy, outgoing.url.host, self._workflow, deadline, phases)
            self._hop = hop
            self._sent = outgoing.size
            self._usage.sent(self._sent)
            self._begun(outgoing)
            response = await transport.send(outgoing, hop)
            try:
                answer = self._answer = Answer(response, hop, self._usage)
            except BaseException:
                response.close()
                raise
            if outgoing.signer is not None and self._is_challenge(outgoing.signer, answer):
                challenges += 1
                if challenges > MAX_CHALLENGES:
                    return answer
                await self._leave_behind(answer)
                continue
            if answer.status not in REDIRECTS or not self.request.follow_redirects:
                return answer
            location = answer.location()
            if location is None:
                return answer
            outgoing = self._redirect(outgoing, answer, location)
            challenges = 0
            await self._leave_behind(answer)
            self._allow(outgoing, is_first=False)

    def _begun(self, outgoing: Outgoing) -> None:
        """Say that a hop leaves."""
        if self._recorder is not None:
            self._id = f"r{next(_ids)}"
            self._recorder.http_started(self._id, outgoing.method, self._shown_url())

    def _is_challenge(self, signer: HopSigner, answer: Answer) -> bool:
        return signer.answered(self.response(answer, b""))

    async def _leave_behind(self, answer: Answer) -> None:
        """Record an answer that is not the last one."""
        await answer.drain()
        self._record(None)
        self._hop_started = perf_counter()
        self._number += 1
        self._is_recorded = False
        self._id = ""
        self._answer = None

    def response(self, answer: Answer, body: bytes) -> HttpResponse:
        """The final answer as a node sees it."""
        assert self._outgoing is not None
        return answer.response(body, self._outgoing.text, self.started, self.redirects, self._sent)

    def done(self, body: bytes | None) -> None:
        """Record the last hop; ``body`` is None where it was streamed."""
        self._record(None, body)

    def failed(self, error: Exception) -> Exception:
        """Record a failure and turn it into what the node sees (itself, if it is our mistake)."""
        hop = self._hop
        known: NodeError | None
        if isinstance(error, NodeError):
            known = error
        elif isinstance(error, TimeoutError):
            known = self._timed_out()
        elif hop is not None and isinstance(hop.upload_error, NodeError):
            known = hop.upload_error
        elif hop is not None and hop.verdict is not None:
            self._verdict = hop.verdict
            known = hop.verdict.error()
        else:
            from tidegate.egress.faults import fault  # noqa: PLC0415 - loads aiohttp

            known = fault(error, hop)
        if known is None:
            self._record({"code": "BUG"})
            return error
        self._complete(known)
        self._record(known.as_json())
        if isinstance(known, SecurityError):
            self._report(known)
        return known

    def rejected(self, error: NodeError, body: bytes | None) -> None:
        """Record an answer that came whole and that the node can't use, and complete its error."""
        if not self._is_recorded:
            self._complete(error)
            self._record({"message": error.message}, body)

    def _complete(self, error: NodeError) -> None:
        """Add what the gate knows of the request and its answer."""
        details = error.details
        details.setdefault("request_method", self.request.method[:30])
        details["request_url"] = self._shown_url()
        if self.redirects:
            details.setdefault("redirects", len(self.redirects))
        if self._answer is not None:
            details.setdefault("status_code", self._answer.status)
            headers = redact_headers(self._answer.headers, self.request.sensitive_headers)
            details.setdefault("response_headers", joined_headers(headers))

    def _timed_out(self) -> NodeError:
        phase = self._phase
        sentence = f"the request took too long {TIMEOUTS[phase]}"
        return failure(Reason.TIMEOUT, sentence, phase=phase)

    def close(self) -> None:
        """End the connection of an answer that was not read to its end.

        A hop that neither ended nor failed was cancelled, or its reader lost interest.
        """
        if not self._is_recorded:
            self._record({"code": "CANCELLED"})
        if self._answer is not None:
            self._answer.close()
        if self._hop is not None:
            self._hop.hang_up()

    @property
    def _phase(self) -> str:
        return "queue" if self._hop is None else self._hop.phase

    def _allow(self, outgoing: Outgoing, *, is_first: bool) -> None:
        url = outgoing.url
        verdict = self._policy.check_place(url.host, url.port, is_literal=url.is_literal)
        self._hop, self._outgoing, self._verdict, self._shown = None, outgoing, verdict, ""
        if not verdict.is_valid:
            raise self._refused(verdict, is_first=is_first)
        if not outgoing.tls.verify and not self._policy.unverified_tls:
            raise failure(Reason.UNVERIFIED)
        if url.scheme == "https" or not self._policy.https_only_with_credentials:
            return
        carries = outgoing.carries_credential or (is_first and bool(self.request.sensitive_query))
        if carries and not self.request.allow_plain_http and not _is_loopback(url):
            raise failure(Reason.PLAIN_HTTP)

    def _redirect(self, outgoing: Outgoing, answer: Answer, location: str) -> Outgoing:
        if len(self.redirects) >= self.request.max_redirects:
            raise failure(
                Reason.TOO_MANY_REDIRECTS,
                f"the server redirected more than {self.request.max_redirects} times, perhaps in a "
                "circle; the limit can be raised",
            )
        try:
            url = outgoing.url.join(location)
        except Refused as refused:
            self._verdict = refused.verdict
            raise self._refused(refused.verdict, is_first=False) from None
        following = redirected(outgoing, answer.status, url)
        self.redirects.append(following.text)
        return following

    def _refused(self, verdict: Verdict, *, is_first: bool) -> NodeError:
        error = verdict.error()
        if not is_first:
            error.message = f"the server's redirect was refused: {error.message}"
        return error

    def _shown_url(self) -> str:
        if not self._shown:
            url = self.request.url[:2048] if self._outgoing is None else self._outgoing.text
            self._shown = redact_url(url, self.request.sensitive_query)
        return self._shown

    def _record(self, error: dict[str, Any] | None, body: bytes | None = None) -> None:
        self._is_recorded = True
        if self._recorder is None:
            return
        outgoing, hop, answer = self._outgoing, self._hop, self._answer
        sensitive = self.request.sensitive_headers
        seconds = perf_counter() - self._hop_started
        record = RequestRecord(
            self.request.method[:30] if outgoing is None else outgoing.method,
            self._shown_url(),
            self._number,
            time.time() - seconds,
            int(seconds * 1e6) / 1000,
            attempt=self.request.attempt,
            id=self._id,
            rule=self._rule(),
        )
        if outgoing is not None:
            headers = outgoing.headers
            is_plain = headers is DEFAULT_HEADERS
            record.request_headers = headers if is_plain else redact_headers(headers, sensitive)
            record.request_body = outgoing.body if type(outgoing.body) is bytes else None
        if hop is not None:
            record.remote_address = hop.peer
            record.bytes_out = self._sent
            record.timings = hop.timings() if answer is None else answer.timings()
        if answer is not None:
            record.status = answer.status
            record.response_headers = redact_headers(answer.headers, sensitive)
            record.response_body = body
            record.bytes_in = answer.bytes_in
        if error is not None:
            record.category = error.get("category")
            record.error = error
        self._recorder.http_request(record)

    def _rule(self) -> str:
        """The rule that decided: of the address, where the name alone was allowed."""
        verdict, hop = self._verdict, self._hop
        if verdict is None:
            return ""
        if verdict.is_valid and hop is not None and hop.rule:
            return hop.rule
        return verdict.rule

    def _report(self, error: SecurityError) -> None:
        if self._recorder is None:
            return
        verdict = self._verdict
        details: dict[str, Any] = {
            "url": self._shown_url(),
            "method": self.request.method[:30],
            "category": error.details.get("category"),
            "rule": error.rule,
            "workflow": self._workflow,
            "hop": self._number,
        }
        if verdict is not None and not verdict.is_valid:
            details |= {"rule": verdict.rule, "detail": verdict.detail}
        if self._hop is not None and self._hop.addresses:
            details["addresses"] = shown_addresses(self._hop.addresses)
        self._recorder.security_event(error.type.value, error.risk, error.message, details)
        error.is_recorded = True


def _is_loopback(url: SafeUrl) -> bool:
    """An address that never leaves this machine (and that an allow rule had to open)."""
    return url.is_literal and (url.host.startswith("127.") or url.host == "::1")
