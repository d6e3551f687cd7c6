"""Service logs: the work done on a ticket.

Owns: ServiceLog (append-only; a correction is a new entry naming the one it corrects), parts.
Does not own: the ticket's state. Events out: servicelogs/events.py.
"""
