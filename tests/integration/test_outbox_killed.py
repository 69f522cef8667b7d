"""A process that is killed while it delivers: every message stands in Slack once, or nobody claims to know."""

from __future__ import annotations

import random
from collections import Counter
from threading import Thread

import pytest

from bot.demo.slack_standin import SlackStandIn
from bot.jobs.deliver import deliver
from bot.store.database import Database
from tests.dying import ANSWERED, ASKED, ASKING, COMMITTED, MOMENTS, STATEMENT, WRITTEN, Death, Step, deliver_and_die
from tests.integration.outbox_rounds import NOW, Hands, Post, a_post, a_reply, opened, poster

SEEDS = range(3)
WHOLE_DAY = NOW + 86_400.0


@pytest.fixture
def post(standing: SlackStandIn, clock: Hands, database: Database) -> Post:
    return opened(standing, clock, database)


@pytest.fixture
def unread(standing: SlackStandIn, clock: Hands, database: Database) -> Post:
    return opened(standing, clock, database, scopes=("commands", "chat:write"))


def dying(moment: str, nth: int) -> Death:
    return Death(Step("deliver", moment), nth)


@pytest.mark.parametrize(
    ("moment", "nth"), [(STATEMENT, 1), (WRITTEN, 2), (COMMITTED, 2), (ASKING, 1), (ASKED, 1), (ANSWERED, 1)]
)
def test_a_message_is_posted_once_wherever_its_process_was_killed(post: Post, moment: str, nth: int) -> None:
    post.enqueue(a_post())
    assert deliver_and_die(post.database, post.standing, NOW, dying(moment, nth))
    post.rounds()
    assert (post.texts, post.states()) == (["The summary."], [("sent", None)])


@pytest.mark.parametrize(
    ("moment", "posts", "state"),
    [
        (COMMITTED, 1, ("sent", None)),  # what is first committed claims nothing
        (ASKING, 0, ("unknown", "missing_scope")),
        (ANSWERED, 1, ("unknown", "missing_scope")),
    ],
)
def test_without_the_history_it_is_posted_at_most_once_and_nobody_can_tell(
    unread: Post, moment: str, posts: int, state: tuple[str, str | None]
) -> None:
    unread.enqueue(a_post())
    assert deliver_and_die(unread.database, unread.standing, NOW, dying(moment, 1))
    unread.rounds()
    assert (len(unread.texts), unread.states()) == (posts, [state])


@pytest.mark.parametrize("seed", SEEDS)
def test_whole_threads_come_once_whatever_is_killed_and_when(post: Post, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  seeded, not secret
    threads = [(a_post(number), a_reply(1, number), a_reply(2, number)) for number in (1, 2, 3)]
    post.enqueue(*(each for thread in threads for each in thread))
    post.enqueue(a_post(1, text="It is over.", operation="edit", revision=2))
    for _ in range(4):
        death = dying(chance.choice(MOMENTS), chance.randint(1, 4))
        deliver_and_die(post.database, post.standing, post.clock(), death)
        post.clock.now += chance.choice([0.5, 5, 50])
    post.rounds(WHOLE_DAY)
    posted = Counter(
        (message.metadata["event_payload"]["key"], message.metadata["event_payload"]["part"])
        for message in post.standing.messages
        if message.metadata and message.route == "chat.postMessage"
    )
    assert posted == Counter((each.key, each.part) for thread in threads for each in thread)
    assert {row.state for row in post.rows()} == {"sent"}


def test_two_deliverers_on_one_database_do_no_harm(post: Post) -> None:
    post.enqueue(*(each for number in (1, 2, 3) for each in (a_post(number), a_reply(1, number))))
    other = Database(post.database.url.render_as_string(hide_password=False))
    threads = [Thread(target=_deliver_all, args=(database, post)) for database in (post.database, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert Counter(post.texts) == {"The summary.": 3, "A detail.": 3}
    assert {row.state for row in post.rows()} == {"sent"}


def _deliver_all(database: Database, post: Post) -> None:
    slack = poster(post.standing)
    while deliver(database, slack, post.clock, pause=post.clock.wait).again_at is not None:
        post.clock.wait(0.5)
