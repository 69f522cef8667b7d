"""What is said of the messages that come to a channel."""

from __future__ import annotations

from collections.abc import Collection

from bot.schedule import ORGANISATION, Kind, Subscription
from bot.words import figures

HEAD = "What comes to this channel:"
NOTHING = "Nothing comes to this channel unasked. /dora subscribe team-x changes that."
STOPPED = "Nothing about {team} comes to this channel now. /dora subscribe {team} brings it."
INVITE = "I am not in this channel, so nothing can arrive yet: type /invite @Quintet."
PERHAPS_INVITE = "If I am not in this channel yet, type /invite @Quintet."
NAME_A_TEAM = "Name a team: /dora {word} team-x."
KINDS = "There are two kinds of message, digest and ping: /dora {word} {team} ping. Without one, both are meant."
EVERYBODY = "Only quintet.yaml says where the digest of all teams comes; Change below /dora list moves its hour."
NOT_HERE = "Messages come to channels: type this in the channel that should get them."
NOT_HERE_NOW = "Nothing about {about} comes to this channel now; /dora list shows what does."
TEST = "Send me a test now"
CHANGE = "Change"
FORGOTTEN = "What was set here in Slack is forgotten; quintet.yaml counts again."
NOTHING_TO_FORGET = "Nothing of that was set here in Slack; quintet.yaml counts already."
RESETS = "/dora reset team-x forgets what was set in Slack, so that quintet.yaml counts again."
IN_SLACK = "set in Slack"
TEST_SENT = "This is what the channel would have been told of last week. Only you see it."
MISSED = "The newest message did not arrive: {says}. {do}"
ALREADY = "That was done already."


def set_now(wanted: Subscription) -> str:
    """How it is after a change."""
    if not wanted.kinds and wanted.team == ORGANISATION:
        return not_here_now(wanted.team)
    if not wanted.kinds:
        return STOPPED.format(team=wanted.team)
    return f"To this channel comes, about {about(wanted.team)}: {_kinds(wanted)}."


def line(wanted: Subscription, *, in_slack: bool = False) -> str:
    """One team of a list, or all teams together; `in_slack`, where somebody set it there."""
    return f"{about(wanted.team)}: {_kinds(wanted)}{f' ({IN_SLACK})' if in_slack else ''}"


def missed(says: str, do: str) -> str:
    """That the newest message did not arrive, and what mends it."""
    return MISSED.format(says=says, do=do.replace("`", ""))


def about(team: str) -> str:
    """Whom messages are about."""
    return "all teams" if team == ORGANISATION else team


def not_here_now(team: str) -> str:
    """Said of a button that outlived what it would change."""
    return NOT_HERE_NOW.format(about=about(team))


def test_of(team: str, *, alone: bool) -> str:
    """What the button says; with its team where there are several."""
    return TEST if alone else f"Test of {team}"


def _kinds(wanted: Subscription) -> str:
    said = {Kind.DIGEST: f"the digest {_hour(wanted)}", Kind.PING: "a ping when speed is bought with stability"}
    return " and ".join(_said(said, wanted.kinds))


def _said(said: dict[Kind, str], kinds: Collection[Kind]) -> list[str]:
    return [words for kind, words in said.items() if kind in kinds]


def _hour(wanted: Subscription) -> str:
    slot = wanted.slot
    return f"on {figures.WEEKDAYS[slot.weekday]}s at {slot.hour:02}:00 ({figures.zone_name(slot.zone)})"
