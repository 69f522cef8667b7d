"""What Slack sends: a slash command, signed for HTTP (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlencode, urlsplit

from bot.demo.slack_standin.workspace import Channel, Workspace

# Slack tells the person that the command failed when the app has not answered by then.
ACK_SECONDS = 3.0


@dataclass(frozen=True)
class SlashCommand:
    """What a person typed, as the app gets it."""

    command: str
    text: str
    channel: Channel
    response_url: str
    trigger_id: str

    def fields(self, workspace: Workspace) -> dict[str, str]:
        return {
            "token": "deprecated-verification-token",
            "team_id": workspace.team_id,
            "team_domain": "sample-organisation",
            "channel_id": self.channel.id,
            "channel_name": self.channel.name,
            "user_id": workspace.user_id,
            "user_name": workspace.user_name,
            "command": self.command,
            "text": self.text,
            "api_app_id": workspace.app_id,
            "is_enterprise_install": "false",
            "response_url": self.response_url,
            "trigger_id": self.trigger_id,
        }


@dataclass(frozen=True)
class SignedRequest:
    """A request as Slack makes it, for a test that posts it itself."""

    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Ack:
    """The app's answer to the request itself; status 0 when there was none in time."""

    status: int
    body: bytes
    content_type: str
    seconds: float


def signed(fields: dict[str, str], signing_secret: str, at: float) -> SignedRequest:
    """A form of these fields, signed as sent at this time (seconds since 1970)."""
    body = urlencode(fields).encode()
    stamp = str(int(at))
    digest = hmac.new(signing_secret.encode(), b":".join((b"v0", stamp.encode(), body)), hashlib.sha256).hexdigest()
    return SignedRequest(
        body,
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        },
    )


def send(request: SignedRequest, url: str) -> Ack:
    """Post the request to the app and wait for its answer as long as Slack would."""
    address = urlsplit(url)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.netloc, timeout=ACK_SECONDS)
    began = time.monotonic()
    try:
        connection.request("POST", address.path or "/", request.body, request.headers)
        answer = connection.getresponse()
        return Ack(answer.status, answer.read(), answer.getheader("Content-Type", ""), time.monotonic() - began)
    except (OSError, HTTPException):
        return Ack(0, b"", "", time.monotonic() - began)
    finally:
        connection.close()
