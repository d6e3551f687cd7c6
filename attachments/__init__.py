"""Attachments: one stored file each, with its hash, its sniffed type and its size.

Owns: StoredFile, what may be stored and how it is served safely.
Does not own: who may see a file; the app that shows it owns the url and decides.
"""
