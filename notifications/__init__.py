"""Notifications: who is told what, by which channel, and that it really went out.

Owns: rules, the outbox (one row per person and channel, written before anything is sent), the
bell, devices for push. Does not own: what happened (the events of the apps below), a person's
choice of channels and times (accounts). Looks at everyone; nobody looks at it. docs/events.md lists
who listens to what.
"""
