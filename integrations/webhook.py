"""What is pushed in over HTTP: events of the format, and CDEvents; each sender has a credential of its own."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Annotated, Any, Literal, Self, cast

from pydantic import Field, model_validator
from pydantic_core import from_json, to_json

from bot.events.ndjson import Complaints, read_events
from bot.events.problems import Problem
from bot.source import BodyError, Received
from integrations import cdevents
from integrations.settings import Opening, Secret, ServiceMapping, SourceShape, Text, mapping_of, services

TIMESTAMP = "x-quintet-timestamp"
SIGNATURE = "x-quintet-signature"
OLDEST = 300.0  # seconds; before and after now, because clocks differ
_BEARER = re.compile(r"bearer +(.+)", re.IGNORECASE | re.DOTALL)
_SECONDS = re.compile(r"[0-9]{1,12}")
_DIGEST = re.compile(r"sha256=([0-9a-fA-F]{64})")


class WebhookSettings(SourceShape):
    """Whoever may post to /v1/events with this credential."""

    kind: Literal["webhook"]
    token: Secret | None = Field(default=None, description="what `Authorization: Bearer` must hold")
    secret: Secret | None = Field(default=None, description="what `X-Quintet-Signature` is made with")
    service: Annotated[ServiceMapping, mapping_of(["name", "id"])] = Field(
        default="{name}", description="the service of a CDEvent: {name} is the last part of its {id}"
    )
    production: list[Text] = Field(
        default=["production", "prod"], min_length=1, description="globs over the environments of CDEvents that count"
    )
    team: Text | None = Field(default=None, description="the team of CDEvents' incidents that name no service")

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        if self.token is None and self.secret is None:
            raise ValueError("needs a token or a secret; without one, anybody could send events.")
        return self

    def receiver(self, opening: Opening) -> Webhook:
        name = self.name or self.kind
        source = f"webhook:{name}"
        reading = cdevents.Translation(source, services(self.service), tuple(self.production), self.team)
        return Webhook(name, reading, _known(self.token, opening), _known(self.secret, opening))


def _known(reference: str | None, opening: Opening) -> bytes | None:
    return opening.secret(reference).encode() if reference else None


@dataclass(frozen=True, slots=True)
class Webhook:
    """One sender."""

    name: str
    cdevents: cdevents.Translation
    token: bytes | None = field(repr=False)
    secret: bytes | None = field(repr=False)

    def accepts(self, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
        return self._knows_token(headers) or self._signed(headers, body, now)

    def receive(self, headers: Mapping[str, str], body: bytes) -> Received:
        if cdevents.is_cloud_event(headers):
            return self.cdevents.received(cdevents.unwrapped(headers, body))
        complaints = Complaints()
        lines = read_events(BytesIO(_as_lines(body)), complaints)
        events = tuple(lines)
        if complaints.bad_lines:
            raise BodyError(complaints.said, complaints.unsaid)
        if not events:
            raise BodyError([Problem(1, "", "holds no event; send one event a line")])
        return Received(events=events)

    def _knows_token(self, headers: Mapping[str, str]) -> bool:
        given = _BEARER.fullmatch(headers.get("authorization", ""))
        return given is not None and self.token is not None and _same(_as_sent(given[1]), self.token)

    def _signed(self, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
        stamp = headers.get(TIMESTAMP, "")
        digest = _DIGEST.fullmatch(headers.get(SIGNATURE, ""))
        if self.secret is None or digest is None or not _SECONDS.fullmatch(stamp):
            return False
        expected = hmac.new(self.secret, b"%s.%s" % (stamp.encode(), body), hashlib.sha256).digest()
        recent = abs(now.timestamp() - int(stamp)) <= OLDEST
        return _same(bytes.fromhex(digest[1]), expected) and recent


def _as_sent(text: str) -> bytes:
    """The bytes of a header, which is handed over as if each of them were a character."""
    return text.encode("latin-1", "replace")


def _same(one: bytes, other: bytes) -> bool:
    """In a time that tells nothing of where they differ."""
    return hmac.compare_digest(one, other)


def _as_lines(body: bytes) -> bytes:
    """One event over several lines, or a JSON list of events, as one event a line; anything else as it is."""
    try:
        whole: Any = from_json(body, allow_inf_nan=False)
    except ValueError:
        return body
    if isinstance(whole, list):
        return b"\n".join(map(to_json, cast("list[object]", whole)))
    return to_json(whole) if b"\n" in body.strip() else body
