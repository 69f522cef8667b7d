"""The environment's variables: one row each, checked; docs/settings.md and .env.example name the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from bot.settings.problems import InvalidSettingsError

SLACK_API_URL = "https://slack.com/api/"


def _token(prefix: str, other_prefix: str, other: str) -> AfterValidator:
    """Slack's two tokens are easily swapped; beyond that only Slack knows what a good one is."""

    def check(token: SecretStr) -> SecretStr:
        text = token.get_secret_value()
        if text.startswith(other_prefix):
            raise ValueError(f"holds an {other_prefix} token, which belongs in {other}; it needs the {prefix} one")
        return _printable(token)

    return AfterValidator(check)


def _printable(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if not (text.isascii() and text.isprintable() and " " not in text):
        raise ValueError("holds spaces or characters that no token has; copy it again")
    return secret


def _web_address(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise ValueError("must be a web address such as https://slack.com/api/")
    return url if url.endswith("/") else f"{url}/"


class Environment(BaseModel):
    """What the environment says; an empty variable counts as not set."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    config: str | None = Field(default=None, alias="QUINTET_CONFIG", description="the settings file")
    database_url: str | None = Field(
        default=None, alias="QUINTET_DATABASE_URL", description="where the events are kept"
    )
    # Not QUINTET_PORT: Kubernetes sets that itself for a service called quintet, to tcp://…
    host: str = Field(default="127.0.0.1", alias="QUINTET_HTTP_HOST", description="the address that `serve` listens on")
    port: int = Field(
        default=3000, alias="QUINTET_HTTP_PORT", ge=0, le=65535, description="the port that it listens on"
    )
    bot_token: Annotated[SecretStr, _token("xoxb-", "xapp-", "SLACK_APP_TOKEN")] | None = Field(
        default=None, alias="SLACK_BOT_TOKEN", description="the token of the bot"
    )
    app_token: Annotated[SecretStr, _token("xapp-", "xoxb-", "SLACK_BOT_TOKEN")] | None = Field(
        default=None, alias="SLACK_APP_TOKEN", description="what Socket Mode connects with"
    )
    signing_secret: Annotated[SecretStr, AfterValidator(_printable)] | None = Field(
        default=None, alias="SLACK_SIGNING_SECRET", description="what Slack signs its requests with, for serve --http"
    )
    api_url: Annotated[str, AfterValidator(_web_address)] = Field(
        default=SLACK_API_URL, alias="SLACK_API_URL", description="where Slack's Web API answers"
    )


def environment(environ: Mapping[str, str]) -> Environment:
    """Read the variables; InvalidSettingsError names each one that can't be used, and never what it holds."""
    given = {name: value.strip() for name, value in environ.items() if value.strip()}
    try:
        return Environment.model_validate(given)
    except ValidationError as error:
        raise InvalidSettingsError(
            [f"The environment variable {detail['loc'][0]} {_says(detail)}." for detail in error.errors()]
        ) from None


def _says(detail: ErrorDetails) -> str:
    """Our own sentence where a variable has one; all others are numbers of ports."""
    return str(detail.get("ctx", {}).get("error", "must be a port number, 0 to 65535"))
