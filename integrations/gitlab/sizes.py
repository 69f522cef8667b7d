"""How large merge requests are, and which paths they touch: one question to GraphQL a page, where REST has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.errors import SourceError
from integrations.gitlab.project import Project, inner
from integrations.items import Item

_QUERY = """
query($project: ID!, $iids: [String!]) {
  project(fullPath: $project) {
    mergeRequests(iids: $iids, first: 100) {
      nodes { iid diffStatsSummary { additions deletions fileCount } %s }
    }
  }
}
"""
_PATHS = "diffStats { path }"
_MOST_SHOWN = 200  # characters of the server's own words


@dataclass(frozen=True, slots=True)
class Size:
    """Lines and files; `paths` are empty unless they were asked for."""

    additions: int
    deletions: int
    files: int
    paths: tuple[str, ...] = ()


def sizes(project: Project, iids: Iterable[int]) -> Mapping[int, Size]:
    """By the number of the merge request; whose size the server does not say is left out."""
    asked = [str(iid) for iid in iids]
    if not asked:
        return {}
    query = _QUERY % (_PATHS if project.services.reads_paths else "")
    reply = project.api.site.post(
        "api/graphql", {"query": query, "variables": {"project": project.name, "iids": asked}}
    )
    nodes: Sequence[Item] | None = inner(reply.data, "data", "project", "mergeRequests", "nodes")
    if nodes is None:
        raise _unsaid(project, reply.data)
    return {int(node["iid"]): _size(node) for node in nodes if node.get("diffStatsSummary")}


def _size(node: Item) -> Size:
    summary = node["diffStatsSummary"]
    paths = tuple(each["path"] for each in node.get("diffStats") or ())
    return Size(summary["additions"], summary["deletions"], summary["fileCount"], paths)


def _unsaid(project: Project, data: Item) -> SourceError:
    """Going on without would leave the sizes out for good: nothing asks for them again."""
    told = [error.get("message") or "" for error in data.get("errors") or ()]
    why = f": {told[0][:_MOST_SHOWN].rstrip('.')}" if told else ""
    site = project.api.site
    return SourceError(f"{site.name}: GraphQL does not tell the sizes of the merge requests of {project.name}{why}.")
