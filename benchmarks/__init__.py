"""Measurements, never tests: nothing here fails because a machine is slow.

`./desk bench NAME` imports benchmarks/NAME.py and calls its `run() -> list[Row]`. A Row maps a
column, its unit in the name (`median_ms`), to a number or a word; every row has the same columns.
"""

Row = dict[str, str | int | float | None]
