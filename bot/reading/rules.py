"""The decision table, in the order of docs/reading.md: the first rule that holds is the headline, the rest follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.metrics.level import LevelVerdict, TrendVerdict
from bot.metrics.measure import Metric
from bot.reading import cell as when
from bot.reading import diagnoses, investments
from bot.reading.cell import CFR, DF, LT, RECOVERY, REL, SPEED, STABILITY, Cell, Condition
from bot.reading.reading import Match
from bot.reading.signs import Signs


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table. Where a rule gives more than one answer, the cell chooses."""

    key: str
    reads: str  # the condition in words, as the documentation has it
    holds: Condition
    pattern: str | Callable[[Cell], str | None] | None
    diagnosis: str | Callable[[Cell], str]
    investment: str | Callable[[Cell], str]
    levels: tuple[Metric, ...] = ()  # that the condition names: confidence is that of the weakest
    trends: tuple[tuple[Metric, ...], ...] = ()  # that it rests on; of each group one move is enough

    def match(self, cell: Cell) -> Match:
        pattern = self.pattern(cell) if callable(self.pattern) else self.pattern
        diagnosis = self.diagnosis(cell) if callable(self.diagnosis) else self.diagnosis
        investment = self.investment(cell) if callable(self.investment) else self.investment
        return Match(self.key, pattern, diagnosis, investment)


RULES = (
    Rule(
        "X1",
        "speed improving, none of it worsening; stability worsening, none of it improving; or the watch is up",
        when.speed_for_stability,
        "checklist_regression",
        "speed_bought_with_stability",
        investments.testing_or_weaker,
        trends=(SPEED, STABILITY),
    ),
    Rule(
        "T1",
        "change failure rate poor",
        when.poor(CFR),
        diagnoses.failing,
        "testing_infrastructure",
        investments.TESTING,
        levels=(CFR,),
    ),
    Rule(
        "F0",
        "no deployment for 28 days, and for three times the longest gap of the 26 weeks before",
        when.stopped,
        None,
        "deployments_stopped",
        investments.DEPLOYMENT_DATA,
    ),
    Rule(
        "U1",
        "change failure rate unknown",
        when.unknown(CFR),
        None,
        diagnoses.failures,
        investments.failure_source,
    ),
    Rule(
        "M1",
        "recovery poor",
        when.poor(RECOVERY),
        diagnoses.slow_to_recover,
        diagnoses.recovery,
        investments.weaker,
        levels=(RECOVERY,),
    ),
    Rule(
        "S5",
        "reliability poor, or slipping",
        when.reliability_falls,
        diagnoses.absorption,
        diagnoses.reliability,
        investments.by_driver,
        levels=(REL,),
        trends=((REL,),),
    ),
    Rule(
        "T2",
        "change failure rate slipping, and none of X1 to X3",
        when.validation_slips,
        None,
        "validation_slipping",
        investments.TESTING,
        levels=(CFR,),
        trends=((CFR,),),
    ),
    Rule(
        "M2",
        "recovery slipping, and none of X1 to X3",
        when.recovery_slips,
        None,
        "recovery_slipping",
        investments.weaker,
        levels=(RECOVERY,),
        trends=((RECOVERY,),),
    ),
    Rule(
        "X3",
        "recovery improving, change failure rate worsening",
        when.recovery_for_prevention,
        "tolerance_for_failures",
        "tolerance_for_failures",
        investments.TESTING,
        trends=((RECOVERY,), (CFR,)),
    ),
    Rule(
        "X2",
        "stability improving, none of it worsening; speed worsening, none of it improving",
        when.stability_for_speed,
        "stability_bought_with_speed",
        "stability_bought_with_speed",
        investments.TESTING,
        trends=(STABILITY, SPEED),
    ),
    Rule(
        "L0",
        "lead time poor, and over half of its hours in no known stage",
        when.slow_without_stages,
        None,
        "lead_time_cause_unknown",
        investments.STAGE_DATA,
        levels=(LT,),
    ),
    Rule(
        "L1",
        "lead time poor, most of it at a gate that stops little, and not safe",
        when.slow_at_protecting_gate,
        None,
        "wait_may_hold_back_failures",
        investments.stability_first,
        levels=(LT,),
    ),
    Rule(
        "L2",
        "lead time poor otherwise",
        when.slow_at_stage,
        "long_lead_time",
        diagnoses.stage,
        investments.by_stage,
        levels=(LT,),
    ),
    Rule(
        "U2",
        "recovery unknown",
        when.unknown(RECOVERY),
        None,
        "recovery_unknown",
        investments.INCIDENT_TIMESTAMPS,
    ),
    Rule(
        "F1",
        "deployment frequency poor, safe, and work waits or may wait",
        when.rare_with_friction,
        diagnoses.slow_to_release,
        "unnecessary_friction",
        investments.DEPLOYMENT,
        levels=(DF, CFR, RECOVERY),
    ),
    Rule(
        "F3",
        "deployment frequency poor, safe, and nothing waits",
        when.rare_with_little_to_ship,
        None,
        "little_is_waiting",
        "batch_size",
        levels=(DF, CFR, RECOVERY),
    ),
    Rule(
        "F2",
        "deployment frequency poor, and not safe",
        when.rare_and_unsafe,
        None,
        "frequency_premature",
        investments.HOLD,
        levels=(DF,),
    ),
    Rule(
        "L3",
        "lead time slipping",
        when.queue_grows,
        None,
        "queue_growing",
        investments.by_stage,
        levels=(LT,),
        trends=((LT,),),
    ),
    Rule(
        "F4",
        "deployment frequency slipping",
        when.cadence_falls,
        None,
        "cadence_falling",
        investments.release_or_hold,
        levels=(DF,),
        trends=((DF,),),
    ),
    Rule("U3", "reliability unknown", when.unknown(REL), None, "reliability_unknown", "objectives"),
    Rule("U4", "lead time unknown", when.unknown(LT), None, "lead_time_unknown", "change_data"),
    Rule(
        "U5",
        "deployment frequency unknown",
        when.unknown(DF),
        None,
        "frequency_unknown",
        investments.DEPLOYMENT_DATA,
    ),
    Rule(
        "OK",
        "all five healthy, none worsening",
        when.balanced,
        "balanced",
        "balanced",
        "keep",
        levels=tuple(Metric),
    ),
)

BY_KEY: Mapping[str, Rule] = {rule.key: rule for rule in RULES}


def decide(
    levels: Mapping[Metric, LevelVerdict], trends: Mapping[Metric, TrendVerdict], signs: Signs
) -> tuple[Match, ...]:
    """Every rule that holds, in order: the first is the headline, the others say what comes then."""
    cell = when.cell(levels, trends, signs)
    return tuple(rule.match(cell) for rule in RULES if rule.holds(cell))
