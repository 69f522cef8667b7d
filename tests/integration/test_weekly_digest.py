"""The digest of a week: what is known at its end, held against what was told before."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path

import pytest

from bot.answers.digest import digest, told_of
from bot.answers.organisation import organisation_digest
from bot.answers.report import team_report
from bot.blocks.digest import digest_messages
from bot.calendar import midnight, moment
from bot.digest_report import Digest, DigestTold
from bot.regression.aftermath import Ending
from bot.schedule import Kind
from bot.store.database import Database
from bot.store.schema import open_database
from bot.store.told import Told, close, tell
from bot.teams import Bands
from tests.integration.team_weeks import BERLIN, MONDAY, TEAM, at, fill, incident, steady
from tests.unit.answers.slack_rules import strings

WEEK = date(2026, 10, 26)
BEFORE = WEEK - timedelta(weeks=1)
NOW = MONDAY + timedelta(hours=9)


def told(database: Database, what: Digest) -> None:
    with database.writing() as connection:
        body = told_of(what).model_dump_json()
        tell(connection, Told(Kind.DIGEST, what.team, "#shop", what.week, NOW.timestamp(), body))


@pytest.fixture(scope="module")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "quintet.db"
    with closing(open_database(f"sqlite:///{path}")) as database:
        fill(database, steady())
    return path


@pytest.fixture
def shop(tmp_path: Path, shop_file: Path) -> Iterator[Database]:
    shutil.copy(shop_file, tmp_path / "quintet.db")
    with closing(open_database(f"sqlite:///{tmp_path / 'quintet.db'}")) as database:
        yield database


def test_the_report_is_the_one_that_dora_gives_as_of_the_monday_after(shop: Database) -> None:
    as_of = moment(midnight(WEEK + timedelta(weeks=1), BERLIN))
    assert digest(shop, TEAM, NOW).report == team_report(shop, TEAM, NOW, as_of)
    assert digest(shop, TEAM, NOW).report.reading == team_report(shop, TEAM, NOW).reading


@pytest.mark.parametrize("day", range(7))
def test_any_day_names_its_week(sqlite: Database, day: int) -> None:
    fill(sqlite, steady(3))
    assert digest(sqlite, TEAM, NOW, WEEK + timedelta(days=day)).week == WEEK


@pytest.mark.parametrize(
    ("now", "week"),
    [
        (MONDAY, WEEK),
        (MONDAY - timedelta(seconds=1), BEFORE),
        (MONDAY + timedelta(days=6, hours=23), WEEK),
    ],
)
def test_the_last_complete_week_is_the_team_s_own(sqlite: Database, now: datetime, week: date) -> None:
    assert digest(sqlite, TEAM, now).week == week


def test_the_week_is_told_beside_four_weeks(shop: Database) -> None:
    figures = digest(shop, TEAM, NOW).figures
    assert figures["deployment_frequency"].week.n == 6
    assert figures["deployment_frequency"].four_weeks.n == 24
    assert (figures["change_failure_rate"].week.failed, figures["change_failure_rate"].four_weeks.failed) == (0, 2)
    assert (figures["lead_time"].week.value, figures["lead_time"].week.n) == (26 * 3_600.0, 6)


def test_a_calm_team_has_a_quiet_week(shop: Database) -> None:
    made = digest(shop, TEAM, NOW)
    assert made.quiet
    assert digest_messages(made)[0].text == (
        "Shop · week of 26 October: nothing changed that you need to act on. Balanced, 13 weeks or longer."
    )


def test_a_streak_goes_on_from_what_was_told(shop: Database) -> None:
    earlier = digest(shop, TEAM, NOW, BEFORE)
    longer = earlier.model_copy(update={"course": earlier.course.model_copy(update={"streak_weeks": 30})})
    told(shop, longer)
    assert digest(shop, TEAM, NOW).course.streak_weeks == 31


def test_whether_it_changed_is_said_against_what_was_told(shop: Database) -> None:
    slow = digest(shop, replace(TEAM, bands=Bands(lead_time_days=0.5)), NOW, BEFORE)
    told(shop, slow)
    course = digest(shop, TEAM, NOW).course
    assert (course.changed, course.earlier, course.streak_weeks) == ("now", slow.report.reading.title, 1)


def test_a_digest_of_another_channel_tells_nothing_here(shop: Database) -> None:
    told(shop, digest(shop, replace(TEAM, bands=Bands(lead_time_days=0.5)), NOW, BEFORE))
    assert digest(shop, TEAM, NOW, channel="#elsewhere").course.changed == "still"


def test_a_late_incident_corrects_what_was_told_and_the_digest_says_so(database: Database) -> None:
    fill(database, steady())
    told(database, digest(database, TEAM, NOW, BEFORE))
    assert digest(database, TEAM, NOW).corrections == ()
    fill(database, [incident(4, 4)])
    made = digest(database, TEAM, NOW)
    assert made.corrections == ("The week of 5 October: 2 of 6 deployments failed (told: 1 of 6).",)
    assert made.corrections[0] in digest_messages(made)[0].text


def test_a_correction_that_changes_the_reading_of_a_told_week_says_what_it_would_be(shop: Database) -> None:
    told(shop, digest(shop, TEAM, NOW, BEFORE))
    fill(shop, [incident(week, day) for week in range(2, 6) for day in (0, 1, 3, 4)])
    made = digest(shop, TEAM, NOW)
    assert made.course.changed == "now"
    assert not made.quiet
    assert made.corrections[-1].startswith(
        "For the week of 19 October the digest told Balanced; with what is known now it would be "
    )


def test_what_was_told_is_never_told_again_nor_changed(shop: Database) -> None:
    first = digest(shop, TEAM, NOW, BEFORE)
    told(shop, first)
    fill(shop, [incident(4, 4)])
    again = Told(
        Kind.DIGEST,
        "shop",
        "#shop",
        BEFORE,
        NOW.timestamp(),
        told_of(digest(shop, TEAM, NOW, BEFORE)).model_dump_json(),
    )
    with shop.writing() as connection:
        assert not tell(connection, again)
    assert digest(shop, TEAM, NOW).corrections


def test_what_moved_it_is_of_that_week_and_linked(shop: Database) -> None:
    (mover,) = digest(shop, TEAM, NOW, BEFORE).movers
    assert (mover.says, mover.url) == ("shop d-2-2 failed, 2 h to recover.", "https://delivery.example/d-2-2")
    assert digest(shop, TEAM, NOW).movers == ()


def test_an_incident_that_lasts_is_not_quiet(shop: Database) -> None:
    fill(shop, [incident(1, 1).model_copy(update={"status": "open", "resolved_at": None})])
    assert not digest(shop, TEAM, NOW).quiet


def test_a_new_gap_in_the_data_is_not_quiet(shop: Database) -> None:
    told(shop, digest(shop, TEAM, NOW, BEFORE))
    fill(shop, [incident(3, 1).model_copy(update={"detected_at": None, "started_at": None, "opened_at": at(3, 1, 13)})])
    made = digest(shop, TEAM, NOW)
    assert "carries no start time" in made.gaps[0]
    assert not made.quiet


def test_a_team_without_any_data_says_so(sqlite: Database) -> None:
    made = digest(sqlite, TEAM, NOW)
    assert (made.course.changed, made.quiet) == ("first", False)
    assert digest_messages(made)[0].text.startswith("Shop · week of 26 October: Deployments not known.")


def test_a_regression_that_became_normal_is_named_until_stability_is_back(sqlite: Database) -> None:
    many = [incident(week, day) for week in range(1, 14) for day in (0, 3)]
    fill(sqlite, {each.key: each for each in chain(steady(), many)}.values())
    ping = Told(Kind.PING, "shop", "#shop", WEEK - timedelta(weeks=9), NOW.timestamp(), "{}")
    with sqlite.writing() as connection:
        tell(connection, ping)
        close(connection, ping, Ending.NORMAL, NOW.timestamp())
    line = "The regression that was told for the week of 24 August is no longer new"
    assert any(each.startswith(line) for each in digest(sqlite, TEAM, NOW).watch)
    with sqlite.writing() as connection:
        close(connection, ping, Ending.OVER, NOW.timestamp())
    assert not any(each.startswith(line) for each in digest(sqlite, TEAM, NOW).watch)


@pytest.mark.parametrize("untold", [0, 1, 3])
def test_a_streak_goes_on_from_what_was_told_last_over_weeks_of_which_nothing_was(shop: Database, untold: int) -> None:
    before = digest(shop, TEAM, NOW, WEEK - timedelta(weeks=untold + 1))
    long = before.model_copy(update={"course": before.course.model_copy(update={"streak_weeks": 16})})
    told(shop, long)
    assert digest(shop, TEAM, NOW, channel="#shop").course.streak_weeks == 16 + untold + 1


def test_the_watch_says_what_it_waits_for(sqlite: Database) -> None:
    fill(sqlite, steady(15))
    assert any(gap.startswith("The watch for regressions has to wait.") for gap in digest(sqlite, TEAM, NOW).gaps)


def test_all_teams_stand_in_order_of_their_names(shop: Database) -> None:
    others = [replace(TEAM, key=key, name=name) for key, name in (("z", "alpha"), ("b", "Zulu"), ("a", "Mike"))]
    made = organisation_digest(shop, [*others, TEAM], NOW, WEEK + timedelta(days=3))
    assert [line.name for line in made.teams] == ["alpha", "Mike", "Shop", "Zulu"]
    assert made.week == WEEK


def test_a_team_s_first_digest_of_a_quarter_counts_its_own_pings_and_that_of_all_teams_everybody_s(
    database: Database,
) -> None:
    first, year_ago = date(2026, 9, 28), date(2025, 10, 6)
    with database.writing() as connection:
        for team, week in (
            ("shop", first - timedelta(weeks=30)),
            ("other", first - timedelta(weeks=9)),
            ("other", year_ago),
        ):
            tell(connection, Told(Kind.PING, team, "#shop", week, NOW.timestamp(), "{}"))
    own = digest(database, TEAM, NOW, first).precision
    everybody = organisation_digest(database, [TEAM], NOW, first, "#all").precision
    assert own
    assert everybody
    assert (own.told, everybody.told, everybody.unanswered) == (1, 3, 3)
    for other in (first - timedelta(weeks=1), first + timedelta(weeks=1)):
        assert digest(database, TEAM, NOW, other).precision is None
        assert organisation_digest(database, [TEAM], NOW, other, "#all").precision is None


def test_what_was_told_can_be_read_back(shop: Database) -> None:
    made = digest(shop, TEAM, NOW)
    assert DigestTold.model_validate_json(told_of(made).model_dump_json()) == told_of(made)
    assert [week.deployments for week in told_of(made).weeks] == [6] * 12


@pytest.mark.parametrize("failing", [(), (0, 1, 3)], ids=["calm", "failing"])
def test_no_sentence_stands_twice(sqlite: Database, failing: tuple[int, ...]) -> None:
    more = [incident(week, day, hours=30) for week in range(1, 20) for day in failing]
    fill(sqlite, {each.key: each for each in chain(steady(30), more)}.values())
    main, thread = digest_messages(digest(sqlite, TEAM, NOW))
    said = Counter(
        sentence
        for message in (main, *thread)
        for text in strings(list(message.blocks))
        for sentence in re.split(r"(?<=[.?]) (?=[A-Z])", text)
        if len(sentence) > 30
    )
    assert [sentence for sentence, times in said.items() if times > 1] == []
