"""Whether the bot is in a channel, as far as it may ask."""

from __future__ import annotations

from http.client import HTTPException
from typing import Any, cast

from slack_sdk import WebClient

from bot.slack.web_api import asked

# What Slack answers of a channel that the bot can't see: a private one that it is not in.
_UNSEEN = frozenset({"channel_not_found", "not_in_channel"})


def is_member(client: WebClient, channel: str) -> bool | None:
    """None where Slack does not say, as without the scope that this takes."""
    try:
        answer = asked(client, "conversations.info", {"channel": channel})
    except (OSError, HTTPException):
        return None
    if answer.ok:
        about = answer.body.get("channel")
        member = cast("dict[str, Any]", about).get("is_member") if isinstance(about, dict) else None
        return member if isinstance(member, bool) else None
    return False if answer.error in _UNSEEN else None
