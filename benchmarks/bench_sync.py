"""A first sync and an idle one of every source, against a server of 10,000 items that answers as its API does.

The server runs in a process of its own, and so does each sync, whose CPU time and peak memory are then its own. What a
sync may cost stands in the promises below; each is printed as a ratio to its promise.

    python benchmarks/bench_sync.py --items 10000 --sources github,jira
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the servers lie among the tests

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request

from bot.jobs.sync import HISTORY, sync
from bot.source import Ask, Page, Source, Stream
from bot.store.schema import open_database
from integrations.http import Patience
from tests.contract.faults.every_source import CASES, NOW, opened, stand_in

SECONDS_AN_ITEM, SECONDS_A_REQUEST = 0.001, 0.003
MOST_IDLE_REQUESTS = 2  # a stream
MOST_MEMORY_TIMES = 1.2  # four times the items; the database's cache of pages fills up meanwhile
FIRST, LATER = timedelta(), timedelta(hours=2)

# Requests that a page takes, and those that an item takes because the list can't carry all of it: docs/sources/*.md.
# Here a Jenkins has one pipeline among a hundred builds, a Jira one issue whose history the list cuts short, and a
# GitLab as many merge requests (2 each) as pipelines (1 each) and deployments (none). CircleCI lists only pipelines.
REQUESTS: Mapping[str, tuple[float, float]] = {
    "circleci": (1, 1),
    "gitlab": (2, 1),
    "jenkins": (1, 0.02),
    "jira": (1, 0.001),
    "pagerduty": (1, 1),
    "prometheus": (2, 0),
}


@dataclass
class Counted:
    """A source whose pages are counted."""

    source: Source
    pages: int = 0
    listing: int = 0

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def requests(self) -> int:
        return self.source.requests

    def streams(self) -> list[Stream]:
        streams = [replace(stream, fetch=self._counting(stream)) for stream in self.source.streams()]
        self.listing = self.source.requests
        return streams

    def _counting(self, stream: Stream) -> Callable[[Ask], Page]:
        def fetch(ask: Ask) -> Page:
            self.pages += 1
            return stream.fetch(ask)

        return fetch


class Quiet(WSGIRequestHandler):
    """Ten thousand lines of a log would say nothing."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        """No line."""


def serve(kind: str, items: int, pipe: Connection) -> None:
    """In a process of its own, until it is ended."""
    answers = stand_in(kind).server(items, NOW)
    listening = make_server("127.0.0.1", 0, Request.application(answers), threaded=True, request_handler=Quiet)
    pipe.send(listening.port)
    listening.serve_forever()


@contextmanager
def served(kind: str, items: int) -> Iterator[str]:
    spawned = multiprocessing.get_context("spawn")
    ours, theirs = spawned.Pipe()
    process = spawned.Process(target=serve, args=(kind, items, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def sync_once(kind: str, url: str, folder: str) -> None:
    """The sync that is measured, and an idle one; prints what they cost."""
    counted: list[Counted] = []

    def opener() -> Counted:
        counted.append(Counted(opened(kind, url, Patience())))
        return counted[-1]

    with closing(open_database(f"sqlite:///{folder}/{kind}.db")) as database:
        begun = time.process_time()
        report = sync(database, {kind: opener}, now=lambda: NOW, since=NOW - HISTORY)
        cpu = time.process_time() - begun
        assert not report.problems, report.problems
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        for later in (LATER, 2 * LATER):
            idle = sync(database, {kind: opener}, now=lambda: NOW + later, since=NOW - HISTORY)  # noqa: B023  called at once
    (first,), (last,) = report.sources, idle.sources
    print(
        json.dumps(
            {
                "items": sum(stream.read for stream in first.streams),
                "pages": counted[0].pages,
                "requests": first.requests - counted[0].listing,
                "cpu": cpu,
                "memory": memory,
                "idle": max(stream.requests for stream in last.streams),
            }
        )
    )


def measured(kind: str, items: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--kind", kind]
    with served(kind, items) as url, tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([*command, "--url", url, "--folder", folder], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def judged(kind: str, items: int) -> bool:
    few, many = measured(kind, items // 4), measured(kind, items)
    a_page, an_item = REQUESTS.get(kind, (1, 0))
    promised_cpu = many["items"] * SECONDS_AN_ITEM + many["requests"] * SECONDS_A_REQUEST
    ratios = {
        "requests": many["requests"] / (many["pages"] * a_page + many["items"] * an_item),
        "cpu": many["cpu"] / promised_cpu,
        "memory": many["memory"] / few["memory"] / MOST_MEMORY_TIMES,
        "idle": many["idle"] / MOST_IDLE_REQUESTS,
    }
    print(
        f"{kind}: {many['items']:,.0f} items, {many['pages']:,.0f} pages, {many['requests']:,.0f} requests, "
        f"{many['cpu']:.1f} s CPU, {few['memory']:.0f} MB for a quarter and {many['memory']:.0f} MB for all"
    )
    print("  to its promise: " + ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()))
    return max(ratios.values()) <= 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--sources", default=",".join(CASES))
    for name in ("kind", "url", "folder"):
        parser.add_argument(f"--{name}", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.kind:
        sync_once(asked.kind, asked.url, asked.folder)
        return
    kept = [judged(kind, asked.items) for kind in asked.sources.split(",")]
    if not all(kept):
        sys.exit("A sync costs more than it may.")


if __name__ == "__main__":
    main()
