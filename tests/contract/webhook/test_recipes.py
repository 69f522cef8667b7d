"""The recipes for systems without a source of their own: each block of the pages runs, and its event arrives."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.events import Deployment, Event, Incident
from bot.settings import load_settings
from bot.store.database import Database
from tests.contract.webhook.posting import SECRET, TOKEN, Bot, Store, deployment, listening, webhook
from tests.contract.webhook.recipes import EXAMPLE, blocks, filled, run, yaml_block
from tests.slack.conftest import Client

SHA = "f3ae8c1b29d4e07f5a6b7c8d9e0f1a2b3c4d5e6f"


@pytest.fixture(scope="module")
def on_time() -> Iterator[tuple[Client, Store]]:
    """A bot whose clock is the one that the recipes sign with."""
    store = Store()
    with listening(store, (webhook(),), clock=lambda: datetime.now(UTC)) as http:
        yield http, store


@pytest.fixture
def bot(on_time: tuple[Client, Store], sqlite: Database) -> Bot:
    http, store = on_time
    store.database = sqlite
    return Bot(http, sqlite)


def quintet(bot: Bot) -> dict[str, str]:
    return {"QUINTET_URL": bot.http.address, "QUINTET_TOKEN": TOKEN, "QUINTET_SECRET": SECRET}


def the_deployment(events: list[Event], since: datetime) -> Deployment:
    (event,) = events
    assert isinstance(event, Deployment)
    assert event.finished_at
    assert since.replace(microsecond=0) <= event.finished_at <= datetime.now(UTC)
    return event


@pytest.mark.curl
def test_curl_sends_a_deployment_an_incident_and_a_file(bot: Bot, tmp_path: Path) -> None:
    lines = (deployment(id=f"old-{number}") for number in range(3))
    (tmp_path / "events.ndjson").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    environ = quintet(bot) | {"BUILD_NUMBER": "812", "COMMIT": SHA, "INCIDENT": "INC-7"}
    answers = [json.loads(run(script, tmp_path, environ)) for script in blocks("curl.md", "sh")]
    # The last one, signed, is of the same build: the same event, however it came.
    assert [(answer["read"], answer["new"]) for answer in answers] == [(1, 1), (1, 1), (3, 3), (1, 0)]
    assert sorted(event.id for event in bot.events) == ["812", "INC-7", "old-0", "old-1", "old-2"]
    assert [event.status for event in bot.events if isinstance(event, Incident)] == ["resolved"]
    assert {(event.source, event.id) for event in bot.events if event.source != "file"} == {
        ("ci", "812"),
        ("on-call", "INC-7"),
    }


@pytest.mark.curl
def test_what_is_wrong_with_an_event_fails_the_step_and_is_shown(bot: Bot, tmp_path: Path) -> None:
    script = blocks("curl.md", "sh")[0].replace("success", "done")
    with pytest.raises(AssertionError, match="expected 'success', 'failure', 'cancelled' or 'running', got 'done'"):
        run(script, tmp_path, quintet(bot) | {"BUILD_NUMBER": "812", "COMMIT": SHA})


@pytest.mark.curl
@pytest.mark.parametrize(
    ("told", "status"),
    [("Succeeded", "success"), ("SucceededWithIssues", "success"), ("Canceled", "cancelled"), ("Failed", "failure")],
)
def test_azure_pipelines_tells_how_the_job_ended(bot: Bot, tmp_path: Path, told: str, status: str) -> None:
    (step,) = yaml_block("azure-pipelines.md")["steps"]
    assert step["condition"] == "always()"
    assert step["env"] == {"QUINTET_URL": EXAMPLE, "QUINTET_TOKEN": "$(quintetToken)"}
    environ = quintet(bot) | {
        "AGENT_JOBSTATUS": told,
        "BUILD_BUILDID": "4711",
        "SYSTEM_JOBATTEMPT": "2",
        "BUILD_SOURCEVERSION": SHA,
        "SYSTEM_COLLECTIONURI": "https://azure.example.com/acme/",
        "SYSTEM_TEAMPROJECT": "shop",
    }
    before = datetime.now(UTC)
    run(step["bash"], tmp_path, environ)
    event = the_deployment(bot.events, before)
    assert (event.source, event.id, event.service) == ("azure", "4711.2", "shop")
    assert (event.status, event.sha, event.environment) == (status, SHA, "production")
    assert event.url == "https://azure.example.com/acme/shop/_build/results?buildId=4711"


@pytest.mark.curl
@pytest.mark.parametrize(("code", "status"), [("0", "success"), ("1", "failure")])
def test_bitbucket_pipelines_tells_how_the_step_ended(bot: Bot, tmp_path: Path, code: str, status: str) -> None:
    (step,) = (each["step"] for each in yaml_block("bitbucket.md")["pipelines"]["branches"]["main"])
    environ = quintet(bot) | {
        "BITBUCKET_EXIT_CODE": code,
        "BITBUCKET_REPO_SLUG": "shop",
        "BITBUCKET_BUILD_NUMBER": "97",
        "BITBUCKET_STEP_RUN_NUMBER": "1",
        "BITBUCKET_DEPLOYMENT_ENVIRONMENT": step["deployment"],
        "BITBUCKET_COMMIT": SHA,
        "BITBUCKET_GIT_HTTP_ORIGIN": "https://bitbucket.example.com/acme/shop",
    }
    before = datetime.now(UTC)
    run("\n".join(step["after-script"]), tmp_path, environ)
    event = the_deployment(bot.events, before)
    assert (event.source, event.id, event.service) == ("bitbucket", "shop-97.1", "shop")
    assert (event.status, event.sha) == (status, SHA)
    assert event.environment == "production"
    assert event.url == "https://bitbucket.example.com/acme/shop/pipelines/results/97"


SETTINGS = [(page, block) for page in ("webhook.md", "cdevents.md", "prometheus.md") for block in blocks(page, "yaml")]


@pytest.mark.parametrize(("page", "block"), SETTINGS, ids=[page for page, _ in SETTINGS])
def test_the_settings_on_these_pages_are_taken_as_they_stand(tmp_path: Path, page: str, block: str) -> None:
    (tmp_path / "quintet.yaml").write_text(block)
    (source,) = load_settings(tmp_path / "quintet.yaml", {}).sources
    assert source.kind == ("prometheus" if page == "prometheus.md" else "webhook")


APP: Mapping[str, Any] = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Application",
    "metadata": {"name": "shop", "namespace": "argocd", "generation": 412, "labels": {"team": "x"}},
    "spec": {"project": "default", "source": {"repoURL": "https://git.example.com/acme/shop", "path": "deploy"}},
    "status": {
        "health": {"status": "Healthy"},
        "history": [{"id": 31, "revision": SHA, "deployedAt": "2026-11-02T09:12:41Z"}],
        "operationState": {
            "finishedAt": "2026-11-02T09:12:41Z",
            "message": "successfully synced (all tasks run)",
            "operation": {"initiatedBy": {"automated": True}, "sync": {"prune": True, "revision": SHA}},
            "phase": "Succeeded",
            "startedAt": "2026-11-02T09:12:33Z",
            "syncResult": {"revision": SHA, "source": {"repoURL": "https://git.example.com/acme/shop"}},
        },
        "sync": {"revision": SHA, "status": "Synced"},
    },
}


@pytest.mark.parametrize(("template", "status", "sha"), [("deployed", "success", SHA), ("failed", "failure", None)])
def test_argo_cd_tells_how_a_sync_ended(bot: Bot, template: str, status: str, sha: str | None) -> None:
    """As its notifications do: the service gives address and headers, the template method, path and body."""
    data = yaml_block("argocd.md")["data"]
    service = yaml.safe_load(data["service.webhook.quintet"])
    sent = yaml.safe_load(data[f"template.quintet-{template}"])["webhook"]["quintet"]
    body = filled(sent["body"], {"app": APP, "context": yaml.safe_load(data["context"])})
    headers = {each["name"]: each["value"].replace("$quintet-token", TOKEN) for each in service["headers"]}
    assert (sent["method"], service["url"]) == ("POST", EXAMPLE)
    for _ in range(2):
        assert bot.http.post(sent["path"], body.encode(), headers).status == 200
    (event,) = bot.events
    assert event == Deployment(
        kind="deployment",
        source="argocd",
        id="shop-2026-11-02T09:12:33Z",
        service="shop",
        status="success" if status == "success" else "failure",
        started_at=datetime(2026, 11, 2, 9, 12, 33, tzinfo=UTC),
        finished_at=datetime(2026, 11, 2, 9, 12, 41, tzinfo=UTC),
        sha=sha,
        url="https://argocd.example.com/applications/shop",
    )


def test_argo_cd_s_trigger_sends_both_templates_and_is_subscribed_to() -> None:
    data = yaml_block("argocd.md")["data"]
    rules = yaml.safe_load(data["trigger.quintet"])
    sent = [f"template.{name}" for rule in rules for name in rule["send"]]
    assert sent == [name for name in data if name.startswith("template.")]
    for path in [rule["oncePer"] for rule in rules] + ["app.status.operationState.phase", "app.status.health.status"]:
        assert filled("{{." + path + "}}", {"app": APP})
    annotations = yaml_block("argocd.md", 1)["metadata"]["annotations"]
    assert list(annotations) == ["notifications.argoproj.io/subscribe.quintet.quintet"]
