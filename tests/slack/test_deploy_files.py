"""The files that install the bot: Slack takes the manifest, and systemd's sandbox is closed."""

from __future__ import annotations

import json
import re
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from typer.main import get_command

from bot.cli import app
from bot.settings.environment import Environment

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((Path(__file__).parent / "vendored" / "manifest.schema.2.0.0.json").read_text())


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "deploy" / "slack-manifest.yaml").read_text())


def unit_of(name: str) -> ConfigParser:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment]  configparser's own way to keep the case of keys
    unit.read(ROOT / "deploy" / name)
    return unit


@pytest.fixture(scope="module")
def service() -> ConfigParser:
    return unit_of("quintet.service")


def test_slack_s_own_schema_takes_the_manifest(manifest: dict[str, Any]) -> None:
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(manifest)] == []


def test_the_schema_would_catch_an_invented_key(manifest: dict[str, Any]) -> None:
    assert list(Draft7Validator(SCHEMA).iter_errors({**manifest, "invented": True}))


def test_the_manifest_asks_for_dora_and_posts_and_leaves_reading_to_choice(manifest: dict[str, Any]) -> None:
    assert [command["command"] for command in manifest["features"]["slash_commands"]] == ["/dora"]
    assert manifest["oauth_config"]["scopes"] == {
        "bot": ["commands", "chat:write"],
        "bot_optional": ["channels:history", "channels:read", "groups:history", "groups:read"],
    }
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "event_subscriptions" not in manifest["settings"]
    assert manifest["settings"]["interactivity"] == {"is_enabled": True}  # for buttons


def test_the_manifest_lets_a_manager_get_the_digest_as_a_direct_message(manifest: dict[str, Any]) -> None:
    home = manifest["features"]["app_home"]
    assert home == {"home_tab_enabled": False, "messages_tab_enabled": True, "messages_tab_read_only_enabled": True}


def test_the_service_runs_a_command_that_exists(service: ConfigParser) -> None:
    program, *words = service["Service"]["ExecStart"].split()
    assert Path(program).name == "quintet"
    assert words == ["serve"]
    assert "serve" in get_command(app).commands  # type: ignore[attr-defined]  typer makes a group of it


def test_the_service_sets_only_variables_that_are_read() -> None:
    text = (ROOT / "deploy" / "quintet.service").read_text()
    known = {field.alias for field in Environment.model_fields.values()}
    assert set(re.findall(r"^Environment=(\w+)=", text, flags=re.MULTILINE)) <= known
    assert "EnvironmentFile=/etc/quintet/quintet.env" in text
    assert "xoxb" not in text


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("DynamicUser", "yes"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("ProtectKernelTunables", "yes"),
        ("ProtectControlGroups", "yes"),
        ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
        ("RestrictNamespaces", "yes"),
        ("SystemCallFilter", "@system-service"),
        ("StateDirectory", "quintet"),
        ("UMask", "0077"),
    ],
)
def test_the_service_is_sandboxed(service: ConfigParser, key: str, value: str) -> None:
    assert service["Service"][key] == value


def test_the_database_lies_in_the_one_folder_that_the_service_may_write_to(service: ConfigParser) -> None:
    folder = f"/var/lib/{service['Service']['StateDirectory']}"
    assert service["Service"]["WorkingDirectory"] == folder
    assert f"sqlite:///{folder}/" in (ROOT / "deploy" / "quintet.service").read_text()
