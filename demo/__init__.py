"""The demo company: Fernhill Support of Bristol, with its customers, people and history.

Owns: no tables; the words (places, people, catalogue, stories) and the commands load_demo and
demo_accounts.
Does not own: anything the desk works with. Like an import, it writes rows with times in the past
and their events as already dispatched, so nobody is told anything.
Seeded: the same seed, scale and day give the same company.
"""
