"""Notifications: who is told what, by which channel, and whether it arrived.

Owns: Rule (event → audience → channels → template) and Notification (the outbox: one row per
recipient and channel, written before anything is sent). Observes every app, is seen by none.
States of a Notification: queued, sending, sent, failed, unsent (no account configured).
"""
