"""The environment's variables, and that no secret leaves them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, load_settings

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-1-secret",
    "SLACK_APP_TOKEN": "xapp-1-secret",
    "SLACK_SIGNING_SECRET": "signing-secret",
    "QUINTET_DATABASE_URL": "postgresql://user:secret@host/database",
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def loaded(**environ: str) -> Settings:
    return load_settings(environ=environ)


def test_the_environment_s_database_wins_over_the_file_s(tmp_path: Path) -> None:
    (tmp_path / "quintet.yaml").write_text("database: sqlite:///file.db\n")
    assert loaded().database_url == "sqlite:///file.db"
    assert loaded(QUINTET_DATABASE_URL="sqlite:///other.db").database_url == "sqlite:///other.db"


def test_an_empty_variable_counts_as_not_set() -> None:
    settings = loaded(SLACK_BOT_TOKEN="", QUINTET_HTTP_PORT=" ", SLACK_API_URL="")
    assert (settings.bot_token, settings.port, settings.slack_api_url) == (None, 3000, "https://slack.com/api/")


def test_secrets_show_in_no_repr() -> None:
    settings = loaded(**SECRETS)
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == "xoxb-1-secret"
    assert "secret" not in repr(settings).replace("signing_secret", "")


def test_the_api_url_ends_with_a_slash() -> None:
    assert loaded(SLACK_API_URL="http://127.0.0.1:4000/api").slack_api_url == "http://127.0.0.1:4000/api/"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        (
            "SLACK_BOT_TOKEN",
            "xapp-1-secret",
            "holds an xapp- token, which belongs in SLACK_APP_TOKEN; it needs the xoxb- one.",
        ),
        (
            "SLACK_APP_TOKEN",
            "xoxb-1-secret",
            "holds an xoxb- token, which belongs in SLACK_BOT_TOKEN; it needs the xapp- one.",
        ),
        ("SLACK_APP_TOKEN", "xapp-1 secret", "holds spaces or characters that no token has; copy it again."),
        ("SLACK_SIGNING_SECRET", "secret\n2", "holds spaces or characters that no token has; copy it again."),
        ("SLACK_API_URL", "slack.com/secret", "must be a web address such as https://slack.com/api/."),
        ("QUINTET_HTTP_PORT", "tcp://secret", "must be a port number, 0 to 65535."),
        ("QUINTET_HTTP_PORT", "65536", "must be a port number, 0 to 65535."),
    ],
)
def test_a_variable_that_can_t_be_used_is_named_and_not_repeated(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as raised:
        loaded(**{name: value})
    assert list(raised.value.lines) == [f"The environment variable {name} {says}"]
    assert "secret" not in str(raised.value)


def test_all_unusable_variables_are_told() -> None:
    with pytest.raises(SettingsError) as raised:
        loaded(SLACK_BOT_TOKEN="a b", QUINTET_HTTP_PORT="x")
    assert len(raised.value.lines) == 2
