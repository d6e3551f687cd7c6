"""Tickets: a customer's problem from the report to its close.

Owns: Ticket (SD-000123), Message, Draft, Outgoing (a reply before the customer may read it), Cc and
followers, CannedReply, Macro, Category, Tag, CustomField, the allowed moves between states,
assignment, the desk's settings, promises (SlaPolicy) and the clocks they start, AutomationRule and
the log of its runs. States: open, in_progress, waiting, on_hold, resolved, closed (MOVES). Does not
own: the work done (servicelogs), ranking (technicians), telling people (notifications). Events out:
tickets/events.py. Events in: tickets/subscribers.py.
"""
