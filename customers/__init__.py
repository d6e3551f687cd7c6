"""Customers: the companies and persons we serve, and their people.

Owns: Customer, Contact (a person of a customer, with or without a sign-in).
Does not own: devices, tickets (they point here; deleting a customer removes them).
Events out: customers/events.py.
"""
