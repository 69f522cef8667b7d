"""The fields of an issue, read as the settings say; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from integrations.items import Item
from integrations.jira.settings import IncidentsShape
from integrations.jira.values import part, time, word, words

_SAID = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Fields:
    """`note` is told what is left out of an incident."""

    shape: IncidentsShape
    issue: Item
    note: Callable[[str], None]

    def field(self, name: str) -> object:
        return self.issue["fields"].get(name)

    def custom(self, name: str) -> object:
        """What the custom field holds that the settings name for it."""
        field = getattr(self.shape.fields, name)
        return None if field is None else self.field(field)

    @property
    def project(self) -> str:
        return part(self.field("project")).get("key") or ""

    @property
    def service_values(self) -> tuple[str, ...]:
        return (self.project,) if self.shape.service == "project" else words(self.field(self.shape.service))

    @property
    def is_called_off(self) -> bool:
        """Its resolution says that it was no incident."""
        resolution = part(self.field("resolution"))
        names = {str(resolution.get(name)).casefold() for name in ("id", "name")}
        return any(each.casefold() in names for each in self.shape.cancelled_resolutions)

    def time(self, name: str) -> datetime | None:
        value = self.custom(name)
        if value is None or value == "":
            return None
        try:
            return time(value)
        except ValueError:
            self.note(f"fields.{name} holds no time with an offset: left out")
            return None

    def severity(self) -> str | None:
        return word(self.custom("severity")) or word(self.field("priority"))

    def change_caused(self) -> bool | None:
        """Where the settings name the values that say no, all others say yes."""
        said = {each.casefold() for each in words(self.custom("change_caused"))}
        if not said:
            return None
        if no := self.shape.not_change_caused:
            return not said & {each.casefold() for each in no}
        known = next((_SAID[each] for each in said if each in _SAID), None)
        if known is None:
            self.note("fields.change_caused is neither true nor false: incidents.not_change_caused names what means no")
        return known
