"""Event files of any size: so many teams, events and weeks, the same for the same seed.

python benchmarks/generate.py --teams 1000 --events 1000000 --weeks 125 > events.ndjson
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

Fields = dict[str, Any]

FIRST_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
SERVICES_A_TEAM = 3
CHANGES_A_RELEASE = 2
FAILING = 0.12  # of the releases


@dataclass(frozen=True, slots=True)
class Size:
    teams: int
    events: int
    weeks: int
    seed: int = 1


def team_key(number: int) -> str:
    return f"team-{number:04d}"


def team_services(number: int) -> tuple[str, ...]:
    return tuple(f"service-{number:04d}-{place}" for place in range(SERVICES_A_TEAM))


def settings(teams: int) -> str:
    """The teams as a settings file, in JSON, which is YAML too."""
    named = [{"key": team_key(n), "name": f"Team {n}", "services": list(team_services(n))} for n in range(teams)]
    return json.dumps({"teams": named})


def events(size: Size) -> Iterator[Fields]:
    """Exactly so many events, week by week, as exports come: nearly in order of time, all teams mixed."""
    random = Random(size.seed)
    written = 0
    for week in range(size.weeks):
        for team in range(size.teams):
            due = size.events * (week * size.teams + team + 1) // (size.weeks * size.teams)
            for event in _team_week(random, team, week, due - written):
                yield event
                written += 1


def _team_week(random: Random, team: int, week: int, count: int) -> Iterator[Fields]:
    made: list[Fields] = [slo_window(random, team, week)]
    while len(made) < count:
        made.extend(release(random, team, week, len(made)))
    yield from made[:count]


def slo_window(random: Random, team: int, week: int) -> Fields:
    service, monday = team_services(team)[0], _monday(week)
    return _event(
        "slo",
        service,
        f"availability-{service}-{monday:%Y-%m-%d}",
        name="availability",
        window_start=_time(monday),
        window_end=_time(monday + timedelta(weeks=1)),
        good=600_000 - random.randrange(1_200),
        total=600_000,
        objective=0.999,
    )


def release(
    random: Random,
    team: int,
    week: int,
    place: int,
    *,
    changes: int = CHANGES_A_RELEASE,
    tested: int = CHANGES_A_RELEASE,
) -> list[Fields]:
    """Some changes, the pipeline runs of the last ones, the deployment that brings them, and at times its incident."""
    service, number = random.choice(team_services(team)), f"{week}-{place}"
    finished = _monday(week) + timedelta(minutes=random.randrange(60, 7 * 24 * 60 - 600))
    shas = [f"{random.getrandbits(160):040x}" for _ in range(changes)]
    made: list[Fields] = []
    for left, sha in zip(range(changes, 0, -1), shas, strict=True):
        merged = finished - timedelta(minutes=random.randrange(30, 600))
        made.append(_change(random, service, sha, merged))
        if left <= tested:
            made.append(_run(service, sha, merged))
    made.append(_deployment(service, number, finished, shas))
    if random.random() < FAILING:
        made.append(_incident(random, service, number, finished))
    return made


def _change(random: Random, service: str, sha: str, merged: datetime) -> Fields:
    opened = merged - timedelta(minutes=int(random.lognormvariate(6, 1)))
    return _event(
        "change",
        service,
        f"{service}#{sha[:10]}",
        first_commit_at=_time(opened - timedelta(minutes=int(random.lognormvariate(5, 1)))),
        opened_at=_time(opened),
        first_review_at=_time(opened + (merged - opened) * 0.5),
        approved_at=_time(opened + (merged - opened) * 0.9),
        merged_at=_time(merged),
        merge_sha=sha,
        additions=random.randrange(1, 400),
        deletions=random.randrange(200),
        files=random.randrange(1, 12),
        reviews=random.randrange(3),
        test_files=random.randrange(4),
        components=[f"src/{random.choice(('payments', 'catalogue', 'accounts'))}"],
    )


def _run(service: str, sha: str, merged: datetime) -> Fields:
    return _event(
        "pipeline_run",
        service,
        f"run-{sha[:12]}",
        pipeline="ci",
        sha=sha,
        queued_at=_time(merged),
        started_at=_time(merged + timedelta(minutes=1)),
        finished_at=_time(merged + timedelta(minutes=15)),
        status="success",
    )


def _deployment(service: str, number: str, finished: datetime, shas: list[str]) -> Fields:
    return _event(
        "deployment",
        service,
        f"{service}-{number}",
        status="success",
        started_at=_time(finished - timedelta(minutes=8)),
        finished_at=_time(finished),
        sha=shas[-1],
        commits=shas,
        trigger="automatic",
    )


def _incident(random: Random, service: str, number: str, deployed: datetime) -> Fields:
    started = deployed + timedelta(minutes=random.randrange(5, 120))
    return _event(
        "incident",
        service,
        f"{service}-incident-{number}",
        started_at=_time(started),
        detected_at=_time(started + timedelta(minutes=10)),
        acknowledged_at=_time(started + timedelta(minutes=15)),
        resolved_at=_time(started + timedelta(minutes=20 + int(random.lognormvariate(4, 1)))),
        status="resolved",
        severity="sev2",
        deployment=f"{service}-{number}",
    )


def _event(kind: str, service: str, identity: str, **fields: object) -> Fields:
    return {"kind": kind, "source": f"bench:{service}", "id": identity, "service": service, **fields}


def _monday(week: int) -> datetime:
    return FIRST_MONDAY + timedelta(weeks=week)


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def write(size: Size, path: Path) -> None:
    """The events as a file."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(event) + "\n" for event in events(size))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("teams", 100), ("events", 100_000), ("weeks", 60), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    for event in events(Size(**vars(parser.parse_args()))):
        sys.stdout.write(json.dumps(event) + "\n")


if __name__ == "__main__":
    main()
