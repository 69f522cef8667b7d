"""What a status means for an incident: by its name or id in the settings, else by its category; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from integrations.jira.settings import StatusesShape
from integrations.jira.values import part

Stage = Literal["open", "acknowledged", "mitigated", "resolved", "closed", "cancelled"]
"""`closed`: in Jira's category for what is done, while the settings name other statuses as resolved."""

_NAMED: tuple[Literal["cancelled", "mitigated", "resolved", "acknowledged"], ...] = (
    "cancelled",
    "mitigated",
    "resolved",
    "acknowledged",
)


@dataclass(frozen=True, slots=True)
class Statuses:
    """The server's statuses by id, and what the settings say about them."""

    categories: Mapping[str, str]
    names: Mapping[str, tuple[str, ...]]
    """All names that a status has: its own, and the one in its site's language."""
    shape: StatusesShape

    @classmethod
    def of(cls, listed: Iterable[Mapping[str, Any]], shape: StatusesShape) -> Statuses:
        categories: dict[str, str] = {}
        names: dict[str, tuple[str, ...]] = {}
        for status in listed:
            key = str(status["id"])
            names[key] = tuple(status[name] for name in ("name", "untranslatedName") if status.get(name))
            if (category := category_of(status)) is not None:
                categories[key] = category
        return cls(categories, names, shape)

    def stage(self, id_: object, name: object, category: str | None, *, has_resolution: bool) -> Stage:
        """`category` is what the issue itself says; the server's list wins over it.

        A status that is deleted since has no category: then it was an end if the issue had a resolution in it.
        """
        key = str(id_)
        called = {key, *map(_folded, (name, *self.names.get(key, ())))}
        for stage in _NAMED:
            if called & {_folded(each) for each in getattr(self.shape, stage) or ()}:
                return stage
        return self._by_category(self.categories.get(key, category), has_resolution=has_resolution)

    def _by_category(self, category: str | None, *, has_resolution: bool) -> Stage:
        if category == "done" or (category is None and has_resolution):
            return "resolved" if self.shape.resolved is None else "closed"
        if category == "indeterminate" and self.shape.acknowledged is None:
            return "acknowledged"
        return "open"


def category_of(status: Mapping[str, Any]) -> str | None:
    """`new`, `indeterminate` or `done`; None where it is not told."""
    return part(status.get("statusCategory")).get("key")


def _folded(text: object) -> str:
    return str(text).strip().casefold()
