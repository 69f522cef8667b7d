"""A small stand-in for Slack, for the tests and the demo alike: it refuses what Slack would refuse."""

from __future__ import annotations

from bot.demo.slack_standin.pace import Pace
from bot.demo.slack_standin.press import labels
from bot.demo.slack_standin.record import Message, Refusal
from bot.demo.slack_standin.script import Closed, Fault, RateLimited, Script, ServerError
from bot.demo.slack_standin.sender import Ack, SlashCommand
from bot.demo.slack_standin.server import SlackStandIn
from bot.demo.slack_standin.workspace import Channel, Workspace

__all__ = [
    "Ack",
    "Channel",
    "Closed",
    "Fault",
    "Message",
    "Pace",
    "RateLimited",
    "Refusal",
    "Script",
    "ServerError",
    "SlackStandIn",
    "SlashCommand",
    "Workspace",
    "labels",
]
