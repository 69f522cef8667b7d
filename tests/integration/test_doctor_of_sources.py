"""What `quintet doctor` finds out about each source and each team, from the store and from what sources answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import insert

from bot.answers.doctor import examined, promised, reported
from bot.answers.doctor_sources import Asked, asked
from bot.cursor import Cursor
from bot.doctor_report import DoctorReport
from bot.errors import CredentialError, SourceError
from bot.events import Change, Deployment, Event, Incident
from bot.ingest import ingest_events
from bot.source import Coverage, Page, Probe, RuleFound, Source, Span, Stream
from bot.store import streams as stored_streams
from bot.store import tables
from bot.store.database import Database
from bot.stream_state import StreamState
from bot.teams import Team
from bot.terminal_doctor import render

NOW = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
TARGET = NOW - timedelta(weeks=104)
REFUSED = "the token may not read deployments."
LONG_AGO = NOW - timedelta(days=90)
TEAM = Team(key="team-x", name="Team X", services=("checkout",))
HUB, JIRA = "github:acme/checkout", "jira:acme.atlassian.net"


def stream(name: str, kind: str, event_source: str, *services: str, teams: tuple[str, ...] = ()) -> Stream:
    return Stream(
        name=name,
        source=event_source,
        kinds=(kind,),
        covers=Coverage(services=services, teams=teams),
        rule="{}",
        fetch=lambda _ask: Page(),
    )


DEPLOYMENTS = stream("acme/checkout deployments", "deployment", HUB, "checkout")
CHANGES = stream("acme/checkout changes", "change", HUB, "checkout")
INCIDENTS = stream("incidents", "incident", JIRA, teams=("team-x",))


@dataclass
class Answering:
    """A source that answers at once, or fails where it is told to."""

    name: str = "hub"
    lists: Sequence[Stream] = (DEPLOYMENTS, CHANGES)
    refuses: Exception | None = None
    requests: int = 2
    says: str = "answers as quintet-bot"
    is_complete: bool = True
    asked_for: list[str] = field(default_factory=list)

    def probe(self) -> Probe:
        self.asked_for.append("probe")
        if self.refuses:
            raise self.refuses
        return Probe(self.says, is_complete=self.is_complete)

    def streams(self) -> Sequence[Stream]:
        self.asked_for.append("streams")
        return self.lists

    def survey(self, _span: Span) -> Sequence[RuleFound]:
        return ()


def answers(*sources: Source) -> list[Asked]:
    return [asked(source.name, lambda source=source: source) for source in sources]


def read(database: Database, source: str, listed: Stream, **changes: Any) -> None:
    """A stream as a sync leaves it: whole, just now, unless changes say otherwise."""
    whole = {"cursor": Cursor(newest=NOW, oldest=TARGET), "reached": TARGET, "synced_at": NOW}
    state = StreamState(
        source=source,
        stream=listed.name,
        event_source=listed.source,
        kinds=listed.kinds,
        covers=listed.covers,
        covers_from=None,
        rule=listed.rule,
        since=TARGET,
        **{**whole, **changes},
    )
    with database.writing() as connection:
        connection.execute(insert(tables.streams).values(stored_streams._row(state)))


def aside(database: Database, source: str, listed: Stream, reason: str, *items: str) -> None:
    known = {"source": source, "stream": listed.name, "reason": reason, "at": 0, "pass": 1}
    nothing = {column.name: "" for column in tables.set_aside.columns}
    with database.writing() as connection:
        connection.execute(insert(tables.set_aside), [{**nothing, **known, "item": item} for item in items])


def doctor(database: Database, *sources: Source, teams: Sequence[Team] = (TEAM,)) -> DoctorReport:
    return reported(*examined(database, answers(*sources), teams, NOW))


def said(report: DoctorReport, about: str) -> list[tuple[str, str]]:
    return [(check.state, check.says) for check in report.checks if check.about == about]


def deployment(hours: float, **fields: Any) -> Deployment:
    given: dict[str, Any] = {"id": f"d-{hours}", "service": "checkout", "status": "success", "version": f"v{hours}"}
    at = NOW - timedelta(hours=hours)
    return Deployment(**{"kind": "deployment", "source": HUB, "finished_at": at, **given, **fields})


def incident(**fields: Any) -> Incident:
    began = NOW - timedelta(hours=69)
    given = {"service": "checkout", "started_at": began, "resolved_at": began + timedelta(hours=3), **fields}
    return Incident(kind="incident", source=JIRA, id="OPS-7", status="resolved", **given)


def test_a_source_that_works_says_so_and_how_far_it_is_read(database: Database) -> None:
    read(database, "hub", DEPLOYMENTS)
    read(database, "hub", CHANGES)
    report = doctor(database, Answering())
    assert said(report, "source hub") == [
        ("ok", "answers as quintet-bot (2 requests)"),
        ("ok", "2 lists read, last Mon 5 Oct 2026, 09:30 UTC"),
        ("ok", "history is loaded to Mon 7 Oct 2024, which is all that was asked for"),
    ]
    assert report.ok


def loading(database: Database) -> None:
    read(database, "hub", DEPLOYMENTS, reached=NOW - timedelta(weeks=8))
    read(database, "hub", CHANGES)


def failing(database: Database) -> None:
    read(database, "hub", DEPLOYMENTS, failure=f"hub: {REFUSED}")
    read(database, "hub", CHANGES, failure=f"hub acme/checkout changes: {REFUSED}")


def late(database: Database) -> None:
    read(database, "hub", DEPLOYMENTS, synced_at=NOW - timedelta(days=9))
    read(database, "hub", CHANGES)


def odd(database: Database) -> None:
    read(database, "hub", DEPLOYMENTS)
    aside(database, "hub", DEPLOYMENTS, "the field sha is not where it was", "4711", "4712", "4713", "4714")


def odd_each_in_its_way(database: Database) -> None:
    odd(database)
    for number in range(1_200):
        aside(database, "hub", CHANGES, f"{number} is no time", str(number))


def archived(database: Database) -> None:
    read(database, "hub", DEPLOYMENTS)
    read(
        database, "hub", stream("acme/old deployments", "deployment", "github:acme/old", "checkout"), synced_at=LONG_AGO
    )


def left_over(database: Database) -> None:
    read(database, "old", DEPLOYMENTS)


@pytest.mark.parametrize(
    ("prepare", "about", "found", "ok"),
    [
        (lambda _: None, "source hub", ("note", "not read yet"), True),
        (
            loading,
            "source hub",
            (
                "note",
                "history is loaded to Mon 10 Aug 2026 so far, on its way to Mon 7 Oct 2024; 1 of 2 lists are behind",
            ),
            True,
        ),
        (
            failing,
            "source hub",
            (
                "mend",
                f"the last sync could not read acme/checkout changes, acme/checkout deployments: {REFUSED}",
            ),
            False,
        ),
        (
            archived,
            "source hub",
            ("note", "read once, and no longer in the settings or at the source: acme/old deployments"),
            True,
        ),
        (
            late,
            "source hub",
            ("mend", "acme/checkout deployments: not read since Sat 26 Sep 2026, 09:30 UTC"),
            False,
        ),
        (
            odd,
            "source hub",
            ("note", "4 items could not be read: the field sha is not where it was (such as 4711, 4712, 4713)"),
            True,
        ),
        (
            odd_each_in_its_way,
            "source hub",
            ("note", "1,196 more items could not be read, for 1,196 other reasons"),
            True,
        ),
        (
            left_over,
            "source old",
            ("note", "read once, and no longer in the settings or at the source: acme/checkout deployments"),
            True,
        ),
    ],
    ids=[
        "never read",
        "still loading",
        "it failed",
        "it is no longer listed",
        "it is not read any more",
        "set aside",
        "set aside, each in its way",
        "left over",
    ],
)
def test_what_a_source_lacks_is_told(
    database: Database, prepare: Callable[[Database], None], about: str, found: tuple[str, str], ok: bool
) -> None:
    prepare(database)
    report = doctor(database, Answering())
    assert said(report, about).count(found) == 1
    assert report.ok is ok


@pytest.mark.parametrize(
    ("refuses", "sentence", "mends"),
    [
        (
            CredentialError("hub: env:GITHUB_TOKEN is refused (401)."),
            "env:GITHUB_TOKEN is refused (401).",
            "Set it where this command runs, as docs/install.md does in `.env`; then run `quintet doctor` again.",
        ),
        (
            SourceError("hub: https://hub.example can't be reached."),
            "https://hub.example can't be reached.",
            "Correct it in the settings or at the server, then run `quintet doctor` again.",
        ),
        (
            KeyError("x"),
            "something is wrong in Quintet itself (KeyError), not with what is set up.",
            "`quintet --debug sync` shows where.",
        ),
    ],
    ids=["a wrong token", "no server", "a bug"],
)
def test_one_source_that_fails_keeps_no_other_from_being_asked(
    database: Database, refuses: Exception, sentence: str, mends: str
) -> None:
    jira = Answering("jira", (INCIDENTS,))
    report = doctor(database, Answering(refuses=refuses), jira)
    assert said(report, "source hub")[0] == ("mend", sentence if isinstance(refuses, SourceError) else sentence[:-1])
    assert said(report, "source jira")[0][0] == "ok"
    assert report.to_mend == (f"source hub: {sentence} {mends}",)


def test_a_source_that_sees_less_than_is_asked_for_is_to_be_mended(database: Database) -> None:
    hub = Answering(says="answers as quintet-bot; acme/gone is not there", is_complete=False)
    (told,) = doctor(database, hub).to_mend
    assert told.startswith("source hub: answers as quintet-bot; acme/gone is not there (2 requests). Correct it in ")


def test_where_nothing_answers_a_sync_is_not_what_mends_it(database: Database) -> None:
    report = doctor(database, Answering(refuses=SourceError("hub: the host is not known.")))
    assert said(report, "source hub") == [("mend", "the host is not known.")]


def test_a_source_that_reaches_no_team_is_to_be_mended(database: Database) -> None:
    stranger = stream("acme/basket deployments", "deployment", "github:acme/basket", "basket")
    report = doctor(database, Answering(lists=(stranger,)))
    assert ("mend", "no team gets anything from acme/basket deployments") in said(report, "source hub")
    assert ("note", "no team owns basket") in said(report, "source hub")


ANYTHING = stream("incidents", "incident", JIRA, "*")


def test_what_may_speak_of_anything_is_promised_until_it_was_read(database: Database) -> None:
    report = doctor(database, Answering("jira", (ANYTHING,)))
    assert report.ok
    assert metrics(report)["recovery_time"] == ("from incidents of jira:acme.atlassian.net (none stored yet)", None)
    read(database, "jira", ANYTHING)
    silent = doctor(database, Answering("jira", (ANYTHING,)))
    assert metrics(silent)["recovery_time"][0] == "no source of incidents"
    assert ("note", "no team gets anything from incidents") in said(silent, "source jira")
    ingest_events(database, [incident(service="basket")])
    assert ("mend", "no team gets anything from incidents") in said(
        doctor(database, Answering("jira", (ANYTHING,))), "source jira"
    )


def test_settings_that_changed_since_a_list_was_read_are_told(database: Database) -> None:
    read(database, "hub", replace(DEPLOYMENTS, rule='{"deployments": {"from": "deployments"}}'))
    now = replace(DEPLOYMENTS, rule='{"deployments": {"from": "workflow"}}')
    report = doctor(database, Answering(lists=(now,)))
    assert said(report, "source hub")[-1] == (
        "note",
        "deployments.from changed since acme/checkout deployments was read",
    )
    assert report.ok


def test_what_a_source_once_read_stands_with_the_source_and_asks_for_no_owner(database: Database) -> None:
    read(database, "hub", stream("acme/gone deployments", "deployment", "github:acme/gone", "gone"))
    report = doctor(database, Answering(), Answering("jira", (INCIDENTS,)))
    assert [check.about for check in report.checks] == sorted(
        (check.about for check in report.checks), key=["database", "source hub", "source jira"].index
    )
    assert not any("no team owns" in check.says for check in report.checks)


def test_without_a_team_no_source_is_to_be_mended(database: Database) -> None:
    assert doctor(database, Answering(), teams=()).ok


def test_services_of_events_that_were_sent_are_named_where_no_team_owns_them(database: Database) -> None:
    """As after the recipe for curl, with a service that is spelled otherwise than the team's."""
    ingest_events(database, [deployment(3, service="chekcout", source="ci"), deployment(4)])
    report = doctor(database, Answering())
    assert said(report, "events that were sent or imported") == [("note", "no team owns chekcout, which ci tells of")]
    assert doctor(database, Answering(), teams=()).ok


