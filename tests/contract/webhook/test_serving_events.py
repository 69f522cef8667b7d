"""`quintet serve` takes events in each of its modes, by the webhooks of quintet.yaml."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.slack_standin import SlackStandIn, Workspace
from bot.errors import CredentialError
from bot.process import running
from bot.settings import Settings, load_settings
from tests.contract.webhook.posting import deployment
from tests.slack.conftest import Client

CONFIG = """
teams: [{key: team-x, services: [shop]}]
sources:
  - {kind: webhook, name: deploys, token: env:DEPLOYS_TOKEN}
  - {kind: webhook, name: incidents, token: "file:incidents.token"}
"""


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn(Workspace.with_channels(["general"])) as stand_in:
        yield stand_in


def settings(slack: SlackStandIn, folder: Path, **environ: str) -> Settings:
    (folder / "quintet.yaml").write_text(CONFIG)
    (folder / "incidents.token").write_text("token-of-incidents\n")
    given = {
        "SLACK_BOT_TOKEN": slack.workspace.bot_token,
        "SLACK_APP_TOKEN": slack.workspace.app_token,
        "SLACK_SIGNING_SECRET": slack.workspace.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "QUINTET_DATABASE_URL": f"sqlite:///{folder / 'quintet.db'}",
        "QUINTET_HTTP_PORT": "0",
    }
    return load_settings(folder / "quintet.yaml", given | environ)


@pytest.mark.parametrize("http", [True, False], ids=["HTTP", "Socket Mode"])
def test_events_come_in_whichever_way_slack_does(slack: SlackStandIn, tmp_path: Path, http: bool) -> None:
    with running(settings(slack, tmp_path, DEPLOYS_TOKEN="token-of-deploys"), http=http) as address:
        for token, status in (("token-of-deploys", 200), ("token-of-incidents", 200), ("another", 401)):
            events = [deployment(source=token), deployment(source=token, id="d-2", service="attic")]
            reply = Client(address).post(
                "/v1/events", json.dumps(events).encode(), {"authorization": f"Bearer {token}"}
            )
            assert reply.status == status
            if status == 200:
                assert (reply.json["new"], reply.json["unowned_services"]) == (2, ["attic"])


def test_a_webhook_whose_credential_is_missing_is_named_at_the_start(slack: SlackStandIn, tmp_path: Path) -> None:
    with pytest.raises(CredentialError) as told, running(settings(slack, tmp_path), http=True):
        pass
    assert str(told.value) == "deploys: the environment variable DEPLOYS_TOKEN is not set; it holds the credential."
