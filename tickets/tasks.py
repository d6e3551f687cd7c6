"""Beat entry points."""

from celery import shared_task

from tickets.actions import close_resolved as close_all_due
from tickets.actions import release_due as release_all_due
from tickets.actions import release_reply
from tickets.actions import retry_assignments as retry_all_due
from tickets.actions import warn_of_closing as warn_all_due
from tickets.actions.escalation import escalate
from tickets.actions.recomputing import recompute_open_tickets
from tickets.actions.rules import forget_runs
from tickets.actions.search import refresh_vocabulary as refresh
from tickets.actions.snoozing import wake_due
from tickets.rule_times import run_due
from tickets.rule_trials import resume_trials, run_trial


@shared_task(name="tickets.close_resolved", ignore_result=True)
def close_resolved() -> int:
    """Close resolved tickets whose time has come."""
    return close_all_due()


@shared_task(name="tickets.warn_of_closing", ignore_result=True)
def warn_of_closing() -> int:
    """Tell customers which of their tickets are about to close."""
    return warn_all_due()


@shared_task(name="tickets.retry_assignments", ignore_result=True)
def retry_assignments() -> int:
    """Try again to find somebody for tickets that nobody fitted."""
    return retry_all_due()


@shared_task(name="tickets.recompute_clocks", ignore_result=True)
def recompute_clocks() -> int:
    """Go on computing open tickets after a policy or a calendar changed."""
    return recompute_open_tickets()


@shared_task(name="tickets.escalate", ignore_result=True)
def escalate_promises() -> int:
    """Tell people of promises that run out or are broken."""
    return escalate()


@shared_task(name="tickets.refresh_vocabulary", ignore_result=True)
def refresh_vocabulary() -> int:
    """Take the words that mend typing errors from the newest tickets."""
    return refresh()


@shared_task(name="tickets.release", ignore_result=True)
def release(message_id: int) -> None:
    """Send a reply whose time to be taken back is over."""
    release_reply(message_id)


@shared_task(name="tickets.release_due", ignore_result=True)
def release_due() -> int:
    """Send what is scheduled, and what a worker that died left behind."""
    return release_all_due()


@shared_task(name="tickets.wake", ignore_result=True)
def wake_snoozed() -> int:
    """Bring back tickets whose snooze is over."""
    return wake_due()


@shared_task(name="tickets.run_time_rules", ignore_result=True)
def run_time_rules() -> int:
    """Look for the tickets of rules of time."""
    return run_due()


@shared_task(name="tickets.resume_trials", ignore_result=True)
def resume_dry_runs() -> None:
    """Go on with dry runs a worker left; by itself, so that no dry run can stop the rules."""
    resume_trials()


@shared_task(name="tickets.try_rule", ignore_result=True)
def try_rule(trial_id: int) -> None:
    """Find out what a rule would have touched."""
    run_trial(trial_id)


@shared_task(name="tickets.forget_rule_runs", ignore_result=True)
def forget_rule_runs() -> int:
    """Keep the log of the rules bounded."""
    return forget_runs()
