"""What is said of the bot's own pings: how many were told, and what people made of them."""

from __future__ import annotations

from datetime import date

from bot.words import figures


def told(until: date, told: int, *, right: int, known: int, wrong: int, unanswered: int) -> str:
    """Of the year before a day; no answer is no answer, and speaks neither for a ping nor against it."""
    day = f"{until.day} {figures.MONTHS[until.month - 1]} {until.year}"
    return (
        f"Pings in the year before {day}: {told:,} told. People said: {right:,} right, {known:,} known already, "
        f"{wrong:,} not useful; no answer to {unanswered:,}."
    )
