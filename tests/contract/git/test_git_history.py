from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.events import Change, Deployment
from bot.metrics.attribution import attribute
from bot.metrics.facts import TeamEvents
from bot.teams import Team
from integrations.git import read_history
from integrations.git.tags import is_release, version

DAY = 24
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(hour: float) -> datetime:
    return MONDAY + timedelta(hours=hour)


def by_id(deployments: tuple[Deployment, ...]) -> dict[str, Deployment]:
    return {one.id: one for one in deployments}


def by_subject(changes: tuple[Change, ...], shas: dict[str, str]) -> dict[str, Change]:
    names = {sha: name for name, sha in shas.items()}
    return {names[one.id]: one for one in changes}


@pytest.mark.parametrize(
    ("name", "pattern", "release"),
    [
        ("v1.2.3", None, True),
        ("1.2", None, True),
        ("release-1.2.3", None, True),
        ("checkout@1.2.3", None, True),
        ("REL_15_2", None, True),
        ("2026.03.02", None, True),
        ("v1.2.3+build.7", None, True),
        ("1.0.post1", None, True),
        ("v1.2.3-rc.1", None, False),
        ("2.0b1", None, False),
        ("3.1.dev0", None, False),
        ("1.0-SNAPSHOT", None, False),
        ("v2.0.0-alpha", None, False),
        ("nightly", None, False),
        ("v1", None, False),
        ("before-the-move", None, False),
        ("deploy-2026-03-02", "deploy-*", True),
        ("v1.2.3", "deploy-*", False),
        ("v1.2.3rc1", "v*", False),
    ],
)
def test_a_tag_is_a_release_when_it_looks_like_a_version_or_matches(
    name: str, pattern: str | None, *, release: bool
) -> None:
    assert is_release(name, pattern) is release


@pytest.mark.parametrize(
    ("later", "earlier", "patch"),
    [
        ("1.2.4", "1.2.3", True),
        ("4.2.1", "4.2", True),
        ("1.3.0", "1.2.9", False),
        ("pkg-1.2.4", "other-1.2.3", False),
        ("2026.3.2", "2026.3.1", False),
    ],
)
def test_a_patch_raises_only_the_third_number_and_a_date_is_no_version(
    later: str, earlier: str, *, patch: bool
) -> None:
    mine, theirs = version(later), version(earlier)
    assert mine is not None
    assert theirs is not None
    assert mine.is_patch_of(theirs) is patch


def test_each_tag_is_a_deployment_of_what_no_earlier_one_brought(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).commit("b", 1, "a").commit("c", 200, "b").commit("d", 400, "c")
    repository.tag("v1.0.0", "b").tag("v1.1.0", "d", 401, "Second release")
    shas = repository.write()

    history = read_history(repository.path)

    first, second = history.deployments
    assert history.service == "shop"
    assert (first.id, first.finished_at, first.sha) == ("v1.0.0", at(1), shas["b"])
    assert set(first.commits or ()) == {shas["a"], shas["b"]}
    assert (second.finished_at, second.previous_sha) == (at(401), shas["b"])
    assert set(second.commits or ()) == {shas["c"], shas["d"]}
    assert second.fixes is None


def test_the_predecessor_is_the_nearest_ancestor_and_never_the_release_before_by_date(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).commit("b", 300, "a").commit("old", 320, "a", branch="maintenance")
    repository.commit("c", 600, "b")
    repository.tag("v1.0.0", "a").tag("v2.0.0", "b").tag("v1.0.1", "old").tag("v2.1.0", "c")
    shas = repository.write()

    deployments = by_id(read_history(repository.path).deployments)

    assert deployments["v1.0.1"].previous_sha == shas["a"]
    assert deployments["v2.1.0"].previous_sha == shas["b"]


def test_a_release_branch_that_was_merged_back_stays_the_predecessor(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).commit("rc", 10, "a", branch="release").commit("b", 20, "a")
    repository.commit("back", 30, "b", "rc", message="Merge branch 'release'").commit("c", 500, "back")
    repository.tag("v1.0.0", "a").tag("v1.1.0", "rc").tag("v1.2.0", "c")
    shas = repository.write()

    assert by_id(read_history(repository.path).deployments)["v1.2.0"].previous_sha == shas["rc"]


