"""`quintet init`, from the questions and flags to the file, with a source that stands in for real ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, load_settings
from bot.setup.conversation import Conversation, Flags
from bot.setup.questions import Entry
from bot.source import Source
from tests.unit.setup.forge import PRODUCTION, RELEASE, SPAN, STAGING, Forge, Planned, forge, locked

FORGE = "kind: forge, token: env:FORGE_TOKEN, repositories: [acme/shop]"
TEAM = {"key": "team-x"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "quintet.yaml"


def hold(file: Path, asker: Planned, opened: Callable[[Entry], Source | None] = forge, **flags: Any) -> str:
    said = Flags(path=file, **flags)
    Conversation(flags=said, environ={}, span=SPAN, asker=asker, opened=opened).hold()
    return file.read_text()


def settings(file: Path) -> Settings:
    return load_settings(file, {})


def test_everything_can_be_said_with_flags(file: Path) -> None:
    nobody = Planned(is_there=False)
    team = {"key": "team-x", "timezone": "Europe/Berlin", "channel": "#team-x"}
    jira = 'kind: forge, name: tickets, repositories: [x], incidents: {jql: "project = OPS"}'
    hold(file, nobody, team=team, services=["shop", "pay-*"], sources=[f"{{{FORGE}}}", jira])
    (loaded,) = settings(file).teams
    assert (loaded.key, loaded.zone.key, loaded.channel, loaded.services) == (
        "team-x",
        "Europe/Berlin",
        "#team-x",
        ("shop", "pay-*"),
    )
    first, second = (source.model_dump(by_alias=True, exclude_unset=True) for source in settings(file).sources)
    assert first == {
        "kind": "forge",
        "token": "env:FORGE_TOKEN",
        "repositories": ["acme/shop"],
        "deployments": {"from": "deployments", "environments": ["production"]},
    }
    assert second["incidents"] == {"team": "team-x", "jql": "project = OPS"}
    assert nobody.asked == []


def test_the_file_tells_what_every_rule_would_have_counted(file: Path) -> None:
    text = hold(file, Planned(is_there=False), team=TEAM, sources=[FORGE])
    assert "    # It can see acme/shop, acme/web.\n" in text
    assert "    #   12 by deployments: {from: deployments, environments: [production]} (in acme/shop)\n" in text
    assert "    #   99 by deployments: {from: deployments, environments: [staging]} (in acme/shop)\n" in text
    assert "    #   3 by deployments: {from: release} (in acme/shop)\n" in text


def test_where_another_rule_found_something_and_the_taken_one_nothing_is_said(file: Path) -> None:
    nobody = Planned(is_there=False)
    found = [PRODUCTION, replace(RELEASE, where="acme/web"), replace(STAGING, where="acme/shop")]
    text = hold(file, nobody, lambda entry: Forge(entry, found=found), team=TEAM, sources=[FORGE])
    assert "It finds nothing in acme/web, where another one does." in nobody.told
    assert "    # The one below finds nothing in acme/web, where another one does.\n    deployments:\n" in text


def test_what_is_proposed_is_shown_with_its_last_five(file: Path) -> None:
    nobody = Planned(is_there=False)
    hold(file, nobody, team=TEAM, sources=[FORGE])
    at = nobody.told.index("The last ones by deployments: {from: deployments, environments: [production]}:")
    assert nobody.told[at + 1 : at + 7] == [f"- 2026-11-01 0{hour}:00 UTC abc{hour}" for hour in range(5)]


def test_where_nothing_looks_like_production_nothing_counts_and_that_is_said(file: Path) -> None:
    nobody = Planned(is_there=False)
    text = hold(file, nobody, lambda entry: Forge(entry, found=[STAGING]), team=TEAM, sources=[FORGE])
    assert "None of them says by its name that it brings something to production." in nobody.told
    assert settings(file).sources[0].model_dump()["deployments"] is None
    assert "#   99 by deployments" in text


def test_a_rule_that_the_flags_give_is_left_as_it_is(file: Path) -> None:
    nobody = Planned(is_there=False)
    hold(file, nobody, team=TEAM, sources=[f"{FORGE}, deployments: {{from: release}}"])
    assert settings(file).sources[0].model_dump(by_alias=True)["deployments"]["from"] == "release"


def test_a_credential_that_is_refused_is_told_and_the_file_is_written_all_the_same(file: Path) -> None:
    nobody = Planned(is_there=False)
    text = hold(file, nobody, locked, team=TEAM, sources=[FORGE])
    says = "forge: https://forge.example.com does not accept env:FORGE_TOKEN (401)."
    assert nobody.warned == [says]
    assert f"    # Not read yet. {says}\n" in text
    assert len(settings(file).sources) == 1


def test_a_file_that_is_there_stays_as_it_is(file: Path) -> None:
    file.write_text("teams: []\n")
    with pytest.raises(SettingsError, match="is there already; --force writes a new one in its place"):
        hold(file, Planned(is_there=False), team=TEAM, sources=[FORGE])
    assert file.read_text() == "teams: []\n"
    assert "team-x" in hold(file, Planned(is_there=False), team=TEAM, sources=[FORGE], over=True)


def test_a_file_that_can_t_be_written_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="can't be written: No such file or directory"):
        hold(tmp_path / "no" / "folder.yaml", Planned(is_there=False), team=TEAM, sources=[FORGE])


def test_nothing_else_is_left_beside_the_file(file: Path) -> None:
    hold(file, Planned(is_there=False), team=TEAM, sources=[FORGE])
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (
            {"sources": ["kind: forge, repositories: [a], tokn: env:X"]},
            r"--source, line 1: sources\[0\].tokn is unknown",
        ),
        ({"sources": ["kind: gitea"]}, r"--source, line 1: sources\[0\].kind must be one of"),
        ({"sources": ["kind: [forge"]}, "--source, line 1: this is not YAML"),
        ({"sources": [FORGE, FORGE]}, r"sources\[1\] is forge, as line 1 is already; names are unique"),
        ({"sources": ["kind: forge, repositories: [a], token: hunter2"]}, "must say where the secret is"),
        ({"sources": [FORGE], "team": {"key": "team x"}}, "^The team's key must be one word without spaces"),
        (
            {"sources": [FORGE], "team": {"key": "x", "timezone": "Europe/Berln"}},
            "no time zone; did you mean Europe/Berlin",
        ),
    ],
)
def test_what_is_wrong_with_a_flag_is_said(file: Path, flags: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=says) as raised:
        hold(file, Planned(is_there=False), **{"team": TEAM, **flags})
    assert "hunter2" not in str(raised.value)
    assert not file.exists()


def test_a_person_is_asked_for_what_the_flags_leave_open(file: Path) -> None:
    person = Planned(
        [
            "team-x",
            "Europe/Berlin",
            "#team-x",
            "gitea",  # no kind
            "forge",
            None,  # the url
            None,  # the token
            "",  # the password
            "acme/shop, acme/web",
            None,  # the incidents' query
            "",  # no more systems
            None,  # the rule
        ]
    )
    hold(file, person)
    assert person.warned == ["gitea is none of them."]
    (source,) = settings(file).sources
    assert source.model_dump(by_alias=True, exclude_unset=True) == {
        "kind": "forge",
        "url": "https://forge.example.com",
        "token": "env:FORGE_TOKEN",
        "repositories": ["acme/shop", "acme/web"],
        "incidents": {"team": "team-x", "jql": 'project in ("acme/shop", "acme/web") AND issuetype = Incident'},
        "deployments": {"from": "deployments", "environments": ["production"]},
    }
    assert "Incidents of the last four weeks: 28." in person.told
    assert any("token (a token; - for none) [env:FORGE_TOKEN]" in question for question in person.asked)


def test_an_answer_that_can_t_be_is_asked_for_again_with_what_was_said(file: Path) -> None:
    person = Planned(
        [*["team-x", None, ""], "forge", *["ftp://x", "-", "", "acme/shop"], "https://x.example", "-", "", "0"]
    )
    hold(file, person)
    assert person.warned == ["url must be a web address such as https://example.com, without user, password or query."]
    (source,) = settings(file).sources
    assert source.model_dump(exclude_unset=True) == {
        "kind": "forge",
        "url": "https://x.example",
        "repositories": ["acme/shop"],
    }


def test_after_a_refused_credential_a_person_may_answer_again(file: Path) -> None:
    def opened(entry: Entry) -> Source:
        return locked(entry) if entry["token"] == "env:WRONG" else forge(entry)

    person = Planned(["y", None, "env:RIGHT", "", None, None])
    source = FORGE.replace("FORGE_TOKEN", "WRONG")
    hold(file, person, opened, team=TEAM, sources=[source])
    assert len(person.warned) == 1
    assert settings(file).sources[0].model_dump()["token"] == "env:RIGHT"


def test_a_second_source_of_a_kind_gets_a_name_of_its_own(file: Path) -> None:
    one = ["forge", None, None, "", "acme/shop", "-"]
    person = Planned([None, None, "", *one, *one, "", None])
    hold(file, person)
    assert [source.name for source in settings(file).sources] == [None, "forge-2"]


def test_another_rule_than_the_proposed_one_is_shown_before_it_is_taken(file: Path) -> None:
    person = Planned(["2", "12", None])
    two = [PRODUCTION, RELEASE]
    hold(file, person, lambda entry: Forge(entry, found=two), team=TEAM, sources=[FORGE])
    assert person.warned == ["12 is no number from 0 to 2."]
    asks = (
        "Are these deployments to production? {0} takes this rule, another number shows another one, 0 takes none [{0}]"
    )
    assert person.asked == [asks.format(1), asks.format(2), asks.format(2)]
    assert "- 2026-10-30 12:00 UTC v1.2" in person.told
    assert settings(file).sources[0].model_dump(by_alias=True)["deployments"]["from"] == "release"
