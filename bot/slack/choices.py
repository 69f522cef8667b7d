"""The window in which a channel's weekday, hour, zone and kinds of message are chosen, and what comes back from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

from bot.blocks.block import Block
from bot.schedule import ORGANISATION, Kind, Slot, Subscription
from bot.slack.pressed import part
from bot.slack.views import Carried, field, given_in, modal, plain_text
from bot.words import choices as words

DAY, HOUR, ZONE, KINDS = "day", "hour", "zone", "kinds"
_HOURS = [f"{hour:02}:00" for hour in range(24)]
# The longest name of a zone has half of it.
_MOST_TYPED = 64
# They are among the names, and are no place's time: one is the machine's own, the other stands for none.
_NO_PLACES = frozenset({"localtime", "Factory"})


@dataclass(frozen=True, slots=True)
class Choice:
    """A window that was sent, with everything in it as it may be."""

    carried: Carried
    slot: Slot
    kinds: frozenset[Kind]


def choice_window(carried: Carried, now: Subscription) -> Block:
    """The window, filled in with how it is now."""
    zone = {"type": "plain_text_input", "initial_value": now.slot.zone.key, "max_length": _MOST_TYPED}
    fields = [
        field(DAY, words.DAY, _select(words.WEEKDAYS, now.slot.weekday)),
        field(HOUR, words.HOUR, _select(_HOURS, now.slot.hour)),
        field(ZONE, words.ZONE, zone),
    ]
    if now.team != ORGANISATION:  # of all teams together there is a digest alone
        fields.append(field(KINDS, words.KINDS, _checkboxes(now.kinds), optional=True))
    return modal(carried, words.title(now.team), fields)


def chosen(carried: Carried, view: Mapping[str, Any]) -> Choice | dict[str, str]:
    """What was chosen, or what is wrong with it, by field."""
    weekday = _picked(given_in(view, DAY), words.WEEKDAYS)
    hour = _picked(given_in(view, HOUR), _HOURS)
    named = _named(given_in(view, ZONE).get("value"))
    if weekday is None or hour is None or isinstance(named, str):
        return dict(_wrong(weekday, hour, named))
    kinds = {Kind.DIGEST} if carried.about.team == ORGANISATION else _ticked(given_in(view, KINDS))
    return Choice(carried, Slot(weekday, hour, named), frozenset(kinds))


def _wrong(weekday: int | None, hour: int | None, named: ZoneInfo | str) -> Iterator[tuple[str, str]]:
    if weekday is None:
        yield DAY, words.NO_DAY
    if hour is None:
        yield HOUR, words.NO_HOUR
    if isinstance(named, str):
        yield ZONE, named


def _named(typed: object) -> ZoneInfo | str:
    """The zone of a name, in any case and with spaces; of no such name, a sentence.

    Only a name that is known is ever opened: ZoneInfo looks for a file.
    """
    zones = {name.casefold(): name for name in available_timezones() - _NO_PLACES}
    asked = typed[:_MOST_TYPED].strip().replace(" ", "_").casefold() if isinstance(typed, str) else ""
    return ZoneInfo(zones[asked]) if asked in zones else words.no_zone(asked, sorted(zones.values()))


def _select(labels: Iterable[str], now: int) -> Block:
    options = [_option(label, str(place)) for place, label in enumerate(labels)]
    return {"type": "static_select", "options": options, "initial_option": options[now]}


def _checkboxes(now: Collection[Kind]) -> Block:
    """Slack wants no empty list of what is ticked at first."""
    options = {kind: _option(words.SAID[kind], kind.value) for kind in Kind}
    ticked = [option for kind, option in options.items() if kind in now]
    return {
        "type": "checkboxes",
        "options": list(options.values()),
        **({"initial_options": ticked} if ticked else {}),
    }


def _option(label: str, value: str) -> Block:
    return {"text": plain_text(label), "value": value}


def _picked(given: Mapping[str, Any], labels: Collection[str]) -> int | None:
    value = part(given.get("selected_option")).get("value")
    places = {str(place): place for place in range(len(labels))}
    return places.get(value) if isinstance(value, str) else None


def _ticked(given: Mapping[str, Any]) -> Iterator[Kind]:
    options = given.get("selected_options")
    values = [part(each).get("value") for each in cast("list[object]", options)] if isinstance(options, list) else []
    return (kind for kind in Kind if kind.value in values)