def test_a_merge_is_one_change_with_the_first_authored_commit_of_its_branch(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("base", 0)
    repository.commit("one", 9, "base", authored=2, branch="topic", file="src/pay/tax.py")
    repository.commit("two", 10, "one", branch="topic", file="tests/pay/test_tax.py")
    repository.commit("merge", 12, "base", "two", message="Merge pull request #7 from shop/topic\n\nFixes #4")
    repository.tag("v1.0", "base").tag("v1.1", "merge")
    shas = repository.write()

    merge = by_subject(read_history(repository.path).changes, shas)["merge"]

    assert (merge.first_commit_at, merge.merged_at) == (at(2), at(12))
    assert set(merge.commits or ()) == {shas["one"], shas["two"], shas["merge"]}
    assert (merge.test_files, merge.issues, merge.first_commit_inferred) == (1, ("#4",), None)
    assert set(merge.components or ()) >= {"src/pay", "tests/pay"}


def test_a_squashed_change_marks_its_first_commit_as_inferred(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("base", 0).commit("squash", 5, "base", message="Charge tax once (#12)").tag("v1.0", "squash")
    shas = repository.write()

    squash = by_subject(read_history(repository.path).changes, shas)["squash"]

    assert squash.first_commit_inferred is True
    assert squash.first_commit_at == at(5)


def test_merging_a_line_of_integration_keeps_its_pull_requests_as_changes(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("base", 0)
    repository.commit("one", 1, "base", branch="t1").commit(
        "pr1", 2, "base", "one", message="Merge pull request #1 from t1"
    )
    repository.commit("two", 3, "pr1", branch="t2").commit(
        "pr2", 4, "pr1", "two", message="Merge pull request #2 from t2"
    )
    repository.commit("release", 9, "base", "pr2", message="Merge branch 'develop'", branch="main").tag(
        "v1.0", "release"
    )
    shas = repository.write()

    assert set(by_subject(read_history(repository.path).changes, shas)) == {"base", "pr1", "pr2"}


def test_changes_that_no_release_holds_yet_are_told_as_waiting(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).commit("b", 1, "a").tag("v1.0", "a")
    shas = repository.write()

    history = read_history(repository.path)

    assert set(by_subject(history.changes, shas)) == {"a", "b"}
    assert shas["b"] not in {sha for one in history.deployments for sha in one.commits or ()}


@pytest.mark.parametrize(
    ("message", "undoes"),
    [
        ('Revert "a"\n\nThis reverts commit {a}.', True),
        ('Revert "a" (#9)\n\nReverts shop/shop#8', True),
        ('Revert "something nobody wrote"', False),
        ("Reverts are fun", False),
    ],
)
def test_a_revert_names_the_commit_that_it_undoes(new_repository: Callable, message: str, *, undoes: bool) -> None:
    repository = new_repository()
    first = repository.commit("a", 0).write()["a"]
    repository.commit("b", 5, "a", message=message.format(a=first)).tag("v1.0", "b")
    # Marks of an earlier stream are gone, so the second one is written on top of the sha itself.
    repository._stream[0] = repository._stream[0].replace(b"from :1", f"from {first}".encode())
    shas = repository.write() | {"a": first}

    revert = by_subject(read_history(repository.path).changes, shas)["b"]

    assert revert.reverts == (first if undoes else None)


@pytest.mark.parametrize(
    ("tag", "hour", "message", "hotfix", "why"),
    [
        ("v1.0.1", 24, "Faster start", True, "a patch within 72 h mends its predecessor"),
        ("v1.0.1", 100, "Faster start", False, "a later patch is an ordinary release"),
        ("v1.1.0", 24, "Faster start", False, "a minor release is an ordinary one, however early"),
        ("v1.1.0", 100, "Hotfix for checkout", True, "it says so"),
        ("v1.1.0-hotfix", 100, "Checkout", True, "its name says so"),
    ],
)
def test_a_hotfix_release_fixes_its_predecessor(
    new_repository: Callable, tag: str, hour: float, message: str, why: str, *, hotfix: bool
) -> None:
    repository = new_repository()
    repository.commit("z", -900).commit("y", -600, "z").commit("a", 0, "y").commit("b", hour, "a", message=message)
    repository.tag("v0.8", "z").tag("v0.9", "y").tag("v1.0.0", "a").tag(tag, "b")
    repository.write()

    release = by_id(read_history(repository.path).deployments)[tag]

    assert release.unplanned is (True if hotfix else None), why
    assert release.fixes == ("deployment:git:shop:v1.0.0" if hotfix else None), why


def test_a_hotfix_blames_nothing_that_is_more_than_a_week_older(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).commit("b", 10 * DAY, "a", message="Hotfix for checkout")
    repository.tag("v1.0.0", "a").tag("v1.0.1", "b")
    repository.write()

    release = by_id(read_history(repository.path).deployments)["v1.0.1"]

    assert (release.unplanned, release.fixes) == (True, None)


def test_two_releases_are_no_habit_so_an_early_patch_mends_the_first(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).commit("b", 24, "a").tag("v1.0.0", "a").tag("v1.0.1", "b")
    repository.write()

    assert by_id(read_history(repository.path).deployments)["v1.0.1"].fixes == "deployment:git:shop:v1.0.0"


def test_a_hotfix_of_an_old_line_does_not_blame_the_new_line_for_being_young(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("old", 0).commit("new", 30 * DAY - 5, "old").commit("fix", 30 * DAY, "old", message="Hotfix")
    repository.tag("v1.0.0", "old").tag("v2.0.0", "new").tag("v1.0.1", "fix")
    repository.write()
    events = TeamEvents(deployments=tuple(read_history(repository.path).deployments))

    facts = attribute(events, Team("shop", "Shop", ("shop",)), at(60 * DAY).timestamp())

    assert [fact.event.id for fact in facts.deployments if fact.failure] == []


def test_where_patches_follow_each_other_daily_they_are_the_ordinary_way_to_ship(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("c0", 0).tag("v1.0.0", "c0")
    for day in range(1, 12):
        repository.commit(f"c{day}", day * DAY, f"c{day - 1}").tag(f"v1.0.{day}", f"c{day}")
    repository.write()

    assert not [one.id for one in read_history(repository.path).deployments if one.unplanned]


def test_a_release_of_reverts_alone_fixes_the_release_that_brought_what_it_undoes(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).commit("b", 24, "a").commit("c", 48, "b")
    repository.commit("undo", 60, "c", message='Revert "a"')
    repository.tag("v1.0", "a").tag("v1.1", "b").tag("v1.2", "c").tag("v1.3", "undo")
    repository.write()

    assert by_id(read_history(repository.path).deployments)["v1.3"].fixes == "deployment:git:shop:v1.0"


def test_a_bot_is_marked_and_no_name_leaves_the_repository(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0, author="Grace Hopper").commit("bump", 1, "a", author="dependabot[bot]").tag(
        "v1.0", "bump"
    )
    shas = repository.write()

    history = read_history(repository.path)

    assert by_subject(history.changes, shas)["bump"].automated is True
    assert by_subject(history.changes, shas)["a"].automated is None
    told = "".join(event.model_dump_json() for event in history.events)
    assert "Grace" not in told
    assert "ada@example.org" not in told


def test_on_a_branch_each_landing_is_a_deployment(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("base", 0).commit("one", 1, "base", branch="topic")
    repository.commit("merge", 2, "base", "one", message="Merge pull request #1 from topic").commit("push", 3, "merge")
    shas = repository.write()

    deployments = read_history(repository.path, deploy_ref="main").deployments

    assert [one.sha for one in deployments] == [shas["base"], shas["merge"], shas["push"]]
    assert set(deployments[1].commits or ()) == {shas["one"], shas["merge"]}


def test_deployment_tags_may_come_back_to_a_commit(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).commit("b", 10, "a")
    repository.tag("deploy-1", "a", 1).tag("deploy-2", "b", 11).tag("deploy-3", "a", 12)
    shas = repository.write()

    deployments = read_history(repository.path, tags="deploy-*").deployments

    assert [one.sha for one in deployments] == [shas["a"], shas["b"], shas["a"]]


def test_two_versions_of_one_commit_are_one_release(new_repository: Callable) -> None:
    repository = new_repository()
    repository.commit("a", 0).tag("v3.1.0", "a", 1).tag("v0.301.0", "a", 2).write()

    assert [one.id for one in read_history(repository.path).deployments] == ["v3.1.0"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.booleans()), min_size=1, max_size=12))
def test_every_commit_is_brought_once_and_by_an_ancestor_or_itself(
    tmp_path_factory: pytest.TempPathFactory, new_repository: Callable, shape: list[tuple[int, bool, bool]]
) -> None:
    repository = new_repository(f"random-{tmp_path_factory.mktemp('r').name}")
    names = ["root"]
    repository.commit("root", 0)
    for number, (back, merges, tagged) in enumerate(shape, start=1):
        parents = list(dict.fromkeys([names[-1], names[max(0, len(names) - 1 - back)]] if merges else [names[-1]]))
        repository.commit(f"c{number}", number * 10, *parents)
        names.append(f"c{number}")
        if tagged:
            repository.tag(f"v1.{number}.0", f"c{number}")
    repository.tag("v9.0.0", names[-1])
    shas = repository.write()

    history = read_history(repository.path)
    brought = [sha for one in history.deployments for sha in one.commits or ()]

    assert len(brought) == len(set(brought))
    assert set(brought) == set(shas.values())
    assert {sha for one in history.changes for sha in one.commits or ()} <= set(brought)


def test_a_repository_s_own_settings_neither_run_anything_nor_change_what_is_read(
    new_repository: Callable, tmp_path: Path
) -> None:
    repository = new_repository()
    repository.commit("a", 0).tag("v1.0", "a").commit("b", DAY, "a").tag("v1.1", "b").write()
    before = read_history(repository.path)
    program, ran = tmp_path / "program", tmp_path / "ran"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    for setting in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program", "core.sshCommand", "alias.log"):
        repository.git("config", setting, str(program))
    repository.git("config", "log.showSignature", "true")
    repository.git("config", "i18n.logOutputEncoding", "UTF-16")
    assert read_history(repository.path) == before
    assert not ran.exists()


def test_names_of_absurd_length_do_no_harm(new_repository: Callable) -> None:
    repository = new_repository()
    path = "/".join(["folder" * 500, "folder" * 500, "file"])
    repository.commit("a", 0, file=path).tag("v1.0", "a").tag(f"{'a' * 200}/{'a' * 200}/v2.0", "a").write()
    history = read_history(repository.path)
    assert [one.id for one in history.deployments] == ["v1.0"]
    assert len(history.changes) == 1
