"""Which of the rules for a deployment is taken, with its last ones before one's eyes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.setup.asker import Asker
from bot.setup.first_file import FirstSource, named
from bot.setup.rules import Rule, proposed, ranked

_MOST = 9  # shown to choose from


def with_rule(sources: Sequence[FirstSource], asker: Asker) -> list[FirstSource]:
    """The sources, one of them with the rule; none where one of them says already what a deployment is."""
    rules = ranked(rule for source in sources for rule in source.look.rules)
    if not rules or any(_says_already(source, rules) for source in sources):
        return list(sources)
    best = proposed(rules)
    offered = [*([best] if best else []), *(rule for rule in rules if rule != best)][:_MOST]
    asker.say("What would have counted as a deployment in the last four weeks:")
    for number, rule in enumerate(offered, 1):
        asker.say(f"{number}. {rule.source}: {rule.told}")
    taken = _chosen(offered, best, asker)
    if taken is None:
        asker.say("Nothing counts as a deployment yet; the file holds these rules as comments.")
    having = [source.having(taken if taken and taken.source == source.name else None) for source in sources]
    for source in having:
        if source.without:
            asker.say(f"It finds nothing in {named(source.without)}, where another one does.")
    return having


def _says_already(source: FirstSource, rules: Sequence[Rule]) -> bool:
    return any(key in source.entry for rule in rules for key in rule.setting)


def _chosen(offered: Sequence[Rule], best: Rule | None, asker: Asker) -> Rule | None:
    if best is None:
        asker.say("None of them says by its name that it brings something to production.")
    number = 1 if best else 0
    while True:
        if number:
            _show_last(offered[number - 1], asker)
        answer = asker.text(_question(number), str(number))
        if not answer.isdecimal() or int(answer) > len(offered):
            asker.warn(f"{answer} is no number from 0 to {len(offered)}.")
        elif int(answer) == 0:
            return None
        elif int(answer) == number:
            return offered[number - 1]
        else:
            number = int(answer)


def _question(number: int) -> str:
    if not number:
        return "Which one are deployments to production? Its number shows its last ones; 0 takes none"
    return (
        f"Are these deployments to production? {number} takes this rule, another number shows another one, 0 takes none"
    )


def _show_last(rule: Rule, asker: Asker) -> None:
    asker.say(f"The last ones by {rule.written}:")
    for line in rule.last:
        asker.say(f"- {line}")
