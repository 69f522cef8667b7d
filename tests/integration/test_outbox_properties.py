"""Whatever befalls the posts, whatever is said anew meanwhile: each message stands once, as it was said last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.demo.slack_standin import Closed, Fault, RateLimited, ServerError, SlackStandIn
from bot.store.database import Database
from bot.store.work_tables import outbox
from tests.integration.outbox_rounds import NOW, Hands, Post, a_post, a_reply, opened

FAULTS = st.sampled_from(
    [
        None,
        RateLimited(3),
        ServerError(503),
        ServerError(503, taken=True),
        Closed(),
        Closed(taken=True),
    ]
)
# A part of a team's digest that is said (again), and what befalls the posts that follow.
STEPS = st.lists(
    st.tuples(st.sampled_from([1, 2]), st.sampled_from([0, 1, 2]), st.lists(FAULTS, max_size=2)),
    min_size=1,
    max_size=6,
)


@given(STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_message_stands_once_as_it_was_said_last(
    standing: SlackStandIn,
    clock: Hands,
    sqlite: Database,
    steps: Sequence[tuple[int, int, Sequence[Fault | None]]],
) -> None:
    post = emptied(opened(standing, clock, sqlite))
    said: dict[tuple[int, int], int] = {}
    for team, part, faults in [*steps, (1, 0, []), (2, 0, [])]:  # no thread stays without its message
        revision = said[team, part] = said.get((team, part), 0) + 1
        text = f"{team} {part} {revision}"
        outgoing = a_reply(part, team, text=text) if part else a_post(team, text=text)
        post.enqueue(replace(outgoing, revision=revision))
        standing.script.then(*filter(None, faults))
        post.round()
        post.clock.now += 1
    post.rounds(NOW + 86_400)
    posts = [message for message in standing.messages if message.route == "chat.postMessage"]
    newest = {message.ts: message.text for message in standing.messages}
    assert Counter(newest.values()) == {f"{team} {part} {revision}": 1 for (team, part), revision in said.items()}
    assert len(posts) == len(said)


def emptied(post: Post) -> Post:
    with post.database.writing() as connection:
        connection.execute(delete(outbox))
    return post