def test_what_a_sync_adds_to_a_failure_is_not_said_where_nothing_goes_on(database: Database) -> None:
    refuses = SourceError(
        "hub: https://hub.example can't be reached, 5 times in a row; the next sync goes on from here."
    )
    report = doctor(database, Answering(refuses=refuses))
    assert said(report, "source hub") == [("mend", "https://hub.example can't be reached, 5 times in a row.")]


def test_services_that_no_team_owns_are_named(database: Database) -> None:
    ingest_events(database, [deployment(3, service="search"), deployment(4)])
    found = said(doctor(database, Answering()), "source hub")
    assert ("note", "no team owns search") in found
    assert not any(state == "mend" for state, _ in found)


def metrics(report: DoctorReport) -> dict[str, tuple[str, str | None]]:
    return {each.metric: (each.says, each.do) for each in report.teams[0].metrics}


def test_before_anything_is_read_a_team_hears_what_it_would_get(database: Database) -> None:
    for report in (
        doctor(database, Answering(), Answering("jira", (INCIDENTS,))),
        reported(*promised(answers(Answering(), Answering("jira", (INCIDENTS,))), [TEAM], NOW)),
    ):
        told = metrics(report)
        assert told["deployment_frequency"] == ("from deployments of github:acme/checkout (none stored yet)", None)
        assert told["lead_time"][0].startswith("from changes of github:acme/checkout (none stored yet) and deployments")
        assert told["recovery_time"] == ("from incidents of jira:acme.atlassian.net (none stored yet)", None)
        assert told["reliability"][0] == "from incidents of jira:acme.atlassian.net (none stored yet)"
        assert "availability_objective: 0.999" in (told["reliability"][1] or "")


