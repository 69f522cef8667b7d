"""The client library asks by the one transport policy, and tries nothing again by itself."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from werkzeug import Request, Response

from bot.errors import SourceError
from tests.contract.jira.conftest import NOW, Connect, Connected, ids
from tests.contract.jira.jira_server import Edition, JiraStandIn, server


@dataclass
class Faulty(JiraStandIn):
    """Answers the first requests otherwise than it should."""

    fault: Response | None = None
    times: int = 1

    def __call__(self, request: Request) -> Response:
        if self.times and self.fault:
            self.times -= 1
            return self.fault
        return super().__call__(request)


FAULTS = [
    pytest.param(Response('{"issues": [', content_type="application/json"), id="truncated JSON"),
    pytest.param(Response("", content_type="application/json"), id="no body"),
    pytest.param(Response("<html>", 200), id="a page for people"),
    pytest.param(Response("", 429, headers={"Retry-After": "3"}), id="too many requests"),
    pytest.param(Response("", 503), id="maintenance"),
    pytest.param(Response("", 500), id="a bug of theirs"),
]


def faulty(connect: Connect, edition: Edition, fault: Response, times: int) -> Connected:
    whole = server(30, NOW, edition)
    return connect(Faulty(edition, whole.issues, whole.versions, fault=fault, times=times))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_passing_fault_is_asked_again(connect: Connect, edition: Edition, fault: Response) -> None:
    connected = faulty(connect, edition, fault, 1)
    page = connected.page()
    assert ids([page])
    assert connected.jira.requests == 3, "the fault, the search, the statuses"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_lasting_fault_ends_in_a_sentence(connect: Connect, edition: Edition, fault: Response) -> None:
    connected = faulty(connect, edition, fault, 99)
    with pytest.raises(SourceError, match=r"^jira: http://localhost:\d+ "):
        connected.page()
    assert connected.jira.requests == 5


def test_another_host_is_not_asked(connect: Connect, edition: Edition) -> None:
    moved = Response("", 302, headers={"Location": "https://elsewhere.example.com/rest/api/2/search"})
    with pytest.raises(SourceError, match=r"leads to https://elsewhere\.example\.com, which is not configured"):
        faulty(connect, edition, moved, 99).page()


def test_what_may_not_be_read_is_named(connect: Connect, edition: Edition) -> None:
    with pytest.raises(SourceError, match=r"env:JIRA_TOKEN may not read /rest/api/\d/search(/jql)? \(403\)\.$"):
        faulty(connect, edition, Response("{}", 403, content_type="application/json"), 1).page()
