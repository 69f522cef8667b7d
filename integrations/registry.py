"""The sources that there are. A new one is a file of its own, its import here and its name in one of the two unions.

Importing this loads every source and the HTTP client below them, some 200 ms; what needs no source does without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, get_args

from integrations.circleci import CircleCISettings
from integrations.github import GitHubSettings
from integrations.gitlab import GitLabSettings
from integrations.jenkins import JenkinsSettings
from integrations.jira import JiraSettings
from integrations.pagerduty import PagerDutySettings
from integrations.prometheus import PrometheusSettings
from integrations.webhook import WebhookSettings

PulledSettings: TypeAlias = (
    CircleCISettings
    | GitHubSettings
    | GitLabSettings
    | JenkinsSettings
    | JiraSettings
    | PagerDutySettings
    | PrometheusSettings
)
"""Settings with `opened(opening)`: a source that is asked for its items."""

PushedSettings: TypeAlias = WebhookSettings
"""Settings with `receiver(opening)`: a sender that posts to the bot."""

SourceSettings: TypeAlias = PulledSettings | PushedSettings
"""Whatever may stand under `sources:`; each has `kind` as a Literal of its name."""

SOURCES: tuple[type[SourceSettings], ...] = get_args(SourceSettings)

BY_KIND: Mapping[str, type[SourceSettings]] = {
    kind: settings for settings in SOURCES for kind in get_args(settings.model_fields["kind"].annotation)
}
