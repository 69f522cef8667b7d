from __future__ import annotations

import pytest

from integrations.registry import BY_KIND
from tests.unit.setup.forge import ForgeSettings


@pytest.fixture(autouse=True)
def _forge_is_a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BY_KIND, "forge", ForgeSettings)  # pyright: ignore[reportArgumentType]  in place of a real one
