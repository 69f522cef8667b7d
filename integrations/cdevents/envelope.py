"""The three ways in which CloudEvents come over HTTP: within headers, as one JSON document, and as a list of such."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic_core import from_json

from bot.events.problems import Problem
from bot.source import BodyError

_ONE = "application/cloudevents+json"
_LIST = "application/cloudevents-batch+json"
_ANY = "application/cloudevents"


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """One envelope: its place in the body, what it says that it holds, and what it holds."""

    line: int
    type: str
    data: object


def is_cloud_event(headers: Mapping[str, str]) -> bool:
    return _media_type(headers).startswith(_ANY) or "ce-specversion" in headers


def unwrapped(headers: Mapping[str, str], body: bytes) -> tuple[CloudEvent, ...]:
    """What was sent, out of its envelopes; BodyError says what is wrong with one."""
    kind = _media_type(headers)
    if not kind.startswith(_ANY):
        return (CloudEvent(1, headers.get("ce-type", ""), _json(body)),)
    if kind not in (_ONE, _LIST):
        raise _problem(1, "", f"CloudEvents are read as JSON: {_ONE}, or {_LIST} for a list of them")
    content = _json(body)
    if kind == _ONE:
        return (_opened(1, content),)
    if not isinstance(content, list):
        raise _problem(1, "", "expected a list of CloudEvents")
    return tuple(_opened(place, each) for place, each in enumerate(cast("list[object]", content), start=1))


def _media_type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _opened(line: int, content: object) -> CloudEvent:
    if not isinstance(content, dict):
        raise _problem(line, "", "expected a CloudEvent, an object in braces")
    envelope = cast("dict[str, Any]", content)
    kind = envelope.get("type")
    if not isinstance(kind, str) or not kind:
        raise _problem(line, "type", "is required")
    if "data_base64" in envelope:
        return CloudEvent(line, kind, _json(_decoded(line, envelope["data_base64"]), line))
    return CloudEvent(line, kind, envelope.get("data"))


def _decoded(line: int, text: object) -> bytes:
    try:
        return base64.b64decode(text if isinstance(text, str) else "?", validate=True)
    except (binascii.Error, ValueError):
        raise _problem(line, "data_base64", "is not base64") from None


def _json(body: bytes, line: int = 1) -> object:
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise _problem(line, "", f"not JSON: {error}") from None


def _problem(line: int, field: str, says: str) -> BodyError:
    return BodyError([Problem(line, field, says)])
