from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.calendar import DAY
from bot.metrics.facts import Facts
from bot.metrics.level import Trend, TrendVerdict
from bot.metrics.measure import Metric, StageShare, Unknown
from bot.metrics.reach import Reach
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import Visibility
from bot.reading.picture import Picture
from bot.words.missing import missing
from tests.unit.answers.pictures import AS_OF, END, change, deployment, incident, picture


def _seen(**facts: Any) -> Picture:
    return picture("GGGGG", facts=Facts(END, **facts))


def _gaps(whole: Picture) -> str:
    return " ".join(f"{gap.missing} {gap.effect} {gap.fix}" for gap in missing(whole))


DEPLOYED: dict[str, Any] = {"deployments": (deployment(),)}


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        (_seen(), "No deployment to production is known."),
        (
            replace(_seen(**DEPLOYED), visibility=Visibility(visible=False)),
            "Nothing here says which deployments failed.",
        ),
        (
            _seen(incidents=(incident(1, ended=END), incident(2, ended=END, opened_at=AS_OF))),
            "1 of 2 incidents carries no start time. Recovery is a lower bound",
        ),
        (_seen(incidents=(incident(1), incident(2, ended=END))), "1 of 2 incidents ended at an unknown time."),
        (_seen(incidents=(incident(200, stale=True),)), "1 incident has been open for over 26 weeks."),
        (_seen(ambiguous=("incident:file:i-1",)), "1 event refers to something that several events match."),
        (_seen(unresolved=("a", "b")), "2 events refer to something that is not known."),
        (_seen(**DEPLOYED), "No change is known."),
        (_seen(**DEPLOYED, changes=(change(),)), "No review is known."),
        (_seen(**DEPLOYED), "No pipeline run is known."),
        (_seen(), "No objective is known."),
    ],
)
def test_a_gap_is_named(whole: Picture, said: str) -> None:
    assert said in _gaps(whole)


def test_what_is_there_is_not_missing() -> None:
    whole = _seen(
        **DEPLOYED,
        changes=(change(reviews=1),),
        incidents=(incident(1, ended=END - DAY),),
    )
    said = _gaps(whole)
    for gap in ("No deployment", "No change", "No review", "start time", "unknown time", "refer", "history"):
        assert gap not in said


def test_old_incidents_are_not_counted() -> None:
    assert "start time" not in _gaps(_seen(incidents=(incident(300, opened_at=AS_OF),)))


def test_an_availability_objective_is_an_objective() -> None:
    whole = _seen(**DEPLOYED)
    assert "No objective" not in _gaps(replace(whole, team=replace(whole.team, availability_objective=0.999)))


def test_a_short_history_is_named_once() -> None:
    why = Unknown(Reason.HISTORY_TOO_SHORT, {"weeks": 5, "need": 8})
    trends = {metric: TrendVerdict(Trend.UNKNOWN, why_unknown=why) for metric in Metric}
    said = _gaps(replace(_seen(**DEPLOYED), trends=trends))
    assert said.count("5 earlier weeks to compare with, 8 needed") == 1


def test_many_inferred_failures_are_named_with_their_count() -> None:
    whole = picture("GGPGG")
    rate = replace(whole.measures.change_failure_rate, inferred_share=0.5)
    inferred = replace(whole, measures=replace(whole.measures, change_failure_rate=rate))
    assert "8 of 16 failures are placed by time alone." in _gaps(inferred)
    assert "placed by time" not in _gaps(whole)


def test_unplaced_lead_time_is_named() -> None:
    whole = picture("GGGGG")
    lead = replace(whole.measures.lead_time, stages={"unknown": StageShare(None, 0.7, 9)})
    assert "70% of the lead time" in _gaps(replace(whole, measures=replace(whole.measures, lead_time=lead)))


def test_a_git_history_alone_is_told_in_one_line() -> None:
    facts = {"deployments": (deployment(source="git"),), "changes": (change(source="git"),)}
    said = [gap.missing for gap in missing(_seen(**facts))]
    assert said == ["This is a git history alone: it holds no reviews, pipelines, incidents or objectives."]


def test_what_a_history_that_is_still_loaded_does_not_hold_yet_is_nobody_s_to_mend() -> None:
    loading = replace(_seen(unresolved=("a",)), reach=Reach(loaded_from=0.0))
    said = _gaps(loading)
    assert "History loaded to" in said
    assert "refers to something" not in said


def test_every_gap_says_its_effect_and_its_fix() -> None:
    whole = replace(_seen(**DEPLOYED, unresolved=("a",)), visibility=Visibility(visible=False))
    for gap in missing(whole):
        for sentence in (gap.missing, gap.effect, gap.fix):
            assert sentence.endswith(".")
            assert "!" not in sentence


def test_what_a_git_history_lacks_is_asked_for_in_its_own_words() -> None:
    said = _gaps(_seen(deployments=(deployment(source="git:shop"),), changes=(change(source="git:shop"),)))
    assert "label on an issue" not in said
