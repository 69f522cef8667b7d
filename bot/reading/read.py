"""Five metrics read as one system: the rules, what speaks for and against them, and what to do next."""

from __future__ import annotations

from bot.reading.alternatives import alternatives
from bot.reading.cell import cell
from bot.reading.confidence import confidence, reasons
from bot.reading.evidence import evidence
from bot.reading.first_step import first_step
from bot.reading.headline import says, would_change_our_mind
from bot.reading.not_yet import not_yet
from bot.reading.notes import notes
from bot.reading.patterns import level_pattern, nearest
from bot.reading.picture import Picture
from bot.reading.reading import Claim, Investment, Match, Reading
from bot.reading.rules import decide
from bot.reading.watch import watch, watched_speed
from bot.regression.relationships import relationships

# Headlines that say already that failures or recovery get worse.
STABILITY = frozenset({"X1", "T2", "X3"})


def read(picture: Picture) -> Reading:
    """The reading of one team at `picture.facts.as_of`."""
    headline, *then = decide(picture.levels, picture.trends, picture.signs)
    found = evidence(headline, picture)
    line = says(headline, picture)
    return Reading(
        headline=headline,
        then=tuple(then),
        level_pattern=level_pattern(picture.levels),
        nearest=nearest(picture.levels),
        confidence=confidence(headline, picture, found),
        says=line,
        relationships=relationships(picture.facts, picture.team, picture.trends, picture.visibility),
        evidence=found,
        against=alternatives(headline, picture),
        investment=_investment(headline, line, picture),
        not_yet=not_yet(headline, cell(picture.levels, picture.trends, picture.signs)),
        would_change_our_mind=would_change_our_mind(headline),
        watch=watch(picture) if headline.rule not in STABILITY else watched_speed(picture),
        notes=notes(picture),
        confidence_why=reasons(headline, picture, found),
    )


def _investment(headline: Match, line: Claim, picture: Picture) -> Investment:
    why = Claim(f"{headline.rule}.{headline.investment}", line.figures)
    return Investment(headline.investment, why, first_step(headline, picture))
