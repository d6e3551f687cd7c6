"""Technicians: who can do which work, where and when, and who is best for a job.

Owns: Technician, skills, service area, working hours, time off, bookings (the calendar),
ranking for a JobNeeds. Does not own: tickets (they hand over their needs).
Events out: technicians/events.py.
"""
