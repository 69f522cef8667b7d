"""What quintet.yaml may hold, and the sentence that each mistake gets."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import load_settings, load_teams
from bot.teams import Bands, Freeze

WHOLE = """\
database: sqlite:///events.db
teams:
  - key: team-x
    name: Team X
    timezone: Europe/Berlin
    services: [checkout, "pay-*"]
    aliases: [team-old]
    channel: "#team-x"
    digest: {day: monday, hour: 9, timezone: Europe/Berlin}
    messages: [digest, ping]
    manager: U0123
    bands: {lead_time_days: 5, change_failure_rate: 0.10}
    availability_objective: 0.999
    attribution_hours: 12
    freezes: [{from: 2026-12-21, to: 2027-01-03}]
organisation_digest: {channel: "#delivery", day: monday, hour: 9}
delivery: {unknown: park}
bands: {deployment_frequency_per_week: 1, lead_time_days: 7, change_failure_rate: 0.2, recovery_hours: 24}
"""

TEAM = "{key: team-x, services: [checkout]}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "quintet.yaml"


def problems(file: Path, text: str | bytes) -> list[str]:
    """What is said of a file, without the folder that it lies in."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError) as raised:
        load_settings(file, {})
    return [line.removeprefix(f"{file.parent}/") for line in raised.value.lines]


def test_a_whole_file_becomes_settings(file: Path) -> None:
    file.write_text(WHOLE)
    settings = load_settings(file, {})
    (team,) = settings.teams
    assert settings.database_url == "sqlite:///events.db"
    assert (team.key, team.name, team.services, team.aliases) == (
        "team-x",
        "Team X",
        ("checkout", "pay-*"),
        ("team-old",),
    )
    assert (team.zone.key, team.channel, team.attribution_hours) == ("Europe/Berlin", "#team-x", 12.0)
    assert team.availability_objective == 0.999
    assert team.freezes == (Freeze(date(2026, 12, 21), date(2027, 1, 3)),)


def test_a_team_s_bands_stand_over_the_file_s_and_those_over_the_defaults(file: Path) -> None:
    file.write_text(WHOLE)
    (team,) = load_teams(file)
    assert team.bands == Bands(1.0, 5.0, 0.10, 24.0)


def test_teams_may_stand_alone_in_their_file(file: Path) -> None:
    file.write_text(f"teams: [{TEAM}]\nbands: {{recovery_hours: 4}}\n")
    (team,) = load_teams(file)
    assert (team.name, team.zone.key, team.bands.recovery_hours) == ("team-x", "UTC", 4.0)


def test_a_name_may_be_any_text(file: Path) -> None:
    name = '<!channel> "ß" 🚀 ' * 400
    file.write_text(f"teams:\n  - key: team-x\n    services: [a]\n    name: '{name}'\n")
    assert load_teams(file)[0].name == name


def test_the_default_file_may_be_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(environ={})
    assert (settings.teams, settings.database_url) == ((), "sqlite:///quintet.db")


def test_a_file_that_was_named_must_exist(file: Path) -> None:
    for load in (lambda: load_settings(file, {}), lambda: load_settings(None, {"QUINTET_CONFIG": str(file)})):
        with pytest.raises(SettingsError, match=r"quintet\.yaml can't be read: No such file or directory\."):
            load()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "teams: []\n"])
def test_an_empty_file_is_no_mistake_but_names_no_teams(file: Path, text: str) -> None:
    file.write_text(text)
    assert load_settings(file, {}).teams == ()
    with pytest.raises(SettingsError, match="names no teams"):
        load_teams(file)


