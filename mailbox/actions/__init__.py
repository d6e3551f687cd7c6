"""Every write to incoming mail."""

from mailbox.actions.bouncing import failures_in
from mailbox.actions.fetching import fetch, fetch_due, try_asked, try_connection
from mailbox.actions.mailboxes import ask_to_try, save_imap_account, save_mailbox
from mailbox.actions.moving import move_mail
from mailbox.actions.receiving import receive, run_again
from mailbox.actions.texting import move_sms, read_sms, run_sms_again, store_sms

__all__ = [
    "ask_to_try",
    "failures_in",
    "fetch",
    "fetch_due",
    "move_mail",
    "move_sms",
    "read_sms",
    "receive",
    "run_again",
    "run_sms_again",
    "save_imap_account",
    "save_mailbox",
    "store_sms",
    "try_asked",
    "try_connection",
]
