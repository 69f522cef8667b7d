"""Every reason for which a value, a level or a trend can be unknown; `words` has a sentence for each."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Keys of `Unknown.reason`; the figures that a sentence needs stand behind each."""

    NO_DEPLOYMENTS = "no_deployments"  # none known
    NO_CHANGES = "no_changes"  # none delivered in the window
    TOO_FEW = "too_few"  # what (events in words), have, need, weeks
    FAILURES_NOT_VISIBLE = "failures_not_visible"  # signs, need
    NO_FAILURE_TIMES = "no_failure_times"  # failures whose recovery has no times
    NO_INCIDENTS_KNOWN = "no_incidents_known"
    INCIDENT_DURATION_UNKNOWN = "incident_duration_unknown"  # n
    NO_OBJECTIVE = "no_objective"  # reliability from incidents, and no objective to judge it by
    HISTORY_TOO_SHORT = "history_too_short"  # weeks, need
    TOO_FEW_BEFORE = "too_few_before"  # as too_few, of the baseline's weeks: what, have, need, weeks
    NONE_DEPLOYED = "none_deployed"  # days: no planned deployment in the window, though there were some before
    ALL_FROZEN = "all_frozen"  # days: a freeze covers the whole window
    NO_LEAD_TIMES = "no_lead_times"  # changes: delivered in the window, none with a lead time that can be told
    NOTHING_FAILED = "nothing_failed"  # weeks: failures could have been seen, and none was; recovery is untested
    NONE_RECOVERED = "none_recovered"  # days: no recovery ended in the window, and none is under way
    MOSTLY_OPEN = "mostly_open"  # open, ended, at_least_hours: the median is at least so long
    NOT_YET_RECORDED = "not_yet_recorded"  # failures are recorded only since a later time than the window
    NO_OBJECTIVE_DATA = "no_objective_data"  # days: objectives exist, none has traffic measured in the window
    DATA_SILENT = "data_silent"  # days, usual: of what is pushed or comes in files, nothing came for so long
