"""Mailbox: e-mail and SMS that come in.

Owns: reading a raw e-mail (mailbox/parsing: bytes to plain values, no database).
Does not own: tickets and messages (tickets), what we send (notifications).
"""
