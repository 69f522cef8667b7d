"""What Jira refuses, each in one sentence that says what to do."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug import Request, Response

from bot.errors import CredentialError, SourceError
from tests.contract.jira.conftest import NOW, Connect
from tests.contract.jira.jira_server import ENVIRON, Edition, JiraStandIn, issue, server

WRONG = {**ENVIRON, "JIRA_TOKEN": "wr0ng"}


@pytest.mark.parametrize(
    ("jql", "says"),
    [
        (
            "project = NOPE",
            r"^jira: Jira refuses incidents\.jql: The value 'NOPE' does not exist for the field 'project'\.$",
        ),
        (
            "project = = OPS",
            r"^jira: Jira refuses incidents\.jql: Error in the JQL Query: Expecting a value but got '='\.$",
        ),
    ],
)
def test_a_query_that_jira_does_not_accept_is_named_with_its_reason(connect: Connect, jql: str, says: str) -> None:
    connected = connect([], incidents={"jql": jql})
    with pytest.raises(SourceError, match=says):
        connected.page()
    with pytest.raises(SourceError, match=says):
        connected.jira.probe()


def test_a_wrong_token_is_named_by_its_variable_and_never_shown(connect: Connect) -> None:
    connected = connect([], environ=WRONG)
    for ask in (connected.page, connected.jira.probe):
        with pytest.raises(CredentialError, match=r"does not accept env:JIRA_TOKEN \(401\)") as told:
            ask()
        assert "wr0ng" not in str(told.value)


def test_a_token_that_cloud_takes_for_a_strangers_is_refused(connect: Connect, edition: Edition) -> None:
    """Cloud's search answers 200, and nothing."""
    connected = connect(JiraStandIn(edition, [], takes_strangers=True), environ=WRONG)
    with pytest.raises(CredentialError, match=r"does not accept env:JIRA_TOKEN"):
        connected.page()


class Silent(JiraStandIn):
    """It does not say whom it answers."""

    def __call__(self, request: Request) -> Response:
        response = super().__call__(request)
        response.headers.pop("X-AAccountId", None)
        return response


@pytest.mark.parametrize("kind", [JiraStandIn, Silent])
def test_an_empty_answer_to_nobody_in_particular_is_doubted(
    connect: Connect, edition: Edition, kind: type[JiraStandIn]
) -> None:
    connected = connect(kind(edition, []))
    connected.page()
    doubts = sum(path.endswith("/myself") for path in connected.server.asked)
    assert doubts == (1 if kind is Silent and edition == "cloud" else 0)


def test_a_project_that_does_not_exist_is_named(connect: Connect, edition: Edition) -> None:
    connected = connect(server(5, NOW, edition), releases={"projects": ["SHOP", "NOPE"]})
    says = r"^jira: releases\.projects names NOPE, which is not there, or env:JIRA_TOKEN may not see it\.$"
    with pytest.raises(SourceError, match=says):
        connected.jira.probe()


def test_the_other_edition_is_asked_whether_it_is_right(connect: Connect, edition: Edition) -> None:
    other = "data_center" if edition == "cloud" else "cloud"
    connected = connect([], edition=other, user="env:JIRA_USER")
    with pytest.raises(SourceError, match=rf"It was asked for as edition: {other}; is that right\?$"):
        connected.page()


class Stuck(JiraStandIn):
    """Its next page is always the same one."""

    def __call__(self, request: Request) -> Response:
        response = super().__call__(request)
        if request.path.endswith("search/jql"):
            response.set_data(json.dumps({"issues": [], "nextPageToken": "again"}))
        return response


@pytest.mark.parametrize("edition", ["cloud"], indirect=True)
def test_a_search_that_goes_round_in_circles_is_left(connect: Connect, edition: Edition) -> None:
    connected = connect(Stuck(edition, []))
    with pytest.raises(SourceError, match="leads from a page of its search to the same page"):
        connected.pages()


class NoJira(JiraStandIn):
    def __call__(self, request: Request) -> Response:
        self.asked.append(request.path)
        return Response('{"hello": "world"}', content_type="application/json")


def test_a_server_that_is_no_jira_is_doubted(connect: Connect, edition: Edition) -> None:
    with pytest.raises(SourceError, match=r"answers, but not as Jira does \(issues is missing\); is the url right\?"):
        connect(NoJira(edition, [])).page()


def test_an_issue_from_the_future_is_read_as_it_stands(connect: Connect) -> None:
    """The engine sets aside what is yet to happen; the source does not mend it."""
    ahead = issue("OPS-1", NOW + timedelta(days=3))
    ahead["milliseconds"] = round(NOW.timestamp() * 1000) - 1
    ahead["fields"]["updated"] = "2026-11-02T11:59:59.999+0000"
    (event,) = connect([ahead]).page().events
    assert event.at == NOW + timedelta(days=3)


def test_the_library_neither_logs_nor_repeats_an_answer(
    connect: Connect, edition: Edition, caplog: pytest.LogCaptureFixture
) -> None:
    connected = connect(server(3, NOW, edition), incidents={"jql": "project = NOPE"})
    with pytest.raises(SourceError):
        connected.page()
    assert not [record for record in caplog.records if record.name.startswith("jira")]


def test_a_probe_says_which_jira_it_is_and_which_projects_are_seen(connect: Connect, edition: Edition) -> None:
    probe = connect(server(5, NOW, edition)).jira.probe()
    named = {"cloud": "Jira Cloud", "data_center": "Jira Data Center"}[edition]
    assert probe.says == f"env:JIRA_TOKEN sees 2 projects of {named}"
    assert probe.visible == ("OPS", "SHOP")


def test_a_probe_says_which_jira_the_server_is_and_not_which_its_address_looks_like(
    connect: Connect, edition: Edition
) -> None:
    """As `quintet init` asks: without a query that would find out."""
    jira = connect(server(5, NOW, edition), edition=None, releases=None).jira
    named = {"cloud": "Jira Cloud", "data_center": "Jira Data Center"}[edition]
    assert replace(jira, settings=jira.settings.model_copy(update={"incidents": None})).probe().says.endswith(named)
