"""A kind of source that stands in for real ones, and a person who answers as planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import Field

from bot.errors import CredentialError
from bot.events import Incident
from bot.setup.questions import Entry
from bot.source import Coverage, Page, Probe, RuleFound, Source, Span, Stream
from integrations.settings import Address, Secret, Shape, SourceShape, Text

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SPAN = Span(NOW - timedelta(weeks=4), NOW)


class IncidentsShape(Shape):
    jql: Text = Field(description="the query that finds them")
    team: Text | None = Field(default=None, description="whose they are")


class DeploymentsShape(Shape):
    from_: Literal["deployments", "release"] = Field(alias="from", description="what counts")
    environments: list[Text] = Field(default_factory=list[str], description="which ones")


class ForgeSettings(SourceShape):
    kind: Literal["forge"]
    url: Address = Field(default="https://forge.example.com", description="where it is")
    token: Secret | None = Field(default=None, description="a token")
    password: Secret | None = Field(default=None, description="a password")
    repositories: list[Text] = Field(min_length=1, description="owner/name")
    incidents: IncidentsShape | None = Field(default=None, description="which issues are incidents")
    deployments: DeploymentsShape | None = Field(default=None, description="what counts as a deployment")


PRODUCTION = RuleFound(
    where="acme/shop",
    setting={"from": "deployments", "environments": ["production"]},
    count=12,
    last=tuple(f"2026-11-01 0{hour}:00 UTC  abc{hour}" for hour in range(6)),
)
STAGING = RuleFound(where="acme/shop", setting={"from": "deployments", "environments": ["staging"]}, count=99)
RELEASE = RuleFound(where="acme/shop", setting={"from": "release"}, count=3, last=("2026-10-30 12:00 UTC  v1.2",))


@dataclass
class Forge:
    """What it shows is as the entry asks for it."""

    entry: Entry
    found: Sequence[RuleFound] = (STAGING, PRODUCTION, RELEASE)
    visible: tuple[str, ...] = ("acme/shop", "acme/web")
    requests: int = 0

    @property
    def name(self) -> str:
        return str(self.entry.get("name") or self.entry["kind"])

    def streams(self) -> Sequence[Stream]:
        if "incidents" not in self.entry:
            return ()
        return (
            Stream(
                name="incidents",
                source="forge:acme",
                kinds=("incident",),
                covers=Coverage(),
                rule="",
                fetch=lambda _ask: Page(events=tuple(incident(day) for day in range(40))),
            ),
        )

    def probe(self) -> Probe:
        return Probe(f"reads {len(self.visible)} repositories", self.visible)

    def survey(self, span: Span) -> Sequence[RuleFound]:
        assert span == SPAN
        return self.found


def incident(days_ago: int) -> Incident:
    began = NOW - timedelta(days=days_ago, hours=1)
    return Incident(
        kind="incident", source="forge:acme", id=f"i-{days_ago}", service="shop", status="resolved", started_at=began
    )


def forge(entry: Entry) -> Source:
    return Forge(entry)


def locked(entry: Entry) -> Source:
    raise CredentialError(f"{entry['kind']}: https://forge.example.com does not accept {entry.get('token')} (401).")


@dataclass
class Planned:
    """Answers in their order; an answer of None takes what is proposed."""

    answers: Sequence[str | None] = ()
    is_there: bool = True
    asked: list[str] = field(default_factory=list[str])
    told: list[str] = field(default_factory=list[str])
    warned: list[str] = field(default_factory=list[str])

    def text(self, question: str, default: str = "") -> str:
        answer = self._next(f"{question} [{default}]") if self.is_there else None
        return default if answer is None else answer

    def yes(self, question: str) -> bool:
        return self.is_there and self._next(question) != "n"

    def say(self, sentence: str) -> None:
        self.told.append(sentence)

    def warn(self, sentence: str) -> None:
        self.warned.append(sentence)

    def _next(self, question: str) -> str | None:
        self.asked.append(question)
        assert len(self.asked) <= len(self.answers), f"nothing is planned for {question}"
        return self.answers[len(self.asked) - 1]
