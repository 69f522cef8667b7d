"""What may stand in the settings of a Jira, and what is said of the rest."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
from pydantic import ValidationError

from bot.settings.settings import settings_of
from integrations.jira import JiraSettings
from tests.contract.jira.jira_server import SETTINGS, SETTINGS_DATA_CENTER

ROOT = Path(__file__).parents[3]
AT = {"url": "https://jira.example.com"}


@pytest.mark.parametrize("settings", [SETTINGS, SETTINGS_DATA_CENTER])
def test_the_settings_of_the_stand_in_are_some(settings: dict[str, Any]) -> None:
    assert JiraSettings.model_validate({**settings, **AT}).event_source == "jira:jira.example.com"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"url": "https://acme.atlassian.net", "user": None},
            "needs user: the e-mail address that the API token belongs",
        ),
        ({"token": "ATATT3xFf"}, "must say where the secret is"),
        ({"incidents": {"jql": " order by created"}}, "must select issues, as in: project = OPS"),
        (
            {"incidents": {"jql": "x = y", "service": "epic"}},
            "must be components, labels, project or the id of a custom",
        ),
        ({"incidents": {"jql": "x = y", "fields": {"started_at": "Impact start"}}}, "must be the id of a custom field"),
        ({"incidents": {"jql": "x = y", "services": "{component}"}}, "known is {value} and {project}"),
        ({"incidents": {"jql": "x = y", "covers_from": "March"}}, "must be a calendar day such as 2026-03-01"),
        ({"incidents": {"jql": "x = y", "statuses": {"acknowleged": []}}}, "Extra inputs are not permitted"),
        ({"releases": {"projects": ["SHOP*"]}}, "must be the key of a project, such as SHOP"),
        ({"releases": {"projects": []}}, "at least 1 item"),
        ({"edition": "server"}, "Input should be 'cloud' or 'data_center'"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, Any], says: str) -> None:
    settings = {name: value for name, value in {**SETTINGS, **AT, **changes}.items() if value is not None}
    with pytest.raises(ValidationError, match=says):
        JiraSettings.model_validate(settings)


BLOCKS = re.findall(r"```yaml\n(.+?)```", (ROOT / "docs/sources/jira.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_what_the_page_shows_can_be_written(block: str) -> None:
    """A part alone is put where it belongs."""
    whole = "sources:\n  - kind: jira\n    url: https://jira.example.com\n    token: env:JIRA_TOKEN\n"
    text = block if block.startswith("teams:") else whole + indent(block, "    ")
    assert len(settings_of(text, Path("quintet.yaml"), {}).sources) == 1


def test_loading_the_settings_does_not_load_the_client_library() -> None:
    """In another process, where nothing is loaded yet."""
    code = "import sys, integrations.jira; sys.exit('jira' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