MISTAKES = [
    (f"teems: [{TEAM}]", "line 1: teems is unknown; did you mean teams?"),
    (
        "teams:\n  - key: x\n    services: [a]\n    time_zone: UTC",
        "line 4: teams[0].time_zone is unknown; did you mean timezone?",
    ),
    ("bands: {lead_time: 3}", "line 1: bands.lead_time is unknown; did you mean lead_time_days?"),
    (
        "zzz: 1",
        "line 1: zzz is unknown; known here are bands, database, delivery, organisation_digest, sources, teams.",
    ),
    ("teams:\n  - services: [a]", "line 2: teams[0].key is missing."),
    ("teams: [{key: x}]", "line 1: teams[0].services is missing."),
    ("teams: [{key: x, services: []}]", "line 1: teams[0].services must hold at least 1."),
    ("teams: [{key: 12, services: [a]}]", "line 1: teams[0].key must be text; put it in quotes."),
    (
        "teams: [{key: team x, services: [a]}]",
        "line 1: teams[0].key must be one word without spaces, because people type it after /dora.",
    ),
    (
        "teams: [{key: Help, services: [a]}]",
        "line 1: teams[0].key can't be Help, because /dora Help shows what there is.",
    ),
    ("teams: [{key: x, name: '', services: [a]}]", "line 1: teams[0].name must not be empty."),
    (
        "teams: [{key: x, services: [a], channel: team x}]",
        "line 1: teams[0].channel must be one channel's name or id without spaces, such as '#team-x'.",
    ),
    (
        "teams: [{key: x, services: [a], manager: '@joe'}]",
        "line 1: teams[0].manager must be the id of a Slack user, such as U0123 (Copy member ID in a profile).",
    ),
    (
        "teams: [{key: x, services: [a], timezone: Europe/Berln}]",
        "line 1: teams[0].timezone holds Europe/Berln, which is no time zone; did you mean Europe/Berlin?",
    ),
    (
        "teams: [{key: x, services: [a], timezone: ../../etc/passwd}]",
        "line 1: teams[0].timezone holds ../../etc/passwd, which is no time zone; names look like Europe/Berlin.",
    ),
    (
        "teams: [{key: x, services: [a], freezes: [{from: 2026-02-02, to: 2026-02-01}]}]",
        "line 1: teams[0].freezes[0] ends on 2026-02-01, before it begins on 2026-02-02.",
    ),
    (
        "teams: [{key: x, services: [a], freezes: [{from: 2026-02-30, to: 2026-03-01}]}]",
        "line 1: teams[0].freezes[0].from must be a calendar day such as 2026-12-21.",
    ),
    (
        "teams: [{key: x, services: [a], availability_objective: 99.9}]",
        "line 1: teams[0].availability_objective must be less than 1.0.",
    ),
    ("teams: [{key: x, services: [a], messages: [all]}]", "line 1: teams[0].messages[0] must be 'digest' or 'ping'."),
    (
        "teams: [{key: x, services: [a], messages: [digst]}]",
        "line 1: teams[0].messages[0] must be 'digest' or 'ping'; did you mean digest?",
    ),
    ("teams: [{key: x, services: [a], kinds: [ping]}]", "line 1: teams[0].kinds is unknown; did you mean messages?"),
    ("bands: {recovery_hours: 0}", "line 1: bands.recovery_hours must be more than 0.0."),
    ("bands: {recovery_hours: .inf}", "line 1: bands.recovery_hours must be a finite number."),
    ("bands: {recovery_hours: yes}", "line 1: bands.recovery_hours must be a number."),
    ("organisation_digest: {channel: x, hour: 24}", "line 1: organisation_digest.hour must be at most 23."),
    ("teams: {}", "line 1: teams must be a list."),
    ("[]", "line 1: the file must hold keys with values."),
    (
        "teams:\n  - {key: x, services: [a]}\n  - {key: X, services: [b]}",
        "line 3: teams[1].key is X, as line 2 is already; names are unique.",
    ),
    (
        "teams:\n  - {key: x, services: [a]}\n  - {key: y, services: [b], aliases: [x]}",
        "line 3: teams[1].aliases[0] is x, as line 2 is already; names are unique.",
    ),
    ("teams: []\nteams: []", "line 2: teams stands here again; it is already on line 1."),
    ("teams: &all []\nsources: *all", "line 1: teams uses a YAML anchor or alias (& or *); write the value out."),
    ("teams: !!python/object:os.system []", "line 1: teams uses a YAML tag (!); write a plain value."),
    ("? [a]\n: b", "line 1: the file has a key that is a list or a mapping; keys are words."),
    ("teams: []\n---\nteams: []", "line 2: the file holds several documents; a second '---' can't stand here."),
    ("- " * 40, "line 1: [0][0][0] is nested too deeply."),
    (
        "bands: {recovery_hours: " + "9" * 5_000 + "}",
        f"line 1: bands.recovery_hours holds {'9' * 60}…, which is no number that can be read.",
    ),
]


@pytest.mark.parametrize(("text", "says"), MISTAKES, ids=[says[:60] for _, says in MISTAKES])
def test_a_mistake_gets_one_sentence_with_file_line_and_key(file: Path, text: str, says: str) -> None:
    assert problems(file, text) == [f"quintet.yaml, {says}"]


def test_all_problems_are_told_in_the_order_of_their_lines(file: Path) -> None:
    text = "teams:\n  - key: x\n    service: [a]\n    bands: {lead_time: 1, recovery_hours: -1}\nsauces: []\n"
    told = problems(file, text)
    assert [line.split(": ")[0] for line in told] == [f"quintet.yaml, line {line}" for line in (3, 4, 4, 5)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"teams: []\nname: \xff", "line 2: this is not UTF-8 text"),
        (b"teams:\n\tx", "line 2: this is not YAML: "),
        (b"a: \x01", "this is not YAML: "),
        (b"[" * 100_000, "this is not YAML: "),
        (b"#" * 9_000_000, "is larger than 8 MB"),
    ],
    ids=["bytes", "tab", "control character", "100,000 deep", "9 MB"],
)
def test_what_is_no_settings_file_gets_one_sentence_at_once(file: Path, content: bytes, says: str) -> None:
    began = time.monotonic()
    (told,) = problems(file, content)
    assert says in told
    assert time.monotonic() - began < 2


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="can't be read: Is a directory"):
        load_settings(tmp_path, {})


def test_a_thousand_teams_are_read_within_a_second(file: Path) -> None:
    lines = (f"  - {{key: team-{n}, services: [service-{n}], timezone: Europe/Berlin}}\n" for n in range(1_000))
    file.write_text("teams:\n" + "".join(lines))
    began = time.monotonic()
    assert len(load_teams(file)) == 1_000
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("number", ["1" + ":1" * 500_000, "0x" + "f" * 1_000_000])
def test_a_number_that_would_take_hours_to_read_is_refused_at_once(file: Path, number: str) -> None:
    file.write_text(f"bands: {{lead_time_days: {number}}}")
    with pytest.raises(SettingsError, match="no number that can be read"):
        load_settings(file, {})


def test_what_is_repeated_of_a_file_plays_no_tricks_on_a_terminal(file: Path) -> None:
    file.write_text(r'"te\e[31mams": []')
    with pytest.raises(SettingsError) as caught:
        load_settings(file, {})
    assert str(caught.value).isprintable()
