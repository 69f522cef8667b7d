"""The README's pictures, taken of the page."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import FloatRect, Locator, Page

_FOLDER = Path(__file__).parents[2] / "docs" / "images"
_LEFT, _WIDTH, _HEIGHT = 216, 616, 830


def take(page: Page, name: str, part: Locator, above: int = 0) -> None:
    """From so many pixels above a part to as far down as all pictures go, or to the part's end."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    before = page.viewport_size
    page.set_viewport_size({"width": 1100, "height": 20_000})  # all of the channel at once
    box = part.bounding_box()
    assert before is not None
    assert box is not None
    clip = FloatRect(x=_LEFT, y=box["y"] - above, width=_WIDTH, height=min(_HEIGHT, box["height"] + 2 * above))
    page.screenshot(path=_FOLDER / f"{name}.png", clip=clip)
    page.set_viewport_size(before)
