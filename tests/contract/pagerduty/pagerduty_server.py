"""A PagerDuty as its REST API answers: services, incidents by the time they were opened, and the logs."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug import Request, Response

SETTINGS: Mapping[str, object] = {"kind": "pagerduty", "token": "env:PAGERDUTY_TOKEN"}
ENVIRON: Mapping[str, str] = {"PAGERDUTY_TOKEN": "pagerduty-token"}

WEEKS = timedelta(weeks=100)
APART = timedelta(hours=6)  # two incidents, where there are few
SERVICES = ("checkout", "search")
ADA = {"id": "PADA", "type": "user_reference", "summary": "Ada Example"}


def server(items: int, now: datetime) -> Callable[[Request], Response]:
    """`items` incidents, the last one an hour ago and still open."""
    apart = min(APART, WEEKS / items)
    opened = (now - timedelta(hours=1) - apart * (items - number) for number in range(1, items + 1))
    incidents = [incident(number, at, is_open=number == items) for number, at in enumerate(opened, 1)]
    return pagerduty(incidents, {})


def pagerduty(
    incidents: Sequence[dict[str, Any]], logs: Mapping[str, Sequence[dict[str, Any]]]
) -> Callable[[Request], Response]:
    """Incidents in the order in which they were opened; a log that is not given is the usual one."""
    return Account(incidents, logs).answer


@dataclass
class Account:
    """The incidents may become more as they are read."""

    incidents: Sequence[dict[str, Any]]
    logs: Mapping[str, Sequence[dict[str, Any]]]
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, request: Request) -> Response:
        if request.headers.get("Authorization") != "Token token=pagerduty-token":
            return failure(401, "Unauthorized")
        if len(self.by_id) < len(self.incidents):
            self.by_id = {each["id"]: each for each in self.incidents}
        lists = {"/services": self.services, "/incidents": self.listed, "/log_entries": self.changes}
        return lists.get(request.path, self.of_one)(request)

    def services(self, request: Request) -> Response:
        return page(request, "services", [{"id": f"P{name}", "name": name} for name in SERVICES])

    def listed(self, request: Request) -> Response:
        return listed(request, self.incidents)

    def changes(self, request: Request) -> Response:
        since = datetime.fromisoformat(request.args["since"])
        late = (entry for each in self.by_id for entry in self.log_of(each) if at(entry) >= since)
        return page(request, "log_entries", sorted(late, key=at, reverse=True))

    def of_one(self, request: Request) -> Response:
        match request.path.strip("/").split("/"):
            case ["incidents", asked] if asked in self.by_id:
                return answered({"incident": self.by_id[asked]})
            case ["incidents", asked, "log_entries"] if asked in self.by_id:
                return page(request, "log_entries", self.log_of(asked))
            case _:
                return failure(404, "Not Found")

    def log_of(self, asked: str) -> Sequence[dict[str, Any]]:
        return self.logs[asked] if asked in self.logs else log(self.by_id[asked])


def listed(request: Request, incidents: Sequence[dict[str, Any]]) -> Response:
    since, until = (datetime.fromisoformat(request.args[name]) for name in ("since", "until"))
    offset, limit = (int(request.args[name]) for name in ("offset", "limit"))
    if until - since > timedelta(days=184) or offset + limit > 10_000:
        return failure(400, "Invalid Input Provided")
    urgencies = request.args.getlist("urgencies[]")
    first, last = (bisect_left(incidents, time, key=at) for time in (since, until))
    found = [each for each in incidents[first:last] if not urgencies or each["urgency"] in urgencies]
    return page(request, "incidents", found)


def page(request: Request, name: str, items: Sequence[dict[str, Any]]) -> Response:
    offset, limit = int(request.args.get("offset", 0)), int(request.args.get("limit", 25))
    more = offset + limit < len(items)
    return answered(
        {name: items[offset : offset + limit], "limit": limit, "offset": offset, "total": None, "more": more}
    )


def at(item: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(item["created_at"])


def incident(number: int, opened: datetime, *, is_open: bool = False, **changes: Any) -> dict[str, Any]:
    """One incident as the API has it; resolved after half an hour unless it is open."""
    service = SERVICES[number % len(SERVICES)]
    changed = opened + timedelta(minutes=5 if is_open else 30)
    return {
        "id": f"Q{number}",
        "incident_number": number,
        "type": "incident",
        "title": f"Errors of {service}",
        "summary": f"[#{number}] Errors of {service}",
        "created_at": said(opened),
        "status": "acknowledged" if is_open else "resolved",
        "service": {"id": f"P{service}", "type": "service_reference", "summary": service},
        "assignments": [{"at": said(opened), "assignee": ADA}] if is_open else [],
        "acknowledgements": [{"at": said(changed), "acknowledger": ADA}] if is_open else [],
        "last_status_change_at": said(changed),
        "last_status_change_by": ADA,
        "teams": [],
        "priority": None,
        "urgency": "high",
        "html_url": f"https://acme.pagerduty.com/incidents/Q{number}",
    } | changes


def log(of: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Triggered by monitoring, assigned, acknowledged, and resolved where it is; newest first."""
    opened, changed = at(of), datetime.fromisoformat(of["last_status_change_at"])
    entries = [
        entry("trigger", opened, {"type": "inbound_integration_reference"}, "events_api_v2", of["id"]),
        entry("assign", opened, {"type": "service_reference"}, "auto", of["id"]),
        entry("notify", opened, None, "auto", of["id"]),
        entry("acknowledge", opened + timedelta(minutes=5), ADA, "website", of["id"]),
    ]
    if of["status"] == "resolved":
        entries.append(entry("resolve", changed, ADA, "website", of["id"]))
    return entries[::-1]


def entry(
    what: str, when: datetime, agent: Mapping[str, str] | None = ADA, channel: str = "website", of: str = "Q1"
) -> dict[str, Any]:
    """One line of a log; some have no agent at all."""
    by = {} if agent is None else {"agent": agent}
    return {
        "id": f"R{what}{when.timestamp():.0f}",
        "type": f"{what}_log_entry",
        "summary": "Something by Ada Example.",
        "created_at": said(when),
        "channel": {"type": channel},
        "incident": {"id": of, "type": "incident_reference"},
        **by,
    }


def said(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def answered(data: object) -> Response:
    return Response(json.dumps(data), content_type="application/json")


def failure(status: int, message: str) -> Response:
    return Response(json.dumps({"error": {"message": message, "code": 2000}}), status, content_type="application/json")
