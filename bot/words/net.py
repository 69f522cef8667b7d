"""The net line: did things improve overall? One sentence for every verdict, and for none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.regression.net import NetLine, NetVerdict
from bot.words import figures, unknowns
from bot.words.letters import small

# A ratio this far from one, or its inverse, looks like a change.
FAR = 1.5
QUESTION = "Did things improve overall (13 weeks against before)?"


def says(net: NetLine) -> str:
    """The answer to the question. Failure hours are an index: deployments x failure rate x mean recovery."""
    if net.ratio is None:
        return _without_ratio(net)
    return _ANSWERS[net.verdict](net, net.ratio) if net.verdict is not None else _undecided(net, net.ratio)


def _worse(net: NetLine, ratio: float) -> str:
    return f"No: {_hours(net, ratio)}{_per_deployment(net, '; per deployment {}')}."


def _in_proportion(net: NetLine, ratio: float) -> str:
    rest = _per_deployment(net, " (per deployment {})")
    return f"In proportion: {_hours(net, ratio)}. Each deployment is about as sound as before{rest}."


def _better(net: NetLine, ratio: float) -> str:
    return f"Yes: {_per_deployment(net, 'per deployment {} the failure hours of before; ')}{_hours(net, ratio)}."


def _undecided(net: NetLine, ratio: float) -> str:
    """Far from one and yet not sure, which a flat "no change" would hide."""
    answer = "No clear change" if 1 / FAR < ratio < FAR else "Not clear, it could be chance"
    return f"{answer}: {_hours(net, ratio)}{_per_deployment(net, '; per deployment {}')}."


_ANSWERS: Mapping[NetVerdict, Callable[[NetLine, float], str]] = {
    NetVerdict.WORSE: _worse,
    NetVerdict.IN_PROPORTION: _in_proportion,
    NetVerdict.BETTER: _better,
    NetVerdict.NO_CLEAR_CHANGE: _undecided,
}

_SHORT: Mapping[NetVerdict, str] = {
    NetVerdict.WORSE: "No",
    NetVerdict.IN_PROPORTION: "In proportion",
    NetVerdict.BETTER: "Yes",
    NetVerdict.NO_CLEAR_CHANGE: "No clear change",
}


def _hours(net: NetLine, ratio: float) -> str:
    """The failure hours a week against before, with interval and factors."""
    details = "; ".join(part for part in (_interval(net.interval), _factors(net)) if part)
    return f"the index of failure hours a week is {figures.times(ratio)} what it was" + (details and f" ({details})")


def _interval(interval: tuple[float, float] | None) -> str:
    if interval is None:
        return ""
    low, high = interval
    return f"90% interval {figures.number(low)} to {figures.number(high)}"


def _factors(net: NetLine) -> str:
    factors = {
        "deployments": net.deployment_factor,
        "failure rate": net.failure_rate_factor,
        "recovery": net.recovery_factor,
    }
    return ", ".join(f"{what} {figures.ratio(factor)}" for what, factor in factors.items() if factor is not None)


def _per_deployment(net: NetLine, phrase: str) -> str:
    return "" if net.per_deployment_ratio is None else phrase.format(figures.times(net.per_deployment_ratio))


def _without_ratio(net: NetLine) -> str:
    stated = (
        ("in the last 13 weeks", net.failure_hours_per_week),
        ("before", net.previous),
    )
    hours = " and ".join(f"{figures.number(amount)} {when}" for when, amount in stated if amount is not None)
    reason = unknowns.says(net.why_unknown) if net.why_unknown else "A side without failures gives no ratio."
    answer = "Can't be said" if net.verdict is None else _SHORT[net.verdict]
    return f"{answer}: {small(reason)}" + (hours and f" The index of failure hours a week: {hours}.")
