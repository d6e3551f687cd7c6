"""Attachments: one stored file each, with its hash, its sniffed type and its size.

Owns: StoredFile, what may be stored, how it is served safely, and that rows and bytes stay one.
Does not own: who may see a file; the app that shows it owns the url and decides.
"""
