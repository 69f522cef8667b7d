"""The digests of 5,000 channels that are due in the same minute, against a Slack that keeps its limits.

Time is told, not waited for: a pause moves the clock that the outbox and Slack's stand-in share. So the rate is the one
that a workspace would see, while the cost is that of this machine, beside the same messages posted bare.

    python benchmarks/bench_delivery.py --channels 5000
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from threading import Lock

from bot.blocks.message import Message
from bot.demo.slack_standin import Pace, SlackStandIn, Workspace
from bot.demo.slack_standin.pace import MOST_A_MINUTE
from bot.jobs.deliver import SENDERS, deliver
from bot.slack.poster import Poster
from bot.slack.web_api import told, web_client
from bot.store.database import Database
from bot.store.outbox import Outgoing, enqueue
from bot.store.schema import open_database

NOW = 1_793_606_400.0  # Monday 2026-11-02, 08:00 UTC
SECONDS_BETWEEN_DIGESTS = 0.01  # of the job that writes them into the outbox: all within the minute
MESSAGE = Message(
    "team-x: fast delivery, poor reliability; invest in tests that hold up deployments.",
    ({"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2_000}},),
    "The same in words.",
)


@dataclass
class Told:
    """A clock that moves where somebody waits."""

    now: float = NOW
    lock: Lock = field(default_factory=Lock)

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        with self.lock:  # those that wait at the same time wait together
            self.now = max(self.now, until)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=5_000)
    channels = [f"team-{number:05}" for number in range(parser.parse_args().channels)]
    bare = bare_posts(channels)
    with workspace(channels) as (standing, clock), tempfile.TemporaryDirectory() as folder:
        standing.script.pace = pace = Pace()
        with closing(open_database(f"sqlite:///{folder}/quintet.db")) as database:
            fill(database, channels, clock)
            delivered = deliver_all(database, standing, clock)
        print_all(standing, channels, pace.refused, delivered / bare)


@contextmanager
def workspace(channels: Sequence[str]) -> Iterator[tuple[SlackStandIn, Told]]:
    clock = Told()
    with SlackStandIn(Workspace.with_channels(channels), clock=clock) as standing:
        yield standing, clock


def bare_posts(channels: Sequence[str]) -> float:
    """Seconds for the same messages, one after the other, with nothing kept."""
    with workspace(channels) as (standing, _):
        client = web_client(standing.workspace.bot_token, standing.api_url)
        began = time.perf_counter()
        for channel in channels:
            told(client, "chat.postMessage", {"channel": channel, "text": MESSAGE.text, "blocks": MESSAGE.blocks})
        return time.perf_counter() - began


def fill(database: Database, channels: Sequence[str], clock: Told) -> None:
    with database.writing() as connection:
        for channel in channels:
            enqueue(connection, [Outgoing(f"digest:{channel}", 0, channel, "post", MESSAGE)], clock())
            clock.wait(SECONDS_BETWEEN_DIGESTS)


def deliver_all(database: Database, standing: SlackStandIn, clock: Told) -> float:
    """Seconds of this machine for all of it."""
    slack = Poster(standing.workspace.bot_token, standing.api_url)
    began = time.perf_counter()
    while (again := deliver(database, slack, clock, pause=clock.wait).again_at) is not None:
        clock.now = max(clock.now, again)
    return time.perf_counter() - began


def print_all(standing: SlackStandIn, channels: Sequence[str], refused: int, cost: float) -> None:
    names = {channel.id: channel.name for channel in standing.workspace.channels}
    posted = [names[message.channel] for message in standing.messages]
    assert sorted(posted) == list(channels), "every channel gets its digest once"
    minutes = (standing.clock() - NOW) / 60
    rate = len(posted) / minutes
    farthest = max(abs(place - int(name.removeprefix("team-"))) for place, name in enumerate(posted))
    print(f"{len(posted):,} channels in {minutes:.1f} minutes of Slack's time: {rate:.0f} a minute")
    print(f"  beside {MOST_A_MINUTE} a minute, which Slack's stand-in takes: {rate / MOST_A_MINUTE:.2f}")
    print(f"  requests beside bare posts: {1 + refused / len(posted):.3f} ({refused} refused for the pace)")
    print(f"  farthest from the order of the wait: {farthest} places, with {SENDERS} senders")
    print(f"  this machine's time beside bare posts: {cost:.2f}")


if __name__ == "__main__":
    main()
