"""A real Prometheus server with some days of requests in it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

FIRST = datetime(2025, 3, 3, tzinfo=UTC)  # the series begin here
DAYS = 5
EVERY = 300  # seconds between two scrapes
GOOD_A_DAY, BAD_A_DAY = 9_990, 10


@pytest.fixture(scope="session")
def prometheus_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address; it runs on a free port with data of its own, and is gone after the tests."""
    program = shutil.which("prometheus")
    if program is None:
        pytest.fail("No Prometheus was found, and --require-all leaves nothing out: apt-get install prometheus.")
    folder = tmp_path_factory.mktemp("prometheus")
    fill(folder)
    port = free_port()
    options = [
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "log").open("w") as log, subprocess.Popen([program, *options], stderr=log) as server:
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/-/ready", folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def fill(folder: Path) -> None:
    (folder / "prometheus.yml").write_text("global: {}\n")
    (folder / "samples").write_text("".join(f"{line}\n" for line in samples()))
    # In one block: promtool reads all samples again for each, by default one for every two hours.
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics", f"--max-block-duration={2 * DAYS * 24}h"]
    subprocess.run([*command, folder / "samples", folder / "data"], check=True, capture_output=True)


def samples() -> Iterator[str]:
    """Counters that grow evenly, in two instances; one of them begins again at zero on the fourth day."""
    scrapes_a_day = 86_400 // EVERY
    yield "# TYPE http_requests counter"
    for instance in ("a", "b"):
        for code, a_day in (("200", GOOD_A_DAY), ("500", BAD_A_DAY)):
            for scrape in range(DAYS * scrapes_a_day + 1):
                restarted = instance == "a" and scrape > 3 * scrapes_a_day
                since = scrape - 3 * scrapes_a_day if restarted else scrape
                labels = f'instance="{instance}",code="{code}",job="checkout"'
                at = int(FIRST.timestamp()) + scrape * EVERY
                yield f"http_requests_total{{{labels}}} {a_day / 2 * since / scrapes_a_day} {at}"
    yield "# EOF"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_ready(url: str, log: Path) -> None:
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        try:
            with urlopen(url, timeout=5) as answer:  # noqa: S310  our own server
                if answer.status == 200:
                    return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    pytest.fail(f"Prometheus did not start:\n{log.read_text()}")
