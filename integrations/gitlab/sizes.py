"""How large merge requests are, and which paths they touch: one question to GraphQL a page, where REST has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import SourceError
from integrations.gitlab.project import Project
from integrations.http import RefusedError

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
    query = _QUERY % (_PATHS if project.reads_paths else "")
    variables = {"project": project.name, "iids": asked}
    try:
        data = project.api.site.post("api/graphql", {"query": query, "variables": variables}).data
        nodes: Sequence[Mapping[str, Any]] = data["data"]["project"]["mergeRequests"]["nodes"]
    except (RefusedError, KeyError, TypeError) as error:
        if project.reads_paths:
            raise _needed(project, error) from None
        return {}
    return {int(node["iid"]): _size(node) for node in nodes if node.get("diffStatsSummary")}


def _size(node: Mapping[str, Any]) -> Size:
    summary = node["diffStatsSummary"]
    paths = tuple(each["path"] for each in node.get("diffStats") or ())
    return Size(summary["additions"], summary["deletions"], summary["fileCount"], paths)


def _needed(project: Project, error: Exception) -> SourceError:
    """Without its paths, a change would be counted for a service that it did not touch."""
    said = str(error) if isinstance(error, RefusedError) else f"{project.api.site.url}/api/graphql tells none"
    return SourceError(
        f"{project.api.site.name}: `service` asks for the paths of changes of {project.name}, and they can't be read; "
        f"{said.removeprefix(f'{project.api.site.name}: ')}"
    )
