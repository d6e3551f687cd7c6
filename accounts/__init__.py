"""Accounts: who may sign in, as what, and how they like to be told.

Owns: User, roles (groups), teams, invitations of staff, preferred channel per kind of news.
Does not own: people of a customer (customers.Contact), a technician's profile (technicians).
Events out: accounts/events.py. Sign-in, reset and confirmation are django-allauth's.
"""
