"""Asking as people in Slack ask: signed commands to a bot in another process, timed until its answer is taken."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dora_database import Organisation

from bot.demo.slack_standin.server import SlackStandIn

CHART = "data_visualization"


@dataclass(frozen=True, slots=True)
class Asked:
    """Both in milliseconds: until the command was acknowledged, and until the answer was taken."""

    ack: float
    answer: float


class Slack:
    """A workspace in which nothing goes wrong, with the bot in it."""

    def __init__(self, stand_in: SlackStandIn) -> None:
        self._stand_in = stand_in

    def ask(self, team: str) -> Asked:
        """One command, alone."""
        before = len(self._stand_in.messages)
        began = time.perf_counter()
        ack = self._acknowledged(team)
        self._stand_in.wait_for(messages=before + 1)
        answered = time.perf_counter() - began
        self._require_answers(before, 1)
        return Asked(ack, answered * 1_000)

    def ask_at_once(self, teams: Sequence[str]) -> list[float]:
        """The acknowledgements of commands that come together, in milliseconds; returns when all are answered."""
        before = len(self._stand_in.messages)
        with ThreadPoolExecutor(len(teams)) as people:
            acks = list(people.map(self._acknowledged, teams))
        self._stand_in.wait_for(messages=before + len(teams), seconds=60)
        self._require_answers(before, len(teams))
        return acks

    def _acknowledged(self, team: str) -> float:
        ack = self._stand_in.command("/dora", team)
        assert (ack.status, ack.body) == (200, b""), ack
        return ack.seconds * 1_000

    def _require_answers(self, before: int, count: int) -> None:
        answers = self._stand_in.messages[before:]
        assert len(answers) == count, f"{len(answers)} of {count} answers came"
        assert not self._stand_in.refusals
        for answer in answers:
            assert answer.route == "response_url"
            assert any(block["type"] == CHART for block in answer.blocks), answer.text


@contextmanager
def workspace(made: Organisation, now: datetime, *, with_jobs: bool = False) -> Generator[Slack]:
    """A freshly started bot that has answered nothing yet; jobs run beside its answers where they are asked for."""
    with SlackStandIn() as stand_in, _bot(made, stand_in, now, ["--with-jobs"] if with_jobs else []) as address:
        stand_in.events_url = f"{address}/slack/events"
        yield Slack(stand_in)


@contextmanager
def _bot(made: Organisation, stand_in: SlackStandIn, now: datetime, how: Sequence[str]) -> Generator[str]:
    environment = {
        **made.environment,
        "QUINTET_HTTP_PORT": "0",
        "SLACK_API_URL": stand_in.api_url,
        "SLACK_BOT_TOKEN": stand_in.workspace.bot_token,
        "SLACK_SIGNING_SECRET": stand_in.workspace.signing_secret,
    }
    command = [sys.executable, str(Path(__file__).with_name("dora_bot.py")), now.isoformat(), *how]
    with subprocess.Popen(
        command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            assert address, "the bot did not start"
            yield address
        finally:
            process.stdin.close()
