"""Every write to incoming mail."""

from mailbox.actions.bouncing import failures_in
from mailbox.actions.moving import move_mail
from mailbox.actions.receiving import receive, run_again

__all__ = ["failures_in", "move_mail", "receive", "run_again"]