def test_a_metric_without_a_source_says_what_to_connect(database: Database) -> None:
    ingest_events(database, [deployment(hours) for hours in (30, 60)])
    told = metrics(doctor(database, Answering(lists=(DEPLOYMENTS,))))
    assert told["deployment_frequency"] == ("from deployments of github:acme/checkout (2 stored)", None)
    assert told["lead_time"][0] == "no source of changes"
    assert told["change_failure_rate"][0] == "no source of incidents"
    assert "team: team-x}`" in (told["change_failure_rate"][1] or "")


def test_failures_that_only_rollbacks_show_are_told_with_their_confidence(database: Database) -> None:
    mended = [deployment(hours, rollback_of=f"d-{hours + 1}") for hours in (10, 30, 50)]
    ingest_events(database, [*mended, *(deployment(hours) for hours in (11, 31, 51))])
    told = metrics(doctor(database, Answering(lists=(DEPLOYMENTS,))))
    assert told["change_failure_rate"][0].endswith("by rollbacks, reverts and hotfixes alone, so confidence is low")


def history() -> list[Event]:
    url = "https://hub.example/acme/checkout/deployments/9"
    failed = deployment(70, id="d-9", url=url, sha="f00ba4")
    title = "Payments \x1b[31mfail\x1b[0m [bold]now[/bold]"
    broke = incident(deployment=failed.key, title=title)
    blamed = [deployment(20), deployment(19, rollback_of=f"deployment:{HUB}:d-20")]
    merged = NOW - timedelta(hours=80)
    reviewed = {"opened_at": merged, "first_commit_at": merged}
    changes = [
        Change(
            kind="change", source=HUB, id=str(n), service="checkout", merged_at=merged, reviews=n or None, **reviewed
        )
        for n in range(3)
    ]
    return [failed, broke, *blamed, *(deployment(hours) for hours in (100, 120, 140)), *changes]


