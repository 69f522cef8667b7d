"""Settings: what the environment and quintet.yaml say together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.errors import SettingsError
from bot.schedule import Subscription
from bot.settings.check import checked
from bot.settings.document import parsed, read
from bot.settings.environment import Environment, environment
from bot.settings.secrets import Secrets
from bot.settings.shape import BandsShape, SettingsShape, TeamShape
from bot.settings.subscriptions import subscriptions
from bot.teams import Bands, Freeze, Team

if TYPE_CHECKING:  # loaded only where a file holds sources
    from integrations.registry import SourceSettings

DEFAULT_CONFIG = "quintet.yaml"
DEFAULT_DATABASE_URL = "sqlite:///quintet.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set, checked. Secrets, and the database's password, stay out of its repr."""

    database_url: str = field(repr=False)
    teams: tuple[Team, ...]
    bot_token: SecretStr | None
    app_token: SecretStr | None
    signing_secret: SecretStr | None
    slack_api_url: str
    host: str
    port: int
    sources: tuple[SourceSettings, ...] = ()
    secrets: Secrets = field(default_factory=Secrets, repr=False)
    """The way to the sources' secrets, and what no log may show."""
    subscriptions: tuple[Subscription, ...] = ()
    """Who is told what, and when, unless something else is set in Slack."""
    managers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Who answers for a team, by its key: a person's id in Slack."""
    unknown_posts: Literal["park", "repost"] = "park"
    """What becomes of a post of which nobody can tell whether it arrived."""


def load_settings(config: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; a file that was named must exist, the default one may be absent."""
    given = environment(environ)
    named = config or (Path(given.config) if given.config else None)
    path = named or Path(DEFAULT_CONFIG)
    return _settings(_shape(path, required=named is not None), given, environ, path.parent)


def settings_of(text: str, path: Path, environ: Mapping[str, str]) -> Settings:
    """What a file would say that is not written yet."""
    return _settings(checked(parsed(text, str(path))), environment(environ), environ, path.parent)


def _settings(shape: SettingsShape, given: Environment, environ: Mapping[str, str], folder: Path) -> Settings:
    return Settings(
        database_url=given.database_url or shape.database or DEFAULT_DATABASE_URL,
        teams=_teams(shape),
        bot_token=given.bot_token,
        app_token=given.app_token,
        signing_secret=given.signing_secret,
        slack_api_url=given.api_url,
        host=given.host,
        port=given.port,
        sources=tuple(shape.sources),
        secrets=_secrets(given, environ, folder),
        subscriptions=tuple(subscriptions(shape)),
        managers={team.key: team.manager for team in shape.teams if team.manager},
        unknown_posts=shape.delivery.unknown,
    )


def _secrets(given: Environment, environ: Mapping[str, str], folder: Path) -> Secrets:
    secrets = Secrets(dict(environ), folder)  # a copy, which goes to other processes with the settings
    for secret in filter(None, (given.bot_token, given.app_token, given.signing_secret)):
        secrets.told[secret.get_secret_value()] = None
    return secrets


def load_teams(path: Path) -> tuple[Team, ...]:
    """The teams of a file that holds `teams:` and `bands:` alone, or of a whole settings file."""
    if not (teams := _teams(_shape(path, required=True))):
        raise SettingsError(f"{path} names no teams; write them under teams:.")
    return teams


def _shape(path: Path, *, required: bool) -> SettingsShape:
    if not required and not path.exists():
        return SettingsShape()
    return checked(read(path))


def _teams(shape: SettingsShape) -> tuple[Team, ...]:
    return tuple(_team(team, shape.bands) for team in shape.teams)


def _team(team: TeamShape, everywhere: BandsShape) -> Team:
    return Team(
        key=team.key,
        name=team.name or team.key,
        services=tuple(team.services),
        zone=ZoneInfo(team.timezone),
        aliases=tuple(team.aliases),
        channel=team.channel,
        bands=Bands(**{**asdict(Bands()), **_given(everywhere), **_given(team.bands)}),
        availability_objective=team.availability_objective,
        attribution_hours=team.attribution_hours,
        freezes=tuple(Freeze(freeze.from_, freeze.to) for freeze in team.freezes),
    )


def _given(bands: BandsShape) -> dict[str, float]:
    return bands.model_dump(exclude_none=True)
