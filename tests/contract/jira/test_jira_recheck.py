"""What became of incidents that are known: those that left the query, or Jira, are gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import SourceError
from bot.source import Page
from tests.contract.jira.conftest import NOW, Connect, Connected
from tests.contract.jira.jira_server import Edition, JiraStandIn, edit, history, issue, touch

SINCE = NOW - timedelta(days=1)
KNOWN = [f"OPS-{number}" for number in range(1, 8)]


@pytest.fixture
def jira(connect: Connect, edition: Edition) -> Connected:
    return connect(JiraStandIn(edition, [issue(key, NOW - timedelta(days=5), components=[]) for key in KNOWN]))


def rechecked(jira: Connected, keys: list[str] = KNOWN) -> Page:
    stream = jira.incidents
    assert stream.recheck is not None
    return stream.recheck(keys, SINCE)


def changed(jira: Connected, key: str, **fields: object) -> None:
    one = next(one for one in jira.server.issues if one["key"] == key)
    one["fields"].update(fields)
    touch(one, NOW)


def test_nothing_is_gone_where_nothing_changed(jira: Connected) -> None:
    assert rechecked(jira) == Page()
    assert jira.jira.requests == 1


def test_what_changed_and_is_still_an_incident_is_not_gone(jira: Connected) -> None:
    changed(jira, "OPS-2")
    assert rechecked(jira).gone == ()


def test_what_was_retyped_is_gone(jira: Connected) -> None:
    changed(jira, "OPS-2")
    changed(jira, "OPS-3", issuetype={"name": "Task"})
    assert rechecked(jira).gone == ("OPS-3",)


@pytest.mark.parametrize("is_named", [True, False])
def test_what_was_deleted_is_gone_and_does_not_hide_the_rest(jira: Connected, is_named: bool) -> None:
    jira.server.names_unknown_keys = is_named
    jira.server.issues = [one for one in jira.server.issues if one["key"] not in {"OPS-1", "OPS-6"}]
    changed(jira, "OPS-3", issuetype={"name": "Task"})
    assert sorted(rechecked(jira).gone) == ["OPS-1", "OPS-3", "OPS-6"]


def test_what_was_moved_is_gone_under_the_key_it_had(jira: Connected) -> None:
    moved = next(one for one in jira.server.issues if one["key"] == "OPS-4")
    moved["key"] = "SHOP-9"
    moved["log"] = [history(NOW, {**edit("Key"), "fromString": "OPS-4", "toString": "SHOP-9"})]
    touch(moved, NOW)
    jira.server.former_keys = {"OPS-4": "SHOP-9"}
    assert rechecked(jira).gone == ("OPS-4",)


def test_a_project_that_went_out_of_sight_takes_nothing_back(jira: Connected) -> None:
    """Jira then says of all issues that they do not exist, and of the project too."""
    hidden = jira.jira.settings.model_copy(
        update={"incidents": jira.jira.settings.incidents.model_copy(update={"jql": "project = GONE"})}
    )
    jira.server.issues.clear()
    stream = type(jira.jira)(hidden, jira.jira.server, NOW.timestamp).streams()[0]
    assert stream.recheck is not None
    with pytest.raises(SourceError, match="The value 'GONE' does not exist for the field 'project'"):
        stream.recheck(KNOWN, SINCE)


@pytest.mark.parametrize(("project", "requests"), [("OPS", 1), ("INFRASTRUCTURE", 2)])
def test_five_hundred_are_asked_after_in_addresses_that_servers_take(
    jira: Connected, project: str, requests: int
) -> None:
    keys = [f"{project}-{number}" for number in range(1, 501)]
    jira.server.issues = [issue(key, NOW - timedelta(days=5)) for key in keys]
    assert rechecked(jira, keys).gone == ()
    assert jira.jira.requests == requests
    assert max(map(len, jira.server.addresses)) < 7_500


def test_all_of_them_are_looked_for_wherever_they_are_asked_after(jira: Connected) -> None:
    keys = [f"INFRASTRUCTURE-{number}" for number in range(1, 501)]
    jira.server.issues = [issue(key, NOW - timedelta(days=5), issuetype={"name": "Task"}) for key in keys]
    for one in jira.server.issues[::7]:
        touch(one, NOW)
    assert sorted(rechecked(jira, keys).gone) == sorted(keys[::7])
