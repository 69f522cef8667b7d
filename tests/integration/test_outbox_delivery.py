"""What is due reaches Slack: in order, once, at Slack's pace, and each refusal has its own end."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from bot.blocks.message import Message
from bot.demo.slack_standin import Closed, Pace, RateLimited, ServerError, SlackStandIn, Workspace
from bot.errors import StoreError
from bot.jobs import deliver as delivering
from bot.jobs.outcome import Outcome
from bot.jobs.recording import record
from bot.slack.poster import Poster
from bot.store.database import Database
from bot.store.outbox_claims import Claim
from tests.integration.outbox_rounds import (
    MESSAGE,
    NOW,
    SECTION,
    Hands,
    Post,
    a_post,
    a_reply,
    opened,
    poster,
)

DAY = 86_400.0


@pytest.fixture
def post(standing: SlackStandIn, clock: Hands, sqlite: Database) -> Post:
    return opened(standing, clock, sqlite)


@pytest.fixture
def post_on_each(standing: SlackStandIn, clock: Hands, database: Database) -> Post:
    """On either database."""
    return opened(standing, clock, database)


@pytest.fixture
def unread(standing: SlackStandIn, clock: Hands, database: Database) -> Post:
    """Where the bot may not read what stands in a channel."""
    return opened(standing, clock, database, scopes=("commands", "chat:write"))


def test_a_message_is_posted_once_with_its_key_and_without_unfurling(post_on_each: Post) -> None:
    post_on_each.enqueue(a_post())
    post_on_each.rounds()
    assert post_on_each.round().again_at is None
    (message,) = post_on_each.standing.messages
    assert (message.text, message.blocks) == (MESSAGE.text, (SECTION,))
    assert message.metadata == {
        "event_type": "quintet_message",
        "event_payload": {"key": "digest:team-1:#team-1:2026-10-26", "part": 0, "revision": 1},
    }
    (row,) = post_on_each.rows()
    assert (row.state, row.sent_channel, row.ts) == ("sent", "C0000000001", message.ts)


def test_a_thread_follows_its_message_in_order_a_second_apart(post_on_each: Post) -> None:
    post_on_each.standing.script.pace = Pace()
    post_on_each.enqueue(a_reply(2, text="second"), a_reply(1, text="first"), a_post())
    post_on_each.rounds()
    parent, *thread = post_on_each.standing.messages
    assert [message.text for message in thread] == ["first", "second"]
    assert {message.thread_ts for message in thread} == {parent.ts}
    assert post_on_each.standing.refusals == ()
    tried = [row.tried_at for row in post_on_each.rows()]
    assert all(later - earlier >= 1_000_000 for earlier, later in pairwise(tried))


def test_a_person_gets_a_thread_as_a_channel_does(post: Post) -> None:
    person = post.standing.workspace.user_id
    post.enqueue(a_post(channel=person), replace(a_reply(1), channel=person))
    post.rounds()
    parent, reply = post.standing.messages
    assert (parent.channel, reply.channel, reply.thread_ts) == ("D0000000001", "D0000000001", parent.ts)


class Together(Hands):
    """Those that wait at the same time wait together."""

    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        with self._lock:
            self.now = max(self.now, until)


def test_many_channels_that_are_due_at_once_go_out_at_the_workspace_s_pace_in_order_of_their_wait(
    sqlite: Database,
) -> None:
    clock, numbers = Together(), range(40)
    with SlackStandIn(Workspace.with_channels([f"team-{number}" for number in numbers]), clock=clock) as standing:
        post = opened(standing, clock, sqlite)
        standing.script.pace = Pace()
        for number in reversed(numbers):
            post.enqueue(a_post(number, text=str(number)))
            clock.now += 0.01
        begun = clock.now
        post.rounds()
        assert standing.refusals == ()
        order = [int(text) for text in post.texts]
    assert sorted(order) == list(numbers)
    waited = [len(numbers) - 1 - number for number in order]
    assert all(abs(place - due) < delivering.SENDERS for place, due in enumerate(waited))
    assert clock.now - begun >= (len(numbers) - 1) * delivering.BETWEEN_POSTS_SECONDS


def test_threads_come_after_the_messages_that_were_due_before_them(post: Post) -> None:
    for number in (3, 1, 2):
        post.enqueue(a_post(number, text=str(number)), a_reply(1, number, text=f"{number}, a detail"))
        post.clock.now += 1
    post.clock.now += 60
    post.rounds()
    order = [each.split(",")[0] for each in post.texts]
    assert sorted(order[:3]) == sorted(order[3:]) == ["1", "2", "3"]


def test_a_newer_revision_edits_the_message_in_its_place(post: Post) -> None:
    post.enqueue(a_post())
    post.rounds()
    post.enqueue(a_post(message=Message("It is over."), operation="edit", revision=2))
    post.rounds()
    first, second = post.standing.messages
    assert (second.route, second.ts, second.text, second.blocks) == ("chat.update", first.ts, "It is over.", ())
    assert post.rows()[0].revision_sent == 2


def test_an_edit_of_what_was_never_posted_is_posted_as_it_is_by_now(post: Post) -> None:
    post.enqueue(a_post())
    post.enqueue(a_post(text="It is over.", operation="edit", revision=2))
    post.rounds()
    assert post.texts == ["It is over."]


@pytest.mark.parametrize("fault", [ServerError(503), ServerError(503, taken=True), Closed(), Closed(taken=True)])
def test_an_edit_of_unknown_outcome_is_simply_repeated(post: Post, fault: ServerError | Closed) -> None:
    post.enqueue(a_post())
    post.rounds()
    post.enqueue(a_post(text="It is over.", operation="edit", revision=2))
    post.standing.script.then(fault)
    post.rounds(NOW + 60)
    assert (post.texts[-1], post.states()) == ("It is over.", [("sent", None)])


@pytest.mark.parametrize(
    ("fault", "posts"),
    [(ServerError(502), 1), (ServerError(502, taken=True), 1), (Closed(), 1), (Closed(taken=True), 1)],
    ids=["broken", "broken but taken", "closed", "closed but taken"],
)
def test_a_post_of_unknown_outcome_is_looked_up_before_anything_else(
    post: Post, fault: ServerError | Closed, posts: int
) -> None:
    post.enqueue(a_post(), a_reply(1))
    post.standing.script.then(fault)
    post.rounds()
    assert post.texts == ["The summary."] * posts + ["A detail."]
    assert post.states() == [("sent", None)] * 2


def test_a_reply_of_unknown_outcome_is_looked_up_in_its_thread(post_on_each: Post) -> None:
    post_on_each.enqueue(a_post())
    post_on_each.rounds()
    post_on_each.enqueue(a_reply(1))
    post_on_each.standing.script.then(Closed(taken=True))
    post_on_each.rounds()
    assert post_on_each.texts == ["The summary.", "A detail."]
    assert post_on_each.rows()[1].ts == post_on_each.standing.messages[1].ts


def test_a_look_up_that_fails_is_made_again(post: Post) -> None:
    post.enqueue(a_post())
    post.standing.script.then(Closed(taken=True))
    post.standing.script.reads.extend([RateLimited(30), ServerError(500), Closed()])
    post.rounds()
    assert (post.texts, post.states()) == (["The summary."], [("sent", None)])


def test_a_look_up_waits_for_a_token_that_works(post: Post) -> None:
    post.enqueue(a_post())
    post.standing.script.then(Closed(taken=True))
    post.round()
    post.standing.script.refuse("token_revoked")
    post.rounds(NOW + 200)
    assert post.states() == [("sending", "token_revoked")]
    post.standing.script.relent()
    post.rounds()
    assert (post.texts, post.states()) == (["The summary."], [("sent", None)])


def test_everybody_waits_as_long_as_slack_says(post_on_each: Post) -> None:
    post_on_each.standing.script.then(RateLimited(30))
    post_on_each.enqueue(a_post(1))
    assert post_on_each.round().again_at == NOW + 30
    post_on_each.clock.now += 10
    post_on_each.enqueue(a_post(2), a_post(3))
    assert post_on_each.round().again_at == NOW + 30
    assert (post_on_each.texts, post_on_each.states()[0]) == ([], ("held", "ratelimited"))
    post_on_each.rounds()
    assert len(post_on_each.texts) == 3
    assert {row.tried_at >= (NOW + 30) * 1e6 for row in post_on_each.rows()} == {True}


@pytest.mark.parametrize(
    "error", ["not_in_channel", "channel_not_found", "is_archived", "restricted_action", "messages_tab_disabled"]
)
def test_what_somebody_can_mend_in_a_channel_is_parked_and_tried_every_hour_for_a_week(post: Post, error: str) -> None:
    post.standing.script.refuse(error, "C0000000001")
    post.enqueue(a_post(1), a_post(2))
    post.rounds()
    assert post.states() == [("parked", error), ("sent", None)]
    post.standing.script.relent()
    post.rounds(NOW + 3_700)
    assert post.states() == [("sent", None)] * 2


def test_what_nobody_mends_within_a_week_is_given_up(post: Post) -> None:
    post.standing.script.refuse("not_in_channel", "C0000000001")
    post.enqueue(a_post())
    post.rounds()
    post.clock.now = NOW + 8 * DAY
    post.standing.script.relent()
    post.rounds(NOW + 9 * DAY)
    assert (post.texts, post.states()) == ([], [("parked", "not_in_channel")])


def test_a_bot_that_was_away_for_weeks_says_nothing_about_them(post: Post) -> None:
    post.enqueue(a_post(), a_reply(1))
    post.clock.now = NOW + 15 * DAY
    post.rounds(NOW + 20 * DAY)
    assert (post.texts, post.states()) == ([], [("parked", "too_late")] * 2)


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked", "invalid_auth", "missing_scope"])
def test_what_ails_the_whole_workspace_holds_everything_and_loses_nothing(post: Post, error: str) -> None:
    post.standing.script.refuse(error)
    post.enqueue(*(a_post(number) for number in (1, 2, 3)))
    post.rounds(NOW + 200)
    assert {state for state, _ in post.states()} <= {"pending", "held"}
    assert ("held", error) in post.states()
    post.standing.script.relent()
    post.rounds()
    assert sorted(post.states()) == [("sent", None)] * 3


def test_blocks_that_slack_refuses_come_as_words(post: Post) -> None:
    post.standing.script.refuse_all_blocks = True
    post.enqueue(a_post())
    post.rounds()
    assert post.texts == ["All of it in words."]
    assert post.states() == [("sent", "invalid_blocks")]


def test_what_is_too_long_even_in_words_comes_as_its_summary(post: Post) -> None:
    post.standing.script.refuse("msg_too_long")
    post.enqueue(a_post())
    post.round()
    post.clock.now += 2
    post.round()
    post.standing.script.relent()
    post.clock.now += 2
    post.round()
    assert (post.texts, post.states()) == (["The summary."], [("sent", "msg_too_long")])


def test_what_is_refused_in_every_form_stays_parked(post: Post) -> None:
    post.standing.script.refuse("msg_blocks_too_long")
    post.enqueue(a_post())
    post.rounds()
    assert post.states() == [("parked", "msg_blocks_too_long")]
    assert len(post.standing.refusals) == 3


def test_a_slack_that_can_t_be_reached_holds_everything_and_loses_nothing(post: Post) -> None:
    post.slack = Poster(post.standing.workspace.bot_token, "http://127.0.0.1:1/api/")
    post.enqueue(*(a_post(number) for number in (1, 2, 3)))
    post.rounds(NOW + 4)
    assert {state for state, _ in post.states()} <= {"pending", "held"}
    assert ("held", "unreachable") in post.states()
    post.slack = poster(post.standing)
    post.rounds()
    assert post.states() == [("sent", None)] * 3


def test_a_limit_of_one_channel_holds_that_channel_alone(post: Post) -> None:
    post.standing.script.refuse("rate_limited", "C0000000001")
    post.enqueue(a_post(1), a_post(2))
    post.round()
    post.standing.script.relent()
    post.enqueue(a_post(1, key="ping", text="Another message there."))
    assert (post.round().again_at or 0) >= NOW + 30
    assert post.states() == [("pending", "rate_limited"), ("sent", None), ("pending", None)]
    post.rounds()
    assert Counter(post.texts) == {"The summary.": 2, "Another message there.": 1}


@pytest.mark.parametrize("failures", [3, 1_000], ids=["before the lease ends", "after"])
def test_what_was_posted_is_recorded_as_soon_as_the_database_lets_it(
    post: Post, monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    left = iter(range(failures))

    def busy(*given: Any) -> object:
        if next(left, None) is not None:
            raise StoreError
        return record(*given)

    monkeypatch.setattr(delivering, "record", busy)
    post.enqueue(a_post())
    with suppress(StoreError):
        post.round()
    post.rounds()
    assert (post.texts, post.states()) == (["The summary."], [("sent", None)])


def test_nothing_is_sent_once_it_is_told_to_stop(post: Post) -> None:
    post.enqueue(a_post())
    post.stop.set()
    assert post.round().sent == 0
    assert post.states() == [("pending", None)]


def test_a_stop_in_the_middle_ends_what_was_begun_and_gives_back_the_rest(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = post.slack.send

    def send_and_stop(claim: Claim) -> Outcome:
        post.stop.set()
        return send(claim)

    monkeypatch.setattr(post.slack, "send", send_and_stop)
    post.enqueue(*(each for number in (1, 2, 3) for each in (a_post(number), a_reply(1, number))))
    assert post.round().sent >= 1
    assert {state for state, _ in post.states()} == {"sent", "pending"}
    post.stop.clear()
    monkeypatch.undo()
    post.rounds()
    assert Counter(post.texts) == {"The summary.": 3, "A detail.": 3}


def test_a_newer_revision_that_comes_while_the_first_is_in_doubt_becomes_an_edit_of_it(post: Post) -> None:
    post.enqueue(a_post())
    post.standing.script.then(Closed(taken=True))
    post.round()
    post.enqueue(a_post(text="It is over.", operation="edit", revision=2))
    post.rounds()
    assert [(message.route, message.text) for message in post.standing.messages] == [
        ("chat.postMessage", "The summary."),
        ("chat.update", "It is over."),
    ]


def test_where_history_may_not_be_read_nobody_can_tell(unread: Post) -> None:
    unread.enqueue(a_post(channel="C0000000001"), a_reply(1))
    unread.standing.script.then(Closed(taken=True))
    unread.rounds()
    assert unread.texts == ["The summary."]
    assert unread.states() == [("unknown", "missing_scope"), ("pending", None)]
    unread.clock.now += DAY
    assert unread.round().again_at is None


def test_the_setting_may_ask_to_post_again_where_nobody_can_tell(unread: Post) -> None:
    unread.if_unknown = "repost"
    unread.enqueue(a_post())
    unread.standing.script.then(Closed(taken=True))
    unread.rounds()
    assert (unread.texts, unread.states()) == (["The summary."] * 2, [("sent", None)])
