"""What is said of a channel's reply to a digest or a ping, and what stands in the windows that ask for it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.reply import Reply, Stance
from bot.words import figures
from bot.words.letters import stopped

ON_IT, KNOWN, WRONG, SNOOZE = "We are on it", "We know", "Not useful", "Snooze"
SNOOZED = "Snoozed until {day}."
STANCES = {
    Stance.RIGHT: "The team is on it",
    Stance.WRONG: "Not useful, the team says",
    Stance.KNOWN: "The team knows",
}
TITLES = {Stance.WRONG: "Not useful", Stance.KNOWN: "We know"}
WHY = {
    Stance.WRONG: "What makes this message not useful?",
    Stance.KNOWN: "What is known about it?",
}
SNOOZE_TITLE = "Snooze"
UNTIL = "Until which day should no such message come?"
KEEP, CANCEL = "Keep", "Cancel"
LATER = "Choose a day after today, within a year."
TOO_LATE = "Slack opened no window, for it took me too long to ask for one. Press the button again."
NOTED = "Noted. The message shows it in a moment."
NOTED_BEFORE = "That is noted already."
UNKNOWN = "I don't know this message any more, so nothing was kept."


def said(reply: Reply, zone: ZoneInfo) -> str:
    """A line below the message; it names nobody."""
    stance = "" if reply.stance is None else STANCES[reply.stance]
    because = f": {reply.why}" if reply.why else ""
    until = "" if reply.until is None else SNOOZED.format(day=figures.short_day(reply.until, zone))
    return " ".join(filter(None, (stopped(f"{stance}{because}") if stance else "", until)))
