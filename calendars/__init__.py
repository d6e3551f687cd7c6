"""Calendars: when the desk works.

Owns: Calendar (weekly frames, time zone, holidays of a country, own days, a feed of holidays),
the arithmetic of working time (worktime.py, pure). Does not own: promises to customers (tickets),
the hours of one technician (technicians). One calendar is the default; none is without hours.
Events out: calendars/events.py. Beat: calendars.fetch_feeds.
"""