def test_a_person_can_say_that_this_is_no_deployment(database: Database) -> None:
    ingest_events(database, history())
    team = doctor(database, Answering()).teams[0]
    assert [(each.when, each.says) for each in team.deployments] == [
        ("Sun 4 Oct 2026, 14:30 UTC", "checkout v19, from github:acme/checkout: remediation"),
        ("Sun 4 Oct 2026, 13:30 UTC", "checkout v20, from github:acme/checkout: planned"),
        ("Fri 2 Oct 2026, 11:30 UTC", "checkout v70 (f00ba4), from github:acme/checkout: planned"),
    ]
    assert [each.why for each in team.failures] == [
        "another deployment says that it rolls it back (the deployment of Sun 4 Oct 2026, 14:30 UTC, v19)",
        "an incident came from it (incident OPS-7)",
    ]
    assert [each.url for each in team.failures] == [None, "https://hub.example/acme/checkout/deployments/9"]
    assert [(each.says, each.why) for each in team.incidents] == [
        (
            "checkout OPS-7 Payments [31mfail[0m [bold]now[/bold], from jira:acme.atlassian.net: ended",
            "counts for the deployment of Fri 2 Oct 2026, 11:30 UTC, v70",
        )
    ]


def test_what_is_still_loading_is_not_taken_for_missing(database: Database) -> None:
    """A list that is ahead of another one would have its changes in later deployments, for want of their own."""
    merged = [NOW - timedelta(days=age) for age in (70, 60, 50, 3)]
    ingest_events(
        database,
        [
            deployment(71, sha="abc3"),
            *(
                Change(kind="change", source=HUB, id=str(n), service="checkout", merged_at=at, merge_sha=f"abc{n}")
                for n, at in enumerate(merged)
            ),
        ],
    )
    read(database, "hub", DEPLOYMENTS, reached=NOW - timedelta(days=28))
    read(database, "hub", CHANGES)
    team = doctor(database, Answering()).teams[0]
    assert [(fact.known, fact.of) for fact in team.facts if fact.fact == "delivery"] == [(1, 1)]
    assert {each.metric: each.says for each in team.metrics}["lead_time"].startswith(
        f"from changes of {HUB} (4 stored)"
    )


