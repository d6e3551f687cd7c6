"""Every write to incoming mail."""

from mailbox.actions.moving import move_mail
from mailbox.actions.receiving import receive, run_again

__all__ = ["move_mail", "receive", "run_again"]
