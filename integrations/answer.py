"""What a server answers: JSON, and its own words where it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from requests import Response
from requests.utils import parse_header_links


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer as JSON; `unchanged` where it is as it was under the ETag that was sent."""

    data: Any
    headers: Mapping[str, str]
    unchanged: bool = False

    @property
    def etag(self) -> str | None:
        """None where it is none that a database takes."""
        tag = self.headers.get("ETag", "")
        return tag if tag and tag.isprintable() else None

    @property
    def following(self) -> str | None:
        """The address of the next page, by the Link header."""
        links = parse_header_links(self.headers.get("Link", ""))
        return next((link["url"] for link in links if link.get("rel") == "next"), None)


def explanation(response: Response) -> str:
    """The server's own words, wherever its kind puts them."""
    try:
        return on_one_line(_said(response.json()))
    except (RecursionError, ValueError):
        return ""


def on_one_line(text: str) -> str:
    """Nothing in it that a database does not take, or that plays tricks on a terminal."""
    shown = text if text.isprintable() else "".join(each for each in text if each.isprintable() or each.isspace())
    return " ".join(shown.split())


def _said(body: object) -> str:
    if isinstance(body, list):
        return "; ".join(filter(None, map(_said, cast("list[object]", body))))
    if isinstance(body, dict):
        found = cast("dict[str, object]", body)
        errors = found.get("errors")  # by field, or a list
        fields = list(cast("dict[str, object]", errors).values()) if isinstance(errors, dict) else errors
        return _said(found.get("errorMessages") or found.get("message") or fields or found.get("error"))
    return body if isinstance(body, str) else ""