def test_a_team_without_a_name_is_called_by_its_key(database: Database) -> None:
    key = Team(key="team-x", name="team-x", services=("checkout",))
    assert "\nteam-x \n" in "".join(f"{line.rstrip()} \n" for line in page(doctor(database, teams=[key])).splitlines())


def page(report: DoctorReport) -> str:
    console = Console(file=StringIO(), width=200)
    with console.capture() as shown:
        console.print(render(report))
    return shown.get()


def test_the_page_shows_everything_as_it_is(database: Database) -> None:
    ingest_events(database, history())
    read(database, "hub", DEPLOYMENTS, failure="hub: \x1b[2Jgone")
    text = page(doctor(database, Answering()))
    for line in (
        "Source hub",
        "MEND the last sync could not read acme/checkout deployments: [2Jgone.",
        "Team X (team-x)",
        "First review: known for 0 of 3 changes.",
        "[bold]now[/bold]",
        "Last failures:",
        "To mend: 1.",
    ):
        assert line in text
    assert "\x1b" not in text


def test_no_line_of_the_page_ends_in_spaces(database: Database) -> None:
    ingest_events(database, history())
    console = Console(file=StringIO(), width=60)
    with console.capture() as shown:
        console.print(render(doctor(database, Answering())))
    lines = shown.get().splitlines()
    assert max(map(len, lines)) <= 60
    assert [line for line in lines if line != line.rstrip()] == []


def test_a_team_without_anything_is_told_so(database: Database) -> None:
    text = page(doctor(database))
    assert "Deployment frequency: no source of deployments." in text
    assert "Last deployments: none." in text
    assert "Nothing has to be mended." in text
