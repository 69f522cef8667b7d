"""What real servers sent: each issue becomes an incident, or is counted with a reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.source import Ask, Span
from tests.contract.conftest import Recorded
from tests.contract.jira.conftest import Connect
from tests.contract.jira.jira_server import Edition, JiraStandIn, answered

SINCE_EVER = Span(datetime(2000, 1, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(days=1))


class Recordings(JiraStandIn):
    """Answers with recorded statuses, where the list leaves out some that the issues have been in."""

    statuses: list[dict[str, Any]]

    def _body(self, path: str, request: Any) -> Any:
        return answered(self.statuses) if path == "status" else super()._body(path, request)


def test_every_recorded_issue_becomes_an_incident_or_is_counted(
    recorded: Recorded, connect: Connect, edition: Edition
) -> None:
    files = recorded("jira")
    issues = [served(item["data"]) for item in files["issues"]]
    server = Recordings(edition, [*issues, *with_histories(files["changelogs"], issues[0])])
    server.statuses = [item["data"] for item in files["statuses"]]
    connected = connect(server, incidents={"jql": "updated is not EMPTY", "team": "team-x"})
    pages = connected.pages(SINCE_EVER)
    events = [event for page in pages for event in page.events]
    set_aside = Counter(kept.reason for page in pages for kept in page.set_aside)
    passed_over = Counter[str]()
    for page in pages:
        passed_over.update(page.noted)
    print(f"\n{edition}: {len(server.issues)} issues: {len(events)} incidents, {set_aside=}, noted={passed_over}")  # noqa: T201  to be seen
    assert len(events) + sum(set_aside.values()) == len(server.issues)
    assert all(event.updated_at is not None for event in events)


def test_every_recorded_version_becomes_a_deployment_or_is_counted(
    recorded: Recorded, connect: Connect, edition: Edition
) -> None:
    """They come within the issues that they fix."""
    within = [
        version for item in recorded("jira")["issues"] for version in item["data"]["fields"].get("fixVersions") or ()
    ]
    versions = list({version["id"]: version for version in within}.values())
    connected = connect(JiraStandIn(edition, [], versions))
    page = connected.releases.fetch(Ask(span=SINCE_EVER))
    print(f"\n{edition}: {len(versions)} versions: {len(page.events)} deployments, noted={dict(page.noted)}")  # noqa: T201  to be seen
    assert len(page.events) + len(page.set_aside) + sum(page.noted.values()) == len(versions)


def served(data: dict[str, Any]) -> dict[str, Any]:
    """An issue of the stand-in, with the history that came with it."""
    log = (data.get("changelog") or {}).get("histories") or []
    milliseconds = round(datetime.fromisoformat(data["fields"]["updated"]).timestamp() * 1000)
    return {**data, "log": log[::-1], "milliseconds": milliseconds}


def with_histories(changelogs: list[dict[str, Any]], like: dict[str, Any]) -> list[dict[str, Any]]:
    """The histories that came by themselves, each in an issue that is otherwise like another one."""
    of: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for item in changelogs:
        of[item["parent"]["issue_id"]].append(item["data"])
    return [{**like, "id": str(number), "key": f"LOG-{number}", "log": log} for number, log in of.items()]
