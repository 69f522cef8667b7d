"""A Jira as it answers over REST, as Cloud and as Data Center: issues of one project, and its released versions."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

from werkzeug import Request, Response

Edition = Literal["cloud", "data_center"]
Json = dict[str, Any]

SETTINGS: Mapping[str, object] = {
    "kind": "jira",
    "edition": "cloud",
    "user": "env:JIRA_USER",
    "token": "env:JIRA_TOKEN",
    "incidents": {
        "jql": "project = OPS AND issuetype = Incident ORDER BY created",
        "team": "team-x",
        "fields": {"started_at": "customfield_10100"},
    },
    "releases": {"projects": ["SHOP"], "service": "checkout"},
}
SETTINGS_DATA_CENTER: Mapping[str, object] = {
    **{name: value for name, value in SETTINGS.items() if name != "user"},
    "edition": "data_center",
}
ENVIRON: Mapping[str, str] = {"JIRA_USER": "bot@example.com", "JIRA_TOKEN": "jira-t0ken"}

ZONE = timezone(timedelta(hours=8))
NEW, DOING, DONE, EASED = "10000", "3", "10002", "10007"
STATUSES = {
    NEW: ("待处理", "new"),
    DOING: ("处理中", "indeterminate"),
    DONE: ("完结", "done"),
    EASED: ("影响解除", "indeterminate"),
}
COMPONENTS = (["checkout"], ["checkout", "payments"], ["payments"], [])
PROJECTS = ("OPS", "SHOP")
WEEKS = 100
LONG = 3
"""The issue whose history is longer than Cloud's search shows."""
_LISTED = 40


