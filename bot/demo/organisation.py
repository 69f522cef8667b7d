"""The sample organisation: one made-up team for each pattern and scenario of docs/reading.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zlib import crc32
from zoneinfo import ZoneInfo

import numpy as np

from bot.demo.history import History
from bot.demo.profile import GATE_MIX, LEAD_MIX, Profile, Shift
from bot.events import BaseEvent
from bot.teams import Team

SEED = 5
BERLIN = ZoneInfo("Europe/Berlin")


def _mix(**hours: float) -> dict[str, float]:
    """Shares of the lead time's stages, with some of them set anew."""
    mix = LEAD_MIX | GATE_MIX | hours
    total = sum(mix.values())
    return {stage: share / total for stage, share in mix.items()}


_SLOW_TO_SEE = {"detect": 0.62, "acknowledge": 0.08, "repair": 0.22, "fix_deploy": 0.08}
_SLOW_TO_ANSWER = {"detect": 0.12, "acknowledge": 0.38, "repair": 0.40, "fix_deploy": 0.10}

# In the order of the reading's table: what each is there to show stands beside it.
PROFILES: tuple[Profile, ...] = (
    Profile(  # a checklist-style regression: faster since about half a year, and less stable in step with it
        "team-x",
        "Team X",
        ("checkout", "basket"),
        deployments=7.0,
        lead_hours=50.0,
        failure_rate=0.12,
        recovery_hours=14.0,
        unreviewed=0.04,
        components=("src/payments", "src/cart", "src/web"),
        weak_component="src/payments",
        shifts=(Shift(26, 12, deployments=1.9, lead_time=0.5, failure_rate=2.4, recovery=2.2, unreviewed=0.27),),
    ),
    Profile(  # fast delivery, poor reliability
        "payments",
        "Payments",
        ("pay-api", "pay-worker"),
        deployments=12.0,
        lead_hours=20.0,
        failure_rate=0.30,
        recovery_hours=40.0,
        tested=0.25,
        weak_component="src/api",
    ),
    Profile(  # high quality, slow releases: finished work waits for a release that nothing forbids
        "ledger",
        "Ledger",
        ("ledger",),
        deployments=0.45,
        changes=7.0,
        lead_hours=110.0,
        lead_mix=_mix(release_wait=0.9),
        failure_rate=0.0,
        gate="release-approval",
    ),
    Profile(  # reliable delivery, slow recovery: most of an outage passes before anybody sees it
        "search",
        "Search",
        ("search-api", "indexer"),
        deployments=11.0,
        lead_hours=24.0,
        failure_rate=0.05,
        recovery_hours=60.0,
        recovery_mix=_SLOW_TO_SEE,
        objective=None,
    ),
    Profile(  # rare and failing: testing comes before frequency
        "billing",
        "Billing",
        ("billing",),
        deployments=0.5,
        changes=8.0,
        lead_hours=120.0,
        failure_rate=0.6,
        recovery_hours=30.0,
        tested=0.2,
    ),
    Profile(  # a long lead time that waits for reviews of large changes
        "mobile",
        "Mobile",
        ("app",),
        deployments=5.0,
        lead_hours=400.0,
        lead_mix=_mix(pickup=0.5, review=0.6),
        lines=700,
        size_slows_review=1.2,
        failure_rate=0.04,
    ),
    Profile(  # a long lead time that is spent in the pipeline
        "data",
        "Data Platform",
        ("warehouse",),
        deployments=6.0,
        lead_hours=380.0,
        lead_mix=_mix(pipeline=1.4),
        flaky=0.35,
        failure_rate=0.04,
    ),
    Profile(  # a long lead time at a gate that blocks
        "identity",
        "Identity",
        ("login",),
        deployments=5.0,
        lead_hours=360.0,
        lead_mix=_mix(gate=1.2),
        gate="quality-gate",
        blocked=0.4,
        failure_rate=0.04,
    ),
    Profile(  # slow recovery because nobody is there to answer, with a lead time that is long as well
        "notify",
        "Notifications",
        ("mailer", "push"),
        deployments=6.0,
        lead_hours=300.0,
        failure_rate=0.06,
        recovery_hours=55.0,
        recovery_mix=_SLOW_TO_ANSWER,
        objective=None,
    ),
    Profile(  # the other four acceptable, reliability degrading: the pace exceeds what can be absorbed
        "stream",
        "Streaming",
        ("player", "encoder"),
        deployments=10.0,
        error_rate=0.002,
        failure_rate=0.05,
        recovery_hours=1.5,
        shifts=(Shift(20, 10, deployments=1.7, errors=5.0),),
    ),
    Profile(  # tolerance for failures: cheap to recover from, so more of them pass
        "fraud",
        "Fraud",
        ("scoring", "rules"),
        deployments=22.0,
        failure_rate=0.035,
        recovery_hours=9.0,
        shifts=(Shift(26, 8, failure_rate=2.6, recovery=0.25),),
    ),
    Profile(  # stability bought with speed: gates and caution in place of tests
        "orders",
        "Orders",
        ("orders", "returns"),
        deployments=22.0,
        lead_hours=30.0,
        failure_rate=0.13,
        recovery_hours=4.0,
        shifts=(Shift(26, 8, deployments=0.4, lead_time=2.2, failure_rate=0.2),),
    ),
    Profile(  # balanced, and twice as fast of late; after the start failures follow, until tests mend them at that pace
        "catalog",
        "Catalog",
        ("catalog", "images"),
        deployments=9.0,
        failure_rate=0.04,
        components=("src/images", "src/prices", "src/web"),
        weak_component="src/prices",
        shifts=(
            Shift(10, 6, deployments=2.2, lead_time=0.6),
            Shift(0, 1, failure_rate=6.0, recovery=2.0),
            Shift(-4, 1, failure_rate=1 / 12, recovery=0.25),
        ),
    ),
    Profile(  # ships twice a day, and nothing says what failed
        "web",
        "Web",
        ("storefront",),
        deployments=10.0,
        records_incidents=False,
        failure_rate=0.0,
        objective=None,
    ),
    Profile("labs", "Labs", ("prototype",), deployments=1.0, weeks=3, objective=None),  # too little data
)


def _team(profile: Profile) -> Team:
    return Team(key=profile.key, name=profile.name, services=profile.services, zone=BERLIN, channel=f"#{profile.key}")


TEAMS: tuple[Team, ...] = tuple(map(_team, PROFILES))
# The one whose regression is still to come, and ends again.
REGRESSING = next(team for team in TEAMS if team.key == "catalog")


class Organisation:
    """The sample organisation, as it is at a start and goes on from there: the same for the same start.

    A team's draw does not depend on the other teams.
    """

    def __init__(self, start: datetime, seed: int = SEED, teams: Sequence[Team] = TEAMS) -> None:
        """`teams` are all of the sample organisation, or some of them."""
        self.teams = tuple(teams)
        keys = {team.key for team in teams}
        self._histories = tuple(
            History(one, start, np.random.default_rng([seed, crc32(one.key.encode())]))
            for one in PROFILES
            if one.key in keys
        )

        self._told_until: datetime | None = None

    def news(self, until: datetime) -> Iterator[BaseEvent]:
        """All that is known at a moment; the next time, what became known or changed since."""
        since, self._told_until = self._told_until, until
        for history in self._histories:
            yield from history.known(since, until)


def events(as_of: datetime, seed: int = SEED) -> Iterator[BaseEvent]:
    """All that is known at a moment, where the organisation starts with it."""
    return Organisation(as_of, seed).news(as_of)
