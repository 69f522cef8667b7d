"""What `quintet doctor` says of messages that did not reach Slack as they should, and what mends each reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.words import figures
from bot.words.doctor import UTC, listed
from bot.words.subscriptions import about
from bot.words.visible import cut, visible

_REASON = 80

INVITE = "Type `/invite` with the bot's name in the channel."
OTHER_CHANNEL = "Name another channel for the team, or `/dora unsubscribe` there."
TOKEN = "Install the app again, and set SLACK_BOT_TOKEN to the token that Slack shows then."  # noqa: S105  a sentence
SCOPES = "Compare the app's scopes with deploy/slack-manifest.yaml, and install it again."
MESSAGES_TAB = "Switch on the Messages Tab under App Home in the app's settings at https://api.slack.com/apps."
PASSES = "It passes by itself."
ASK_ADMIN = "Ask an administrator of the workspace."
REPORT = "It is worth a report, with what the log says."

# By Slack's names: https://docs.slack.dev/reference/methods/chat.postMessage.
_REASONS: Mapping[str, tuple[str, str]] = {
    "not_in_channel": ("the bot is not in the channel", INVITE),
    "channel_not_found": ("there is no such channel that the bot can see", f"{INVITE} {OTHER_CHANNEL}"),
    "is_archived": ("the channel is archived", OTHER_CHANNEL),
    "restricted_action": ("the workspace keeps the bot from posting there", ASK_ADMIN),
    "restricted_action_read_only_channel": ("only some people may post in the channel", ASK_ADMIN),
    "restricted_action_thread_only_channel": ("only replies may be posted in the channel", OTHER_CHANNEL),
    "restricted_action_non_threadable_channel": ("the channel takes no replies", OTHER_CHANNEL),
    "messages_tab_disabled": ("the app takes no direct messages", MESSAGES_TAB),
    "ekm_access_denied": ("administrators have stopped messages there", ASK_ADMIN),
    "account_inactive": ("the bot's account was switched off", TOKEN),
    "token_revoked": ("the bot's token was revoked", TOKEN),
    "token_expired": ("the bot's token has expired", TOKEN),
    "invalid_auth": ("Slack does not accept the bot's token", TOKEN),
    "not_authed": ("the bot has no token", TOKEN),
    "not_allowed_token_type": ("the bot's token is of another kind; it begins with xoxb-", TOKEN),
    "missing_scope": ("the bot lacks a permission", SCOPES),
    "no_permission": ("the bot lacks a permission", SCOPES),
    "access_denied": ("the workspace keeps the bot out", ASK_ADMIN),
    "accesslimited": ("the workspace takes no requests from this network", ASK_ADMIN),
    "org_login_required": ("the workspace is being moved by Slack", PASSES),
    "team_added_to_org": ("the workspace is being moved by Slack", PASSES),
    "team_access_not_granted": ("the bot has no access to the workspace", ASK_ADMIN),
    "message_limit_exceeded": ("the workspace has sent as many messages as its plan allows", ASK_ADMIN),
    "ratelimited": ("Slack asks for a pause", PASSES),
    "unreachable": ("Slack can't be reached", "See that the machine reaches SLACK_API_URL."),
    "invalid_blocks": ("Slack refused its blocks", REPORT),
    "invalid_blocks_format": ("Slack refused its blocks", REPORT),
    "msg_blocks_too_long": ("it was too long for Slack", REPORT),
    "msg_too_long": ("it was too long for Slack", REPORT),
    "message_not_found": ("somebody deleted the message that was to be changed", "There is nothing to do."),
    "cant_update_message": ("Slack does not let the bot change it any more", "There is nothing to do."),
    "edit_window_closed": ("the workspace lets nobody change messages so late", ASK_ADMIN),
    "thread_not_found": ("somebody deleted the message that it replies to", "There is nothing to do."),
    "too_late": ("it could not be posted within a week", "See that `quintet serve` runs."),
}

HISTORY = (
    "Look in the channel. With the optional scopes of deploy/slack-manifest.yaml the bot looks itself; "
    "docs/delivery.md says more."
)
NO_HISTORY = (
    "the bot reads no channel's history; a message whose post was interrupted is left as unknown",
    "Add the optional scopes of deploy/slack-manifest.yaml, or leave it so; docs/delivery.md says what they are for.",
)
HOURLY = "It is tried again every hour for a week."
ONCE = "About {about}: {says}. {do} You hear of this once, until something arrives there again."
SERVE = "See that `quintet serve` runs."


def known(reason: str) -> bool:
    return reason in _REASONS


def parked(messages: int, channels: Sequence[str], reason: str) -> tuple[str, str]:
    """Slack refused them, and may take them later."""
    return f"{_messages(messages, channels)} {_wait(messages)}: {_why(reason)}", f"{_do(reason)} {HOURLY}"


def given_up(messages: int, channels: Sequence[str], reason: str) -> tuple[str, str]:
    """Slack refused them for good."""
    was = "was" if messages == 1 else "were"
    return f"{_messages(messages, channels)} {was} not posted: {_why(reason)}", _do(reason)


def held(reason: str) -> tuple[str, str]:
    """Nothing goes out."""
    return f"no message goes out for now: {_why(reason)}", _do(reason)


def unknown(messages: int, channels: Sequence[str], reason: str) -> tuple[str, str]:
    """Nobody can tell whether they stand in Slack."""
    was = "was" if messages == 1 else "were"
    told = f"nobody can tell whether {_messages(messages, channels)} {was} posted"
    return f"{told}; the channel's history could not be read ({_cut(reason)})", HISTORY


def simplified(messages: int, channels: Sequence[str], reason: str) -> tuple[str, str]:
    """They came, with less in them."""
    return f"{_messages(messages, channels)} came as text: {_why(reason)}", _do(reason)


def overdue(messages: int, channels: Sequence[str], since: float) -> tuple[str, str]:
    """Nobody sends them."""
    return f"{_messages(messages, channels)} {_wait(messages)} since {figures.clock(since, UTC)}", SERVE


def to_a_person(team: str, says: str, do: str) -> str:
    """To who answers for the team, or asked for its messages."""
    return ONCE.format(about=about(team), says=says, do=do.replace("`", ""))


def _wait(messages: int) -> str:
    return "waits" if messages == 1 else "wait"


def _messages(messages: int, channels: Sequence[str]) -> str:
    return f"{figures.count(messages, 'message')} to {listed(channels)}"


def _why(reason: str) -> str:
    told = _REASONS.get(reason)
    return f"{told[0]} ({reason})" if told else f"Slack says {_cut(reason)}"


def _do(reason: str) -> str:
    told = _REASONS.get(reason)
    return told[1] if told else REPORT


def _cut(text: str) -> str:
    return cut(visible(text), _REASON)
