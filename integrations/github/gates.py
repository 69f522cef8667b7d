"""Where rollouts by Actions waited: the protection rules of an environment, as its deployments tell of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from bot.events import GateWait
from integrations.github.graph import Fields, ask_repository, inner
from integrations.github.rollout import gate_waits, in_order
from integrations.github.site import GitHubSite
from integrations.items import Reading

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_RUN = re.compile(r"/actions/runs/(\d+)")

_QUERY = """
query($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    %s
  }
}
fragment Gates on Commit {
  deployments(first: 20, orderBy: {field: CREATED_AT, direction: DESC}) {
    nodes { environment originalEnvironment statuses(first: 20) { nodes { state createdAt logUrl } } }
  }
}
"""


def waits_by_run(
    site: GitHubSite, repository: str, shas: Iterable[str], reading: Reading
) -> Mapping[int, tuple[GateWait, ...]]:
    """The waits of the runs on some commits, by the run's id: one question for all of them."""
    known = [sha for sha in dict.fromkeys(shas) if _SHA.fullmatch(sha)]
    if not known:
        return {}
    commits = "\n    ".join(f'c{place}: object(oid: "{sha}") {{ ...Gates }}' for place, sha in enumerate(known))
    found = ask_repository(site, repository, _QUERY % commits)
    if any(problem.kind == "FORBIDDEN" for problem in found.problems):
        reading.note("without gate waits: the credential may not read deployments")
    waits: defaultdict[int, tuple[GateWait, ...]] = defaultdict(tuple)
    for deployment in _deployments(found.data):
        if (run := _run_of(deployment)) is not None:
            waits[run] += gate_waits(_environment(deployment), in_order(deployment["statuses"]["nodes"]))
    return waits


def _deployments(commits: Fields) -> Iterator[Fields]:
    """Those of all commits; a commit that is gone, or may not be read, has none."""
    for commit in commits.values():
        yield from inner(commit, "deployments", "nodes") or ()


def _run_of(deployment: Fields) -> int | None:
    """The run that made it, by the address of its log."""
    logs = (_RUN.search(status["logUrl"] or "") for status in deployment["statuses"]["nodes"])
    return next((int(log[1]) for log in logs if log), None)


def _environment(deployment: Fields) -> str:
    return deployment["originalEnvironment"] or deployment["environment"] or "environment"
