"""What becomes of a message that Slack refuses, by Slack's name for the reason; whatever is not here stays parked."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Remedy(Enum):
    """What may help."""

    SIMPLER = "simpler"  # the same message with less in it
    CHANNEL = "channel"  # somebody mends it in Slack; until then it is tried now and then
    WORKSPACE = "workspace"  # nothing gets through until somebody mends it
    NOTHING = "nothing"


# https://docs.slack.dev/reference/methods/chat.postMessage lists the names.
REMEDIES: Mapping[str, Remedy] = {
    "invalid_blocks": Remedy.SIMPLER,
    "invalid_blocks_format": Remedy.SIMPLER,
    "msg_blocks_too_long": Remedy.SIMPLER,
    "msg_too_long": Remedy.SIMPLER,
    "not_in_channel": Remedy.CHANNEL,
    "channel_not_found": Remedy.CHANNEL,
    "is_archived": Remedy.CHANNEL,
    "restricted_action": Remedy.CHANNEL,
    "restricted_action_read_only_channel": Remedy.CHANNEL,
    "restricted_action_thread_only_channel": Remedy.CHANNEL,
    "restricted_action_non_threadable_channel": Remedy.CHANNEL,
    "messages_tab_disabled": Remedy.CHANNEL,
    "ekm_access_denied": Remedy.CHANNEL,
    "account_inactive": Remedy.WORKSPACE,
    "token_revoked": Remedy.WORKSPACE,
    "token_expired": Remedy.WORKSPACE,
    "invalid_auth": Remedy.WORKSPACE,
    "not_authed": Remedy.WORKSPACE,
    "not_allowed_token_type": Remedy.WORKSPACE,
    "missing_scope": Remedy.WORKSPACE,
    "no_permission": Remedy.WORKSPACE,
    "access_denied": Remedy.WORKSPACE,
    "accesslimited": Remedy.WORKSPACE,
    "org_login_required": Remedy.WORKSPACE,
    "team_added_to_org": Remedy.WORKSPACE,
    "team_access_not_granted": Remedy.WORKSPACE,
    "message_limit_exceeded": Remedy.WORKSPACE,
}

# How much of a message is sent: all of it, then all of it in words, then its summary.
_SIMPLER = {"blocks": "words", "words": "summary"}


def remedy(reason: str) -> Remedy:
    return REMEDIES.get(reason, Remedy.NOTHING)


def simpler(form: str) -> str | None:
    """The next form to try; nothing after the last."""
    return _SIMPLER.get(form)
