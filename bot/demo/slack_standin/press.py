"""A button that a person presses (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.demo.slack_standin.record import Message
from bot.demo.slack_standin.workspace import Channel, Workspace

Json = dict[str, Any]


@dataclass(frozen=True)
class Press:
    """A button of a message, as the app gets it when somebody presses it."""

    message: Message
    element: Json
    channel: Channel
    response_url: str
    trigger_id: str

    def payload(self, workspace: Workspace) -> Json:
        shown = self.message
        drawn = {"message": {"ts": shown.ts, "text": shown.text, "blocks": list(shown.blocks)}}
        return {
            "type": "block_actions",
            "user": {"id": workspace.user_id, "username": workspace.user_name, "team_id": workspace.team_id},
            "api_app_id": workspace.app_id,
            "token": "deprecated-verification-token",
            "container": {
                "type": "message",
                "message_ts": shown.ts,
                "channel_id": self.channel.id,
                "is_ephemeral": shown.ephemeral,
            },
            "trigger_id": self.trigger_id,
            "team": {"id": workspace.team_id, "domain": "sample-organisation"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": self.channel.id, "name": self.channel.name},
            # Of an ephemeral message Slack sends only where it stands.
            **({} if shown.ephemeral else drawn),
            "response_url": self.response_url,
            "actions": [{**self.element, "action_ts": shown.ts}],
        }


def labels(message: Message) -> tuple[str, ...]:
    """What stands on the buttons of a message, in order."""
    return tuple(element["text"]["text"] for element in _buttons(message.blocks))


def element(message: Message, label: str, nth: int = 0) -> Json:
    """The button of this label; of several the first, unless another one is meant."""
    found = [each for each in _buttons(message.blocks) if each["text"]["text"] == label]
    if len(found) <= nth:
        raise LookupError(f"No button {label}; there are: {', '.join(labels(message)) or 'none'}.")
    return found[nth]


def element_at(message: Message, block_id: str, action_id: str) -> Json | None:
    """The button that stands there."""
    places = ((each["block_id"], each.get("action_id"), each) for each in _buttons(message.blocks))
    return next((each for block, action, each in places if (block, action) == (block_id, action_id)), None)


def _buttons(blocks: Sequence[Json]) -> Iterator[Json]:
    for place, block in enumerate(blocks):
        for each in _elements(block):
            if each.get("type") == "button":
                yield {**each, "block_id": block_name(block, place)}


def block_name(block: Json, place: int) -> str:
    """Slack names those that an app leaves unnamed."""
    return block.get("block_id") or f"block-{place}"


def _elements(block: Json) -> Sequence[Json]:
    if block["type"] == "actions":
        return block["elements"]
    return [block["accessory"]] if block.get("accessory") else []


def submission(workspace: Workspace, view: Json, values: Json) -> Json:
    """A window that somebody sent (https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload)."""
    return {
        "type": "view_submission",
        "team": {"id": workspace.team_id, "domain": "sample-organisation"},
        "user": {"id": workspace.user_id, "username": workspace.user_name, "team_id": workspace.team_id},
        "api_app_id": workspace.app_id,
        "token": "deprecated-verification-token",
        "view": {**view, "state": {"values": values}},
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }
