"""Answers that no Jira should give: one item with its reason, or one sentence, and never the end of the rest."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from werkzeug import Request, Response

from bot.errors import SourceError
from bot.source import Ask
from tests.contract.jira.conftest import LAST_WEEKS, NOW, Connect
from tests.contract.jira.jira_server import Edition, JiraStandIn, history, issue

OPENED = NOW - timedelta(days=2)
GOOD = issue("OPS-1", OPENED, components=[{"name": "shop"}]) | {"changelog": {"histories": [], "total": 0}}


@dataclass
class OddJira(JiraStandIn):
    """Some of its answers, by how their path ends, are replaced or changed."""

    instead: dict[str, Any] = field(default_factory=dict)

    def _answer(self, path: str, request: Request) -> Response:
        found = next((said for name, said in self.instead.items() if path.startswith(name)), None)
        usual = super()._answer(path, request)
        if found is None:
            return usual
        body = {**json.loads(usual.get_data()), **found} if isinstance(found, dict) else found
        return Response(json.dumps(body), content_type="application/json")


def odd(connect: Connect, edition: Edition, **instead: Any) -> Any:
    return connect(OddJira(edition, [GOOD], instead=instead), incidents={"fields": {"started_at": "customfield_1"}})


@pytest.mark.parametrize(
    "other",
    [
        None,
        5,
        "OPS-2",
        ["OPS-2"],
        {},
        {**GOOD, "key": 5},
        {**GOOD, "fields": {**GOOD["fields"], "updated": "0001-01-01T00:00:00+23:00"}},
        {**GOOD, "fields": {**GOOD["fields"], "updated": 1e300}},
        {**GOOD, "fields": {**GOOD["fields"], "created": 10**400}},
        {**GOOD, "fields": {**GOOD["fields"], "summary": "\ud800"}},
    ],
)
def test_an_issue_of_another_shape_is_set_aside(connect: Connect, edition: Edition, other: Any) -> None:
    page = odd(connect, edition, search={"issues": [GOOD, other]}).page()
    assert [event.id for event in page.events] == ["OPS-1"]
    assert len(page.set_aside) == 1


@pytest.mark.parametrize("value", [1e300, "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", 10**400])
def test_a_time_beyond_all_calendars_is_left_out(connect: Connect, edition: Edition, value: object) -> None:
    issues = [{**GOOD, "fields": {**GOOD["fields"], "customfield_1": value}}]
    page = odd(connect, edition, search={"issues": issues}).page()
    assert [event.started_at for event in page.events] == [None]
    assert page.noted == {"fields.started_at holds no time with an offset: left out": 1}


@pytest.mark.parametrize(
    ("instead", "missing"),
    [
        ({"search": {"issues": None}}, "issues"),
        ({"search": {"issues": "none"}}, "issues"),
        ({"search": {"nextPageToken": 5, "total": "5"}}, "nextPageToken|total"),
        ({"search": {"nextPageToken": "a\0\ud800", "total": None}}, "nextPageToken|total"),
        ({"status": "none"}, "statuses"),
    ],
)
def test_an_answer_of_another_shape_is_doubted(
    connect: Connect, edition: Edition, instead: dict[str, Any], missing: str
) -> None:
    with pytest.raises(SourceError, match=rf"answers, but not as Jira does \(({missing}) is missing\)"):
        odd(connect, edition, **instead).page()


def test_statuses_of_another_shape_are_passed_over(connect: Connect, edition: Edition) -> None:
    assert [event.id for event in odd(connect, edition, status=[None, "Done", {"name": "Done"}]).page().events] == [
        "OPS-1"
    ]


@pytest.mark.parametrize("other", [None, {}, {"key": "OPS-2", "changelog": {"histories": [None, {"items": [{}]}]}}])
def test_an_odd_issue_stops_no_question_after_known_ones(connect: Connect, edition: Edition, other: Any) -> None:
    moved = {"key": "SHOP-9", "changelog": {"histories": [history(NOW, {"field": "Key", "fromString": "OPS-1"})]}}
    stream = odd(connect, edition, search={"issues": [other, moved]}).incidents
    assert stream.recheck(["OPS-1"], OPENED).gone == ("OPS-1",)


@pytest.mark.parametrize(
    "other",
    [None, "1.0", [], {}, {"released": True, "releaseDate": 5}, {"released": True, "releaseDate": "9999-99-99"}],
)
def test_a_version_of_another_shape_is_set_aside(connect: Connect, edition: Edition, other: Any) -> None:
    good = {"id": "1", "name": "1.0", "released": True, "releaseDate": f"{OPENED:%Y-%m-%d}"}
    stream = odd(connect, edition, project={"values": [good, other], "total": 2}).releases
    page = stream.fetch(Ask(span=LAST_WEEKS))
    assert [event.id for event in page.events] == ["1"]
    assert len(page.set_aside) + sum(page.noted.values()) == 1
    assert page.gone == ()
