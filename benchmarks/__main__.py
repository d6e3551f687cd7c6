"""`./desk bench NAME`: run a benchmark, print its table, write benchmarks/out/NAME.json."""

import argparse
import importlib
import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import Row

HERE = Path(__file__).resolve().parent
OUT = HERE / "out"


def names() -> list[str]:
    return sorted(p.stem for p in HERE.glob("*.py") if not p.stem.startswith("_"))


def as_text(value: str | int | float | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else value


def table(rows: list[Row]) -> str:
    """Columns as wide as their widest cell; numbers to the right."""
    if not rows:
        return "(no rows)"
    columns = list(rows[0])
    cells = [[as_text(row[column]) for column in columns] for row in rows]
    widths = [max(len(text) for text in column) for column in zip(columns, *cells, strict=True)]
    is_number = [not isinstance(rows[0][column], str) for column in columns]
    lines = []
    for line in (columns, ["-" * width for width in widths], *cells):
        parts = zip(line, widths, is_number, strict=True)
        lines.append("  ".join(t.rjust(w) if n else t.ljust(w) for t, w, n in parts).rstrip())
    return "\n".join(lines)


def machine() -> Row:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30, 1),
        "python": platform.python_version(),
        "load_1m": round(os.getloadavg()[0], 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="./desk bench")
    parser.add_argument("name", choices=names(), help="what to measure")
    name = parser.parse_args().name
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")
    about, start = machine(), time.monotonic()
    rows = importlib.import_module(f"benchmarks.{name}").run()
    report = {
        "name": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - start, 1),
        "machine": about,
        "rows": rows,
    }
    print(table(rows))
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"\n{report['seconds']} s on {about}; written to benchmarks/out/{name}.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
