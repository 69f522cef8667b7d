"""What data is missing, what that does to the figures, and how to mend it; the most damaging first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.calendar import local_date, window_before
from bot.metrics.facts import ChangeFact, IncidentFact
from bot.metrics.unknowns import Reason
from bot.reading.picture import Picture
from bot.reading.sources import git_alone
from bot.words import figures, unknowns
from bot.words.visible import cut, visible

# The longest window that a level looks at.
LOOKED_AT_DAYS = 26 * 7
MOSTLY = 0.5
LONGEST_NAME = 80  # of a source, within a sentence
MANY_INFERRED = 0.4  # of the failures: beyond it the failure rate is at most borderline


@dataclass(frozen=True, slots=True)
class Missing:
    """One gap in the data, in three sentences."""

    missing: str
    effect: str
    fix: str


def missing(picture: Picture) -> tuple[Missing, ...]:
    """The gaps that matter to this team's figures."""
    found = (check(picture) for check in (_GIT_CHECKS if git_alone(picture.facts) else _CHECKS))
    return (*_sources(picture), *(gap for gap in found if gap is not None))


def _sources(picture: Picture) -> Iterator[Missing]:
    """What the sources themselves have not said yet, or not lately."""
    zone, within = picture.team.zone, picture.reach
    if within.loaded_from is not None:
        yield Missing(
            f"History loaded to {local_date(within.loaded_from, zone)}.",
            "What happened before is left out, and trends use only the weeks since.",
            "Nothing to mend: each sync goes on loading it.",
        )
    for silence in within.silent:
        source = cut(visible(silence.source), LONGEST_NAME)
        yield Missing(
            f"{source} has not been read yet."
            if silence.since is None
            else f"{source} has not been read since {local_date(silence.since, zone)}.",
            "What it holds beyond that is not counted.",
            "`quintet doctor` says why.",
        )


def _git(_: Picture) -> Missing:
    return Missing(
        "This is a git history alone: it holds no reviews, pipelines, incidents or objectives.",
        "Failures are seen only where they were reverted or hotfixed; the stages of lead time and reliability are "
        "not known.",
        "Import the events of the code host, the pipeline and the incidents beside it.",
    )


def _deployments(picture: Picture) -> Missing | None:
    if picture.facts.deployments:
        return None
    return Missing(
        "No deployment to production is known.",
        "Nothing can be read without deployments.",
        "Connect what deploys the team's services, or import deployment events.",
    )


def _failures(picture: Picture) -> Missing | None:
    if picture.visibility.visible or not picture.facts.deployments:
        return None
    return Missing(
        "Nothing here says which deployments failed.",
        "Whether speed is sound cannot be read.",
        "Connect incidents, or mark rollbacks and hotfixes; a label on an issue is enough.",
    )


def _signs_in_git(picture: Picture) -> Missing | None:
    gap = _failures(picture)
    if gap is None:
        return None
    return replace(
        gap, fix="Import incidents beside it; in git alone only a revert or a hotfix release shows a failure."
    )


def _inferred(picture: Picture) -> Missing | None:
    rate = picture.measures.change_failure_rate
    if rate.inferred_share is None or rate.inferred_share <= MANY_INFERRED:
        return None
    return Missing(
        f"{round(rate.inferred_share * rate.failed):,} of {figures.count(rate.failed, 'failure')} "
        f"{'is' if rate.failed == 1 else 'are'} placed by time alone.",
        "The change failure rate is borderline at most.",
        "Name the deployment in each incident, rollback or hotfix.",
    )


def _starts(picture: Picture) -> Missing | None:
    incidents = _incidents(picture)
    without = [fact for fact in incidents if fact.event.started_at is None]
    if not without:
        return None
    return Missing(
        _some_of(len(without), incidents, "carry no start time", "carries no start time"),
        "Recovery is a lower bound: it counts from when they were noticed.",
        "Record when users first felt each incident.",
    )


def _ends(picture: Picture) -> Missing | None:
    incidents = _incidents(picture)
    without = [fact for fact in incidents if not fact.open and fact.ended_at is None]
    if not without:
        return None
    return Missing(
        _some_of(len(without), incidents, "ended at an unknown time", "ended at an unknown time"),
        "They count as failures, and are left out of recovery.",
        "Record when service was back, before the ticket is closed.",
    )


