"""Mailbox: e-mail and SMS that come in.

Owns: reading a raw e-mail (mailbox/parsing: bytes to plain values, no database), mailboxes, every
mail that came with its one fate, which ticket it belongs to.
Does not own: tickets and messages (tickets), what we send (notifications).
"""
