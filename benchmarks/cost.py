"""What a piece of work costs in a process of its own: seconds, processor time and memory, its children's too."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any

import psutil

_LOOK_EVERY_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Cost:
    """`megabytes`: the most that the process and its children had at once."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    tells: Mapping[str, Any]


@contextmanager
def told(**tells: object) -> Generator[dict[str, object]]:
    """In the process that works: what the block costs, and what it adds to `tells`, is printed for `cost_of`."""
    began, before = time.perf_counter(), _cpu_seconds()
    yield tells
    tells.update(seconds=time.perf_counter() - began, cpu_seconds=_cpu_seconds() - before)
    print(json.dumps(tells))


def _cpu_seconds() -> float:
    used = [getrusage(whose) for whose in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def cost_of(script: str, arguments: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Runs a script beside this one."""
    command = [sys.executable, str(Path(__file__).with_name(script)), *arguments]
    with subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, text=True) as process:
        most = _most_bytes(process)
        assert process.stdout is not None
        said = process.stdout.read()
    assert process.returncode == 0, f"{script} failed"
    tells = json.loads(said)
    return Cost(tells.pop("seconds"), tells.pop("cpu_seconds"), most / 1_000_000, tells)


def _most_bytes(process: subprocess.Popen[str]) -> int:
    """Until it ends. What processes share is counted for each of them."""
    most = 0
    while process.poll() is None:
        most = max(most, _bytes(process.pid))
        time.sleep(_LOOK_EVERY_SECONDS)
    return most


def _bytes(pid: int) -> int:
    used = 0
    with suppress(psutil.Error):
        parent = psutil.Process(pid)
        for each in (parent, *parent.children(recursive=True)):
            with suppress(psutil.Error):  # it ended this very moment
                used += each.memory_info().rss
    return used
