"""Whether a week asks for nothing; pure."""

from __future__ import annotations

from bot.answers.weekly_watch import silent
from bot.digest_report import Course
from bot.reading.picture import Picture
from bot.reading.reading import Reading
from bot.regression.net import NetVerdict

# Headlines under which all that is known of the five is healthy and holds.
CALM = frozenset({"OK", "U3", "U4", "U5"})


def is_quiet(picture: Picture, reading: Reading, course: Course) -> bool:
    """The same calm reading as a week ago, nothing that lasts beyond its band, and sources that speak."""
    if reading.headline.rule not in CALM or course.changed != "still":
        return False
    lasting = picture.signs.open_beyond_band or picture.net.verdict is NetVerdict.WORSE
    return not lasting and not silent(picture)
