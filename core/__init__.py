"""Core: what every domain stands on, and no domain itself.

Owns: the event log and its delivery (events), page bases (pages), text and phone
normalising (text), request helpers (http), middleware, template tags (ui).
Does not own: any business rule.
"""
