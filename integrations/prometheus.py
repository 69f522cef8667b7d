"""Prometheus, and whatever speaks its HTTP API: windows of service level indicators from two queries each."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, FiniteFloat, ValidationError, model_validator

from bot.errors import SourceError
from bot.events import Event, SloWindow
from bot.source import Ask, Coverage, Page, Probe, RuleFound, Span, SpanTooLargeError, Stream
from integrations.answer import on_one_line
from integrations.http import RefusedError, Site
from integrations.items import Item, PassedOverError, Reading
from integrations.settings import Address, Opening, Secret, Shape, SourceShape, Text

WINDOW = "$window"
_LENGTHS = {"1h": timedelta(hours=1), "1d": timedelta(days=1)}
_MOST_POINTS = 11_000  # of one series in one answer, as the server itself limits it
_LATE = timedelta(hours=3)  # how late samples of a window may still arrive: scraping, remote write, recording rules
_EXTRAPOLATED = 1.01  # increase() extrapolates each series on its own, so good may come out a little above total
_MOST_SHOWN = 100  # characters of a server's warning
_QUERY_IS_WRONG = frozenset({400, 422})


def _header_text(text: str) -> str:
    if not (text.isascii() and text.isprintable() and " " not in text):
        raise ValueError("must be a name without spaces.")
    return text


class ObjectiveShape(Shape):
    """One service level objective: two queries, each of which yields one number a window."""

    service: Text = Field(description="the service that it measures")
    name: Text = Field(default="availability", description="the indicator")
    objective: float = Field(gt=0, lt=1, description="the share of good events that was promised, like 0.999")
    good: Text = Field(description="the query for the good events of a window; $window stands for its length")
    total: Text = Field(description="the query for all events of a window")
    window: Literal["1d", "1h"] = Field(default="1d", description="the length of a window; windows are aligned in UTC")

    @property
    def known_as(self) -> str:
        return f"{self.service} {self.name}"


class PrometheusSettings(SourceShape):
    """A Prometheus server, or another one that speaks its HTTP API."""

    kind: Literal["prometheus"]
    url: Address = Field(description="where the API is, without /api/v1")
    token: Secret | None = Field(default=None, description="a bearer token")
    user: Secret | None = Field(default=None, description="with `password`: basic authentication")
    password: Secret | None = Field(default=None, description="with `user`: basic authentication")
    tenant: Annotated[Text, AfterValidator(_header_text)] | None = Field(
        default=None, description="the tenant, sent as X-Scope-OrgID"
    )
    objectives: list[ObjectiveShape] = Field(min_length=1, description="what is measured")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("needs user and password together.")
        if self.token is not None and self.user is not None:
            raise ValueError("needs either a token, or user and password.")
        names = [each.known_as for each in self.objectives]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"has two objectives for {twice}; give one of them another name.")
        return self

    def opened(self, opening: Opening) -> Prometheus:
        token = opening.secret(self.token) if self.token else ""
        auth = (opening.secret(self.user), opening.secret(self.password)) if self.user and self.password else None
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        site = Site(
            self.name or self.kind,
            self.url,
            credential=self.token or self.password or "a request without a credential",
            secrets=(token, *(auth or ())),
            headers=headers | ({"X-Scope-OrgID": self.tenant} if self.tenant else {}),
            auth=auth,
            patience=opening.patience,
        )
        return Prometheus(site, self.tenant, tuple(self.objectives))


@dataclass(frozen=True, slots=True)
class Prometheus:
    """One server with its objectives; each of them is a stream of its own."""

    site: Site
    tenant: str | None
    objectives: Sequence[ObjectiveShape]

    @property
    def name(self) -> str:
        return self.site.name

    @property
    def requests(self) -> int:
        return self.site.requests

    def streams(self) -> Sequence[Stream]:
        return tuple(self._stream(objective) for objective in self.objectives)

    def probe(self) -> Probe:
        got = self.site.get("api/v1/label/job/values")
        try:
            jobs = _Names.model_validate(got.data).data
        except ValidationError:
            raise SourceError(
                f"{self.name}: {self.site.url} answers, but not as Prometheus does; is the url right?"
            ) from None
        return Probe(f"answers, and has metrics of {len(jobs):,} job{'' if len(jobs) == 1 else 's'}", tuple(jobs))

    def survey(self, span: Span) -> Sequence[RuleFound]:  # noqa: ARG002  it has no deployments
        return ()

    def _stream(self, objective: ObjectiveShape) -> Stream:
        decisive = {"tenant": self.tenant, **objective.model_dump(exclude={"service", "name"})}
        return Stream(
            name=objective.known_as,
            source=f"prometheus:{self.name}",
            kinds=("slo",),
            covers=Coverage(services=(objective.service,)),
            rule=json.dumps(decisive, sort_keys=True),
            fetch=partial(_windows, self.site, objective),
            overlap=_LATE,
        )


def _windows(site: Site, objective: ObjectiveShape, ask: Ask) -> Page:
    """The windows that end within the span: one request for the good events, and one for all."""
    ends = _ends(ask.span, _LENGTHS[objective.window])
    if not ends:
        return Page()
    reading = Reading()
    good = _samples(site, objective, "good", ends, reading)
    total = _samples(site, objective, "total", ends, reading)
    items = ({"end": end, "good": good.get(end), "total": total.get(end)} for end in ends)
    parse = partial(_parsed, f"prometheus:{site.name}", objective, reading)
    known_as = partial(_known_as, objective)
    reading.read(items, known_as, parse, known_as)
    return reading.page


def _ends(span: Span, length: timedelta) -> range:
    """The ends of windows from the span's start up to and without its end, as POSIX seconds."""
    step = round(length.total_seconds())
    first = math.ceil(span.start.timestamp() / step) * step
    ends = range(first, math.ceil(span.end.timestamp()), step)
    if len(ends) > _MOST_POINTS:
        raise SpanTooLargeError
    return ends


