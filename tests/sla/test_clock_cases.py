"""Histories of tickets with the due times another help desk computes for them.

Zammad's words are translated, not copied: it shows no due moment while a ticket waits, nor for
a promise that was kept; its `update` runs beside the first reply, which is our
`next_reply_waits=False`. With that setting every figure is the same.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.calendars.cases import calendar_of, case_of, ids, moment
from tickets.sla.clocks import Clock, Clocks, History, Targets, compute_clocks

REPLIES = {"agent_message", "agent_contact"}
MESSAGES = {"customer_message", "customer_contact"}
DONE = frozenset({"closed"})


def targets_of(case: dict[str, Any]) -> Targets:
    sla = case["sla"]
    return Targets(
        first_reply_minutes=sla["first_response_min"],
        next_reply_minutes=sla["response_min"],
        resolution_minutes=sla["solution_min"],
        pausing=frozenset(case["paused_states"]),
        done=DONE,
        next_reply_waits=False,
    )


def history_of(case: dict[str, Any]) -> History:
    events = [(moment(event[0]), *event[1:]) for event in case["events"]]
    changes = {(moment(at), status) for at, status in case["history"]}
    changes |= {(event[0], event[2]) for event in events if event[1] == "state"}
    changes |= {(event[0], "closed") for event in events if event[1] == "closed"}
    first = [event[0] for event in events if event[1] == "first_response"]
    return History(
        created_at=moment(case["created_at"]),
        initial_status=case["initial_state"],
        changes=tuple(changes),
        customer_messages=tuple(event[0] for event in events if event[1] in MESSAGES),
        agent_replies=tuple(event[0] for event in events if event[1] in REPLIES),
        first_reply_at=min(first, default=None),
    )


def figures(case: dict[str, Any]) -> dict[str, Any]:
    """Our answer in Zammad's words."""
    history = history_of(case)
    everything = [history.created_at, *(at for at, _status in history.changes)]
    everything += [*history.customer_messages, *history.agent_replies]
    now = max([*everything, history.first_reply_at or history.created_at])
    clocks = compute_clocks(targets_of(case), calendar_of(case["calendar"]), history, now=now)
    status = max(history.changes, default=(None, case["initial_state"]))[1]
    waits = status in case["paused_states"]
    kept = [clock for clock in clocks.next_replies if clock.met_at]
    return {
        "next_due": None if waits else clocks.due_at,
        **named("first_response", clocks.first_reply, waits),
        **named("close", clocks.resolution, waits),
        **named("update", kept[-1] if kept else None, waits),
        "update_due": None if waits else live_due(clocks),
    }


def live_due(clocks: Clocks) -> Any:
    clock = clocks.next_reply
    return clock.due_at if clock and clock.is_live else None


def named(name: str, clock: Clock | None, waits: bool) -> dict[str, Any]:
    if clock is None:
        return {f"{name}_due": None}
    ended = clock.met_at is not None
    return {
        f"{name}_due": None if ended or waits else clock.due_at,
        f"{name}_min": clock.used_minutes if ended else None,
        f"{name}_diff_min": clock.left_minutes if ended else None,
    }


@pytest.mark.parametrize("case_id", ids(sla=True))
def test_case(case_id: str, cases_dir: Path) -> None:
    case = case_of(case_id)
    found = figures(case)
    for name, value in case["expect"].items():
        if isinstance(value, str):  # the cases compare to the minute
            assert found[name].replace(second=0) == moment(value).replace(second=0), name
        else:
            assert found[name] == value, name