def server(items: int, now: datetime, edition: Edition = "cloud") -> JiraStandIn:
    """So many incidents, spread over the weeks before `now`, and a version for each hundred of them."""
    step = timedelta(weeks=WEEKS) / max(items, 1)
    issues = [incident(number, now - step * (items - number) - timedelta(hours=6)) for number in range(items)]
    versions = [version(number, now - timedelta(days=2 + 3 * number)) for number in range(max(3, items // 100))]
    return JiraStandIn(edition, issues, versions)


def incident(number: int, created: datetime) -> Json:
    """Taken on, solved, and in every seventh case opened and solved again, within four hours."""
    log = [
        move(created + timedelta(minutes=20), NEW, DOING, ("assignee", None, "anna")),
        move(created + timedelta(hours=1), DOING, DOING, ("assignee", "anna", "ben")),
        move(created + timedelta(hours=2), DOING, DONE, ("resolution", None, "1")),
    ]
    if number % 7 == 0:
        log.append(move(created + timedelta(hours=3), DONE, DOING, ("resolution", "1", None)))
        log.append(move(created + timedelta(hours=4), DOING, DONE, ("resolution", None, "1")))
    if number == LONG:
        log[1:1] = [history(created + timedelta(minutes=21, seconds=tick), edit("description")) for tick in range(150)]
    components = COMPONENTS[number % len(COMPONENTS)]
    return issue(f"OPS-{number + 1}", created, log, components=[{"id": name, "name": name} for name in components])


def issue(key: str, created: datetime, log: Sequence[Json] = (), **fields: Any) -> Json:
    """As Jira has it: with an object or null for most fields, and with the people that nobody asks for."""
    moves = [item for entry in log for item in entry["items"] if item["field"] == "status"]
    last = next((item for item in moves[::-1] if item["fieldtype"] == "jira"), None)
    resolved = last is not None and last["to"] == DONE
    made = {
        "id": key.replace("-", "0"),
        "key": key,
        "self": f"https://jira.example.com/rest/api/2/issue/{key}",
        "fields": {
            "summary": f"付款失败 {key}",
            "status": status(last["to"] if last else NEW),
            "project": {"id": "10003", "key": key.partition("-")[0], "name": "Operations"},
            "issuetype": {"id": "10001", "name": "Incident"},
            "priority": {"id": "2", "name": "严重"},
            "components": [],
            "labels": [],
            "assignee": None,
            "reporter": {"accountId": "712020:reporter", "displayName": "Rita Reporter", "active": True},
            "resolution": {"id": "1", "name": "已修复"} if resolved else None,
            "resolutiondate": log[-1]["created"] if resolved else None,
            "created": stamp(created),
            "customfield_10100": None,
            **fields,
        },
        "log": list(log),
    }
    touch(made, datetime.fromisoformat(log[-1]["created"]) if log else created)
    return made


def version(number: int, at: datetime) -> Json:
    return {
        "id": str(20_000 + number),
        "name": f"shop {number}",
        "self": f"https://jira.example.com/rest/api/2/version/{20_000 + number}",
        "archived": False,
        "released": True,
        "releaseDate": f"{at:%Y-%m-%d}",
        "projectId": 10004,
    }


def status(id_: str) -> Json:
    name, category = STATUSES[id_]
    return {"id": id_, "name": name, "statusCategory": {"id": 2, "key": category, "name": name, "colorName": "blue"}}


def stamp(at: datetime) -> str:
    """As Jira writes it: in somebody's zone, with milliseconds, and an offset without a colon."""
    local = at.astimezone(ZONE)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03}{local:%z}"


def history(at: datetime, *items: Json) -> Json:
    author = {"accountId": "712020:author", "displayName": "Arno Author", "active": True}
    return {"id": str(round(at.timestamp())), "author": author, "created": stamp(at), "items": list(items)}


def move(at: datetime, before: str, after: str, *others: tuple[str, str | None, str | None]) -> Json:
    """From a status to another one, and what changed along with it."""
    said = [edit(*other) for other in others]
    return history(at, *([edit("status", before, after)] if before != after else []), *said)


def edit(name: str, before: str | None = None, after: str | None = None) -> Json:
    def called(id_: str | None) -> str | None:
        return STATUSES[id_][0] if name == "status" and id_ in STATUSES else None

    item = {"field": name, "fieldtype": "jira", "from": before, "to": after}
    return {**item, "fieldId": name, "fromString": called(before), "toString": called(after)}


@dataclass
class JiraStandIn:
    """Answers requests; `asked` has their paths."""

    edition: Edition
    issues: list[Json]
    versions: list[Json] = field(default_factory=list)
    former_keys: dict[str, str] = field(default_factory=dict)
    takes_strangers: bool = False
    """Cloud's search answers a wrong token as if nobody had asked."""
    listed_histories: int | None = None
    names_unknown_keys: bool = True
    asked: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listed_histories = self.listed_histories or (_LISTED if self.edition == "cloud" else None)

    def __call__(self, request: Request) -> Response:
        self.asked.append(request.path)
        self.addresses.append(request.environ["REQUEST_URI"])
        found = re.fullmatch(r"/rest/api/(2|3|latest)/(.+)", request.path)
        if found is None or (found[1] == "3" and self.edition == "data_center"):
            return refused(404, "null for uri")
        if found[2] == "serverInfo":
            return answered({"deploymentType": "Cloud" if self.edition == "cloud" else "Server", "version": "10.3.1"})
        if not self._knows(request):
            if self.takes_strangers and found[2] == "search/jql":
                return answered({"issues": [], "isLast": True}, {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})
            return refused(401, "Client must be authenticated to access this resource.")
        response = self._answer(found[2], request)
        if self.edition == "cloud":
            response.headers["X-AAccountId"] = "712020:bot"
        return response

    def _knows(self, request: Request) -> bool:
        token = ENVIRON["JIRA_TOKEN"]
        basic = b64encode(f"{ENVIRON['JIRA_USER']}:{token}".encode()).decode()
        known = {f"Basic {basic}"} if self.edition == "cloud" else {f"Basic {basic}", f"Bearer {token}"}
        return request.headers.get("Authorization") in known

    def _answer(self, path: str, request: Request) -> Response:
        if path in {"search", "search/jql"}:
            return self._search(path, request)
        body = self._body(path, request)
        return refused(404, "It does not exist, or you do not have permission to see it.") if body is None else body

    def _body(self, path: str, request: Request) -> Response | None:
        cloud = self.edition == "cloud"
        found: object = None
        match path.split("/"):
            case ["myself"]:
                found = {"accountId": "712020:bot", "displayName": "Bot", "timeZone": "Asia/Shanghai"}
            case ["status"]:
                found = [status(id_) for id_ in STATUSES]
            case ["issue", key] if (one := self._of(key)) is not None:
                found = {**self._shown(one, ["status"], ""), "changelog": log_of(one["log"], None)}
            case ["issue", key, "changelog"] if cloud and (one := self._of(key)) is not None:
                found = page_of(one["log"], request)
            case ["project"]:
                found = [{"id": key, "key": key} for key in PROJECTS]
            case ["project", "search"] if cloud:
                found = page_of([{"id": key, "key": key} for key in PROJECTS], request)
            case ["project", key, "version"] if key in PROJECTS and request.args.get("orderBy") == "-releaseDate":
                found = page_of(self._versions_of(key), request)
            case _:
                pass
        return None if found is None else answered(found)

    def _versions_of(self, key: str) -> list[Json]:
        """Those without a date come first, as they do in a list that is turned round."""
        listed = self.versions if key == "SHOP" else []
        return sorted(listed, key=lambda each: each.get("releaseDate") or "9", reverse=True)

    def _search(self, path: str, request: Request) -> Response:
        cloud = self.edition == "cloud"
        if cloud and path == "search":
            return refused(410, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.")
        if not cloud and path != "search":
            return refused(404, "null for uri")
        try:
            found = self._matching(request.args["jql"])
        except ValueError as error:
            return refused(400, str(error))
        size = min(int(request.args.get("maxResults", 50)), 100)
        token = request.args.get("nextPageToken")
        start = following(found, token) if cloud else int(request.args.get("startAt", 0))
        issues = found[start : start + size]
        shown = [self._shown(one, request.args.getlist("fields"), request.args.get("expand", "")) for one in issues]
        if not cloud:
            return answered({"startAt": start, "maxResults": size, "total": len(found), "issues": shown})
        more = start + size < len(found)
        return answered(
            {"issues": shown, "isLast": not more, **({"nextPageToken": place_of(issues[-1])} if more else {})}
        )

    def _matching(self, jql: str) -> list[Json]:
        """Those parts of JQL that are asked here; ValueError with what Jira says of an error."""
        where, _, order = jql.partition(" ORDER BY ")
        if "= =" in where:
            raise ValueError("Error in the JQL Query: Expecting a value but got '='.")
        for project in re.findall(r"project = (\w+)", where):
            if project not in PROJECTS:
                raise ValueError(f"The value '{project}' does not exist for the field 'project'.")
        found = [one for one in self.issues if self._is_meant(one, where)]
        if keys := re.search(r"key in \(([^)]*)\)", where):
            asked = {self.former_keys.get(key, key) for key in keys[1].split(", ")}
            self._refuse_unknown(asked)
            found = [one for one in found if one["key"] in asked]
        return sorted(found, key=newest_first if order.startswith("updated DESC") else lambda one: one["key"])

    def _refuse_unknown(self, asked: set[str]) -> None:
        unknown = sorted(asked - {one["key"] for one in self.issues})
        if not unknown:
            return
        if self.names_unknown_keys:
            raise ValueError(f"An issue with key '{unknown[0]}' does not exist for field 'key'.")
        raise ValueError("Issue does not exist or you do not have permission to see it.")

    @staticmethod
    def _is_meant(one: Json, where: str) -> bool:
        kind = re.search(r"issuetype = (\w+)", where)
        since, until = re.search(r"updated >= (\d+)", where), re.search(r"updated < (\d+)", where)
        return (
            (kind is None or one["fields"]["issuetype"]["name"] == kind[1])
            and (since is None or one["milliseconds"] >= int(since[1]))
            and (until is None or one["milliseconds"] < int(until[1]))
        )

    def _of(self, key: str) -> Json | None:
        return next((one for one in self.issues if one["key"] == self.former_keys.get(key, key)), None)

    def _shown(self, one: Json, names: Sequence[str], expand: str) -> Json:
        shown = {name: one[name] for name in ("id", "key", "self")}
        shown["fields"] = {name: value for name, value in one["fields"].items() if name in names}
        return {**shown, "changelog": log_of(one["log"], self.listed_histories)} if "changelog" in expand else shown


def log_of(log: Sequence[Json], most: int | None) -> Json:
    """Cloud's begins with the newest entry, and ends early."""
    entries = list(log) if most is None else list(log[::-1][:most])
    return {"startAt": 0, "maxResults": len(entries), "total": len(log), "histories": entries}


def page_of(items: Sequence[Json], request: Request) -> Json:
    start, size = int(request.args.get("startAt", 0)), int(request.args.get("maxResults", 50))
    last = start + size >= len(items)
    values = items[start : start + size]
    return {"startAt": start, "maxResults": size, "total": len(items), "isLast": last, "values": values}


def touch(one: Json, at: datetime) -> None:
    """It changed."""
    one["fields"]["updated"], one["milliseconds"] = stamp(at), round(at.timestamp() * 1000)


def newest_first(one: Json) -> tuple[int, str]:
    return -one["milliseconds"], one["key"]


def place_of(one: Json) -> str:
    return f"{one['milliseconds']}.{one['key']}"


def following(found: Sequence[Json], token: str | None) -> int:
    """The first of those that come after the one that the token names."""
    if token is None:
        return 0
    at, _, key = token.partition(".")
    return sum(newest_first(one) <= (-int(at), key) for one in found)


def answered(body: object, headers: Mapping[str, str] | None = None) -> Response:
    return Response(json.dumps(body), content_type="application/json;charset=UTF-8", headers=headers)


def refused(code: int, *messages: str) -> Response:
    return Response(json.dumps({"errorMessages": messages, "errors": {}}), code, content_type="application/json")