class _Names(BaseModel):
    data: list[str]


class _Series(BaseModel):
    values: list[tuple[FiniteFloat, float]] = Field(default_factory=list[tuple[float, float]])


class _Matrix(BaseModel):
    result: list[_Series]


class _Answer(BaseModel):
    """What is read of an answer; the rest of it is ignored."""

    data: _Matrix
    warnings: list[str] | None = None


def _samples(
    site: Site, objective: ObjectiveShape, which: Literal["good", "total"], ends: range, reading: Reading
) -> Mapping[int, float]:
    """The query's one number for each end of a window that has one."""
    query = (objective.good if which == "good" else objective.total).replace(WINDOW, objective.window)
    where = f"the query {which} of {objective.known_as}"
    try:
        got = site.get("api/v1/query_range", query=query, start=ends[0], end=ends[-1], step=ends.step)
        answer = _Answer.model_validate(got.data)
    except RefusedError as refused:
        raise (_refused(site, where, refused) if refused.status in _QUERY_IS_WRONG else refused) from None
    except ValidationError:
        raise SourceError(f"{site.name}: {where} got an answer of another shape; is the url right?") from None
    if len(series := answer.data.result) > 1:
        raise SourceError(
            f"{site.name}: {where} yields {len(series):,} series; wrap it in sum(…), so that it yields one."
        )
    for warning in answer.warnings or ():
        reading.note(f"answered with a warning: {on_one_line(warning)[:_MOST_SHOWN]}")
    return {round(at): value for at, value in (series[0].values if series else ())}


def _refused(site: Site, where: str, refused: RefusedError) -> SourceError:
    said = f": {refused.why}" if refused.why else ""
    return SourceError(f"{site.name}: {where} is refused ({refused.status}){said}.")


def _parsed(source: str, objective: ObjectiveShape, reading: Reading, item: Item) -> Iterator[Event]:
    good, total = item["good"], item["total"]
    if total is None:
        raise PassedOverError("windows for which total has no samples")
    if good is None:
        raise PassedOverError(
            "windows with a total and no good; where none were good, end that query with `or vector(0)`"
        )
    if not (math.isfinite(good) and math.isfinite(total)):
        raise PassedOverError("windows without a finite number")
    if total < good <= total * _EXTRAPOLATED:
        reading.note("windows with good a little above total, taken as equal")
        good = total
    end = _time(item["end"])
    yield SloWindow(
        kind="slo",
        source=source,
        id=_id(objective, end),
        service=objective.service,
        name=objective.name,
        window_start=end - _LENGTHS[objective.window],
        window_end=end,
        good=good,
        total=total,
        objective=objective.objective,
    )


def _known_as(objective: ObjectiveShape, item: Item) -> str:
    return _id(objective, _time(item["end"]))


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _id(objective: ObjectiveShape, end: datetime) -> str:
    return f"{objective.known_as} {objective.window} to {end:%Y-%m-%dT%H:%MZ}"
