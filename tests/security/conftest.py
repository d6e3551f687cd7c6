"""The outbox of accounts, for every test here."""

from tests.accounts.mailbox import committing, mails

__all__ = ["committing", "mails"]
