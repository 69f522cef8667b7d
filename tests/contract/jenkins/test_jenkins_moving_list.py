"""Jenkins: whatever is added to a list or deleted from it between two pages, what stays is read once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from bot.source import Ask, Span
from integrations.http import Answer, Site
from integrations.jenkins.jobs import Job
from integrations.jenkins.listing import listed
from tests.contract.jenkins.jenkins_server import ALL_BUILDS
from tests.contract.jenkins.opened_jenkins import NOW

JOB = Job("checkout", "job/checkout")
ALL = Span(NOW - timedelta(days=1), NOW)


@dataclass
class Held:
    """In place of a server: the numbers of the builds that it has now, newest first."""

    numbers: list[int]

    def get(self, _path: str, *, tree: str) -> Answer:
        asked = ALL_BUILDS.fullmatch(tree)
        assert asked
        numbers = self.numbers[int(asked[1]) : int(asked[2])]
        return Answer(json.loads(json.dumps({"allBuilds": [{"number": number} for number in numbers]})), {})


Change = tuple[int, frozenset[int]]  # how many builds begin, and which places of the list are deleted
CHANGES = st.lists(st.tuples(st.integers(0, 20), st.frozensets(st.integers(0, 60), max_size=40)), max_size=6)


@given(count=st.integers(0, 50), size=st.integers(1, 9), changes=CHANGES)
def test_a_moving_list_is_read_without_a_hole_and_without_a_repeat(
    count: int, size: int, changes: list[Change]
) -> None:
    held = Held(list(range(count, 0, -1)))
    token: str | None = None
    read: list[int] = []
    for added, deleted in [*changes, *[(0, frozenset[int]())] * 500]:
        page = listed(cast("Site", held), JOB, Ask(span=ALL, token=token), size, None)
        read += [int(item["number"]) for item in page.builds]
        if page.done:
            break
        token = page.token
        newest = held.numbers[0] if held.numbers else count
        kept = [number for place, number in enumerate(held.numbers) if place not in deleted]
        held.numbers = [*range(newest + added, newest, -1), *kept]
    else:
        raise AssertionError("it never came to the end")
    assert read == sorted(set(read), reverse=True)
    assert {number for number in held.numbers if number <= count} <= set(read)
