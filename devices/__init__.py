"""Devices: what customers have, by serial number, and its whole history.

Owns: Product (type, brand, model) and Device (unique serial, warranty, place, label).
Does not own: tickets and service logs (they point here).
Events out: devices/events.py.
"""
