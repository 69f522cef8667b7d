"""The recipes of the documentation: each code block as it stands there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PAGES = Path(__file__).parents[3] / "docs/sources"
EXAMPLE = "https://quintet.example.com"


def blocks(page: str, language: str) -> list[str]:
    """The fenced code of one language, in the order of the page."""
    return re.findall(rf"^```{language}\n(.*?)^```$", (PAGES / page).read_text(), re.MULTILINE | re.DOTALL)


def yaml_block(page: str, place: int = 0) -> Any:
    return yaml.safe_load(blocks(page, "yaml")[place])


def run(script: str, folder: Path, environ: Mapping[str, str]) -> str:
    """Run it as a CI system does; its output is the answer of the bot."""
    known = {"PATH": "/usr/local/bin:/usr/bin:/bin", **environ}
    command = ["bash", "-e", "-u", "-o", "pipefail", "-c", script]
    done = subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def filled(template: str, values: Mapping[str, Any]) -> str:
    """A Go template of plain fields, {{.app.metadata.name}}; one that is not there is an error."""

    def value(field: re.Match[str]) -> str:
        found: Any = values
        for name in field[1].split("."):
            found = found[name]
        return str(found)

    text = re.sub(r"\{\{\s*\.([\w.]+)\s*\}\}", value, template)
    assert "{{" not in text
    return text
