"""A PagerDuty as its REST API answers: services, incidents by the time they were opened, and the logs."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
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
    """`items` incidents, the last one still open."""
    apart = min(APART, WEEKS / max(1, items))
    opened = (now - apart * (items - number + 0.5) for number in range(1, items + 1))
    incidents = [incident(number, at, is_open=number == items) for number, at in enumerate(opened, 1)]
    return pagerduty(incidents, {})


def pagerduty(
    incidents: Sequence[dict[str, Any]], logs: Mapping[str, Sequence[dict[str, Any]]]
) -> Callable[[Request], Response]:
    """Incidents in the order in which they were opened; a log that is not given is the usual one."""
    by_id = {each["id"]: each for each in incidents}

    def log_of(asked: str) -> Sequence[dict[str, Any]]:
        return logs[asked] if asked in logs else log(by_id[asked])

    def answer(request: Request) -> Response:
        if request.headers.get("Authorization") != "Token token=pagerduty-token":
            return failure(401, "Unauthorized")
        asked = request.path.strip("/").split("/")
        if asked == ["services"]:
            return page(request, "services", [{"id": f"P{name}", "name": name} for name in SERVICES])
        if asked == ["incidents"]:
            return listed(request, incidents)
        if asked == ["log_entries"]:
            since = datetime.fromisoformat(request.args["since"])
            changed = (entry for each in by_id for entry in log_of(each) if at(entry) >= since)
            return page(request, "log_entries", sorted(changed, key=at, reverse=True))
        return of_one(request, asked)

    def of_one(request: Request, asked: Sequence[str]) -> Response:
        if len(asked) < 2 or asked[1] not in by_id:
            return failure(404, "Not Found")
        is_log = asked[2:] == ["log_entries"]
        return page(request, "log_entries", log_of(asked[1])) if is_log else answered({"incident": by_id[asked[1]]})

    return answer


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