def _stale(picture: Picture) -> Missing | None:
    stale = sum(fact.stale for fact in picture.facts.incidents)
    if not stale:
        return None
    verb = "has" if stale == 1 else "have"
    return Missing(
        f"{figures.count(stale, 'incident')} {verb} been open for over 26 weeks.",
        "Left out everywhere: a forgotten ticket would drown the rest.",
        "Close what is over, with the time at which service was back.",
    )


def _ambiguous(picture: Picture) -> Missing | None:
    return _references(len(picture.facts.ambiguous), "something that several events match")


def _unresolved(picture: Picture) -> Missing | None:
    """Not while history is loaded: what is referred to may be what comes next."""
    unresolved = () if picture.reach.loaded_from is not None else picture.facts.unresolved
    return _references(len(unresolved), "something that is not known")


def _references(n: int, what: str) -> Missing | None:
    if not n:
        return None
    return Missing(
        f"{figures.count(n, 'event')} {'refers' if n == 1 else 'refer'} to {what}.",
        "A reference that can't be followed attributes nothing, so failures may be missed.",
        "Use full ids, and import the events that are referred to.",
    )


def _changes(picture: Picture) -> Missing | None:
    if picture.facts.changes or not picture.facts.deployments:
        return None
    return Missing(
        "No change is known.",
        "Lead time is not known, nor where it goes.",
        "Connect pull requests or merge requests.",
    )


def _reviews(picture: Picture) -> Missing | None:
    changes = _people(picture)
    if not changes or any(_reviewed(change) for change in changes):
        return None
    return Missing(
        "No review is known.",
        "Waits for a review, and changes that skipped one, stay unseen.",
        "Connect the code host, so that reviews come with each change.",
    )


def _reviewed(change: ChangeFact) -> bool:
    event = change.event
    return event.reviews is not None or event.first_review_at is not None or event.approved_at is not None


def _pipelines(picture: Picture) -> Missing | None:
    if picture.facts.pipeline_runs or not picture.facts.deployments:
        return None
    return Missing(
        "No pipeline run is known.",
        "Time in the pipeline cannot be told from waiting for a release.",
        "Connect continuous integration.",
    )


def _stages(picture: Picture) -> Missing | None:
    share = picture.measures.lead_time.stages.get("unknown")
    if share is None or share.share <= MOSTLY:
        return None
    return Missing(
        f"{figures.percent(share.share)} of the lead time falls in no known stage.",
        "What changes wait for is not known.",
        "Record when each change was opened, reviewed and merged, and which commits each deployment holds.",
    )


def _objectives(picture: Picture) -> Missing | None:
    if picture.facts.slo_windows or picture.team.availability_objective is not None:
        return None
    return Missing(
        "No objective is known.",
        "Reliability has no level: what users feel in sum is not judged.",
        "Connect service level objectives, or set the team's availability objective.",
    )


def _history(picture: Picture) -> Missing | None:
    """Where a trend could not be told for want of weeks before the last 13."""
    reasons = [verdict.why_unknown for verdict in picture.trends.values()]
    short = next((why for why in reasons if why is not None and why.reason == Reason.HISTORY_TOO_SHORT), None)
    if short is None or not picture.facts.deployments or picture.reach.loaded_from is not None:
        return None
    return Missing(
        unknowns.says(short),
        "Trends and the comparison with before are not known yet.",
        "Import older events: 52 weeks or more are best.",
    )


_CHECKS: tuple[Callable[[Picture], Missing | None], ...] = (
    _deployments,
    _failures,
    _inferred,
    _starts,
    _ends,
    _stale,
    _ambiguous,
    _unresolved,
    _changes,
    _stages,
    _reviews,
    _pipelines,
    _objectives,
    _history,
)
_GIT_CHECKS = (_git, _signs_in_git, _inferred, _ambiguous, _unresolved, _history)


def _incidents(picture: Picture) -> list[IncidentFact]:
    """Those of the last 26 weeks; stale ones have a line of their own."""
    looked_at = window_before(picture.facts.as_of, LOOKED_AT_DAYS, picture.team.zone)
    return [fact for fact in picture.facts.incidents if fact.started_at in looked_at and not fact.stale]


def _people(picture: Picture) -> list[ChangeFact]:
    return [fact for fact in picture.facts.changes if not fact.event.automated]


def _some_of(n: int, all_of: list[IncidentFact], many: str, one: str) -> str:
    return f"{n:,} of {figures.count(len(all_of), 'incident')} {one if n == 1 else many}."
