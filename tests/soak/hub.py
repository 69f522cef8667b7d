"""The source of a soak, over HTTP: on one side the server and what it lists, on the other the source that asks it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.events import Event
from bot.events.ndjson import canonical
from bot.source import Ask, Coverage, Page, Probe, RuleFound, Span, SpanTooLargeError, Stream
from bot.teams import Team
from integrations.http import Patience, Site
from tests.integration.listed_source import ListedSource
from tests.soak.world import BEGIN, HUB, lists

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)
_TOO_LARGE = {"too_large": True}


class Hub:
    """The server; it lists what there is by the time that it was last told."""

    def __init__(self) -> None:
        self._known: dict[str, Stream] = {}
        self.troubles = 0
        """So many of its next answers are 503."""

    def now(self, teams: Sequence[Team], now: datetime) -> None:
        self._known = {stream.name: stream for stream in ListedSource(*lists(teams, now), name=HUB).streams()}

    def routes(self) -> list[Route]:
        async def fetch(request: Request) -> Response:
            return self._answered(_fetched(self._known[request.path_params["stream"]], await request.json()))

        async def recheck(request: Request) -> Response:
            return self._answered(_rechecked(self._known[request.path_params["stream"]], await request.json()))

        return [
            Route("/hub/{stream}", fetch, methods=["POST"]),
            Route("/hub/{stream}/known", recheck, methods=["POST"]),
        ]

    def _answered(self, body: dict[str, Any]) -> Response:
        self.troubles -= 1
        return JSONResponse({}, status_code=503) if self.troubles >= 0 else JSONResponse(body)


def _fetched(stream: Stream, asked: dict[str, Any]) -> dict[str, Any]:
    start, end = map(datetime.fromisoformat, asked["span"])
    try:
        page = stream.fetch(Ask(span=Span(start, end), token=asked["token"], validator=asked["validator"]))
    except SpanTooLargeError:
        return _TOO_LARGE
    told = {name: getattr(page, name) for name in ("token", "done", "validator", "unchanged")}
    return {**told, "events": [*map(canonical, page.events)]}


def _rechecked(stream: Stream, asked: dict[str, Any]) -> dict[str, Any]:
    assert stream.recheck
    page = stream.recheck(asked["ids"], BEGIN)
    return {"events": [*map(canonical, page.events)], "gone": page.gone}


class HubSource:
    """Asks the server under an address."""

    name = HUB

    def __init__(self, url: str, patience: Patience) -> None:
        self._site = Site(HUB, url, credential="none", patience=patience)

    @property
    def requests(self) -> int:
        return self._site.requests

    def probe(self) -> Probe:
        return Probe("is there")

    def survey(self, _span: Span) -> Sequence[RuleFound]:
        return ()

    def streams(self) -> Sequence[Stream]:
        return [self._stream(listed) for listed in ListedSource(*lists((), BEGIN), name=HUB).streams()]

    def _stream(self, listed: Stream) -> Stream:
        return Stream(
            name=listed.name,
            source=listed.source,
            kinds=listed.kinds,
            covers=Coverage(services=("shop", "search")),
            rule=listed.rule,
            fetch=partial(self._fetch, listed.name),
            recheck=partial(self._recheck, listed.name) if listed.recheck else None,
            rechecked_at_once=listed.rechecked_at_once,
            overlap=listed.overlap,
        )

    def _fetch(self, stream: str, ask: Ask) -> Page:
        span = [ask.span.start.isoformat(), ask.span.end.isoformat()]
        told = self._site.post(f"hub/{stream}", {"span": span, "token": ask.token, "validator": ask.validator}).data
        if told == _TOO_LARGE:
            raise SpanTooLargeError
        return _page(told)

    def _recheck(self, stream: str, ids: Sequence[str], _since: datetime) -> Page:
        return _page(self._site.post(f"hub/{stream}/known", {"ids": ids}).data)


def _page(told: dict[str, Any]) -> Page:
    events = tuple(_EVENT.validate_json(body) for body in told.pop("events"))
    return Page(events=events, **{**told, "gone": tuple(told.get("gone", ()))})
