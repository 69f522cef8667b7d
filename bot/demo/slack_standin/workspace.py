"""The workspace that the stand-in plays: its channels, its one person, its bot and their secrets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# The optional ones of deploy/slack-manifest.yaml.
HISTORY_SCOPES = ("channels:history", "channels:read", "groups:history", "groups:read")


@dataclass(frozen=True)
class Channel:
    id: str
    name: str


@dataclass(frozen=True)
class Workspace:
    """Identifiers look like Slack's; the secrets open nothing but the stand-in."""

    channels: tuple[Channel, ...] = (Channel("C0000000001", "general"),)
    direct: Channel = Channel("D0000000001", "you")
    name: str = "Sample organisation"
    team_id: str = "T0000000001"
    user_id: str = "U0000000001"
    user_name: str = "you"
    bot_id: str = "B0000000001"
    bot_user_id: str = "U0000000002"
    app_id: str = "A0000000001"
    bot_token: str = "xoxb-stand-in"  # noqa: S105 - opens nothing but the stand-in
    app_token: str = "xapp-stand-in"  # noqa: S105 - the same
    scopes: tuple[str, ...] = ("commands", "chat:write", *HISTORY_SCOPES)
    signing_secret: str = "stand-in-signing-secret"  # noqa: S105 - the same

    @staticmethod
    def with_channels(names: Sequence[str]) -> Workspace:
        """A workspace of channels of these names, in this order."""
        named = enumerate(dict.fromkeys(name.removeprefix("#") for name in names), start=1)
        return Workspace(channels=tuple(Channel(f"C{number:010}", name) for number, name in named))

    def channel(self, name_or_id: str) -> Channel | None:
        wanted = name_or_id.removeprefix("#")
        if wanted in (self.user_id, self.direct.id):  # what is posted to a person stands in a channel of two
            return self.direct
        return next((channel for channel in self.channels if wanted in (channel.id, channel.name)), None)
