"""What went out, by the package URL of an artifact (pkg:oci/shop@sha256%3A…?vcs_url=git%2Bhttps://…%40commit)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Artifact:
    """Its version, and the commit that it was built from where the package URL tells."""

    version: str | None = None
    sha: str | None = None


def artifact(text: str | None) -> Artifact:
    """Older senders give a bare digest or file name, which is all that there is to know of a version then."""
    if text is None or not text.startswith("pkg:"):
        return Artifact(version=text)
    path, _, qualifiers = text.partition("#")[0].partition("?")
    version = unquote(path.rpartition("@")[2]) if "@" in path else None
    origin = parse_qs(qualifiers).get("vcs_url", [""])[0]
    commit = origin.rpartition("@")[2] if "@" in origin else version or ""
    return Artifact(version or None, commit if _SHA.fullmatch(commit) else None)
