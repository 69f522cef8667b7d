"""What stands in the window that asks when a digest comes and which kinds of message do."""

from __future__ import annotations

from collections.abc import Sequence

from bot.schedule import Kind
from bot.words import figures
from bot.words.small_answers import NEAREST, either, nearest
from bot.words.subscriptions import about

WEEKDAYS = figures.WEEKDAYS
TITLE = "About {about}"
DAY = "On which day does the digest come?"
HOUR = "At which hour?"
ZONE = "On the clocks of which time zone?"
KINDS = "Which messages come? Without any ticked, none do."
SAID = {Kind.DIGEST: "The weekly digest", Kind.PING: "A ping when speed is bought with stability"}
NO_DAY = "Choose a day of the week."
NO_HOUR = "Choose an hour."
NO_ZONE = "I know no time zone of that name. {hint}"
ZONE_NAMES = "Names look like Europe/Berlin."
MEANT = "Did you mean {names}?"


def title(team: str) -> str:
    return TITLE.format(about=about(team))


def no_zone(asked: str, names: Sequence[str]) -> str:
    """Which may have been meant, or what names look like; `asked` has small letters, and underscores for spaces."""
    of_that_place = [name for name in names if name.casefold().endswith(f"/{asked}")]
    meant = of_that_place[:NEAREST] or nearest(asked, names)
    return NO_ZONE.format(hint=MEANT.format(names=either(meant)) if meant else ZONE_NAMES)
