"""What makes a figure say less than it seems to, noted without accusation."""

from __future__ import annotations

from bot.calendar import Window
from bot.metrics.facts import DeploymentFact
from bot.reading.causes import cause_window
from bot.reading.claims import claim
from bot.reading.picture import Picture
from bot.reading.reading import Claim
from bot.regression.eras import eras
from bot.regression.slices import deployed, merged

MINUTES_APART = 600.0  # seconds
AT_ONCE = 120.0  # seconds between the start and the end of an incident
BARE_SHARE, SPLIT_SHARE, AT_ONCE_SHARE = 1 / 3, 0.2, 0.2
LEAST_DEPLOYMENTS, LEAST_INCIDENTS, LEAST_LABELS, LEAST_REVERTS = 5, 3, 3, 2


def notes(picture: Picture) -> tuple[Claim, ...]:
    """The notes that the last 13 weeks call for."""
    window = cause_window(picture.facts, picture.team)
    found = (
        _without_changes(picture, window),
        _minutes_apart(picture, window),
        _closed_at_once(picture, window),
        _labels_vanished(picture),
    )
    return tuple(note for note in found if note is not None)


def _planned(picture: Picture, window: Window) -> list[DeploymentFact]:
    return [fact for fact in deployed(picture.facts, window) if fact.planned and fact.successful]


def _without_changes(picture: Picture, window: Window) -> Claim | None:
    """Only of services whose changes are known."""
    known = {service for change in picture.facts.changes for service in change.event.all_services}
    planned = [fact for fact in _planned(picture, window) if fact.service in known]
    bare = [fact.key for fact in reversed(planned) if not fact.changes]
    if len(bare) < LEAST_DEPLOYMENTS or len(bare) < BARE_SHARE * len(planned):
        return None
    value = len(bare) / len(planned)
    return claim("bare_deployments", value=value, events=bare, part=len(bare), of=len(planned))


def _minutes_apart(picture: Picture, window: Window) -> Claim | None:
    planned = _planned(picture, window)
    last: dict[str, float] = {}
    split: list[str] = []
    for fact in planned:
        if fact.finished_at - last.get(fact.service, float("-inf")) < MINUTES_APART:
            split.append(fact.key)
        last[fact.service] = fact.finished_at
    if len(split) < LEAST_DEPLOYMENTS or len(split) < SPLIT_SHARE * len(planned):
        return None
    value = len(split) / len(planned)
    return claim("split_deployments", value=value, events=reversed(split), part=len(split), of=len(planned))


def _closed_at_once(picture: Picture, window: Window) -> Claim | None:
    ended = [fact for fact in picture.facts.incidents if fact.ended_at is not None and fact.ended_at in window]
    quick = [fact.key for fact in reversed(ended) if (fact.ended_at or 0.0) - fact.started_at <= AT_ONCE]
    if len(quick) < LEAST_INCIDENTS or len(quick) < AT_ONCE_SHARE * len(ended):
        return None
    value = len(quick) / len(ended)
    return claim("incidents_closed_at_once", value=value, events=quick, part=len(quick), of=len(ended))


def _labels_vanished(picture: Picture) -> Claim | None:
    """Hotfix labels stopped while reverts go on; as many labels were to be expected as reverts are a sign of."""
    spans = eras(picture.facts, picture.team, picture.trends)
    if spans.baseline is None:
        return None
    now, before = merged(picture.facts, spans.recent), merged(picture.facts, spans.baseline)
    expected = sum(bool(change.event.hotfix) for change in before) * spans.recent.weeks / spans.baseline.weeks
    reverts = [change.key for change in reversed(now) if change.event.reverts is not None]
    labels = sum(bool(change.event.hotfix) for change in now)
    if labels or expected < LEAST_LABELS or len(reverts) < LEAST_REVERTS:
        return None
    return claim("hotfix_labels_vanished", value=len(reverts), events=reverts, expected=round(expected), n=len(reverts))
