"""What the settings of every source have in common: its name, its url, where its secrets are, whose its items are."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from integrations.http import Patience, spelled
from integrations.services import ServiceRule, Services, unknown_fields

_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:.+")
_BETWEEN_WORDS = "\n\r\t"
_ADDRESS = re.compile(r"https?://[^/?#@\s]+(/[^?#@\s]*)?")


def _reference(text: str) -> str:
    if not _REFERENCE.fullmatch(text):
        raise ValueError("must say where the secret is, as env:NAME or file:PATH, never the secret itself.")
    return text


def _address(text: str) -> str:
    """A credential within an address would end up in sentences and logs."""
    try:
        is_one = bool(_ADDRESS.fullmatch(text) and text.isprintable() and spelled(text))
    except ValueError:
        is_one = False
    if not is_one:
        raise ValueError("must be a web address such as https://example.com, without user, password or query.")
    return text.rstrip("/")


def _some_text(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty.")
    if not all(each.isprintable() or each in _BETWEEN_WORDS for each in text):
        raise ValueError("must not hold control characters.")
    return text


def _some_name(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line without control characters.")
    return text


def _day(value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("must be a calendar day such as 2026-03-01.") from None


Text = Annotated[str, AfterValidator(_some_text)]
Day = Annotated[date, BeforeValidator(_day)]
Secret = Annotated[str, AfterValidator(_reference)]
"""The way to a secret, never the secret: env:NAME or file:PATH."""
Address = Annotated[str, AfterValidator(_address)]


class Shape(BaseModel):
    """A part of the settings; field names are the keys, and `Field(description=…)` says what each one means."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


class ServiceRuleShape(Shape):
    """One line of a mapping; the first that matches wins, and where paths decide all of them."""

    service: Text = Field(description="the service; may hold the source's fields in braces")
    match: Text = Field(default="*", description="a glob over the item's own name, such as a repository's")
    paths: list[Text] = Field(default_factory=list[str], description="globs over the files that a change touched")
    deployments: Text | None = Field(
        default=None, description="a glob over the environment, workflow, job or tag that rolls this service out"
    )


class SourceShape(Shape):
    """What every kind of source has; a kind's own model adds the rest, with `kind` as a Literal of its name."""

    name: Annotated[Text, AfterValidator(_some_name)] | None = Field(
        default=None, description="the kind unless given; no two sources share one"
    )


ServiceMapping = Text | list[ServiceRuleShape]


def mapping_of(fields: Sequence[str]) -> AfterValidator:
    """Checks that the templates of a mapping hold only the fields that the source has."""

    def check(mapping: str | list[ServiceRuleShape]) -> str | list[ServiceRuleShape]:
        templates = [mapping] if isinstance(mapping, str) else [rule.service for rule in mapping]
        if unknown := [word for template in templates for word in unknown_fields(template, fields)]:
            known = " and ".join(f"{{{word}}}" for word in fields) or "none"
            raise ValueError(f"holds {{{unknown[0]}}}, which is no field here; known is {known}.")
        return mapping

    return AfterValidator(check)


def begun(day: date | None) -> datetime | None:
    """The instant at which a day of the settings begins."""
    return None if day is None else datetime.combine(day, time(), UTC)


def services(mapping: str | list[ServiceRuleShape]) -> Services:
    """The mapping, ready to be asked."""
    if isinstance(mapping, str):
        return Services.by(mapping)
    return Services(
        tuple(ServiceRule(rule.service, rule.match, tuple(rule.paths), rule.deployments) for rule in mapping)
    )


@dataclass(frozen=True, slots=True)
class Opening:
    """What a source needs from outside when it is opened."""

    secret: Callable[[str], str]
    """A `Secret` of the settings -> the secret; CredentialError says which variable or file is missing."""
    patience: Patience = field(default_factory=Patience)
