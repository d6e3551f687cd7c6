"""Importing rows of a file: read as text, mapped on our names, stored all or not at all.

read_rows() streams a CSV or XLSX file; import_rows() gives each row to a function of the app
that owns the records, in a savepoint of its own. Nothing in a file is ever evaluated: formulas
stay text.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import RuleError
from core.exports import csv_value

MAX_BYTES = 500 * 1024 * 1024
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 1_000_000
MAX_LINE_BYTES = 8 * 1024 * 1024
MAX_ERRORS = 1000
BATCH_ROWS = 500
DELIMITERS = ",;\t|"


class ImportRefused(Exception):
    """The file as a whole cannot be read; the message says why."""


class RowError(Exception):
    """One row cannot be stored.

    row: line number in the file (a sheet's row number), or 0 when the engine shall fill it in.
    field: our name of the column, "" for the whole row.
    """

    def __init__(self, message: object, *, field: str = "", row: int = 0) -> None:
        self.row, self.field, self.message = row, field, str(message)
        super().__init__(str(self))

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        return f"row {self.row}: {where}{self.message}"


class Outcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Row:
    """One row; number: its (first) line in the file. values: our name -> text, trimmed."""

    number: int
    values: dict[str, str]

    def __getitem__(self, name: str) -> str:
        """The text of a column; "" when the file has no such column."""
        return self.values.get(name, "")


@dataclass
class Report:
    """What an import did, or would have done."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    bad: int = 0
    errors: list[RowError] = field(default_factory=list)
    is_stored: bool = False

    @property
    def total(self) -> int:
        """Rows that were read."""
        return self.created + self.updated + self.unchanged + self.bad

    def add(self, outcome: Outcome) -> None:
        setattr(self, outcome, getattr(self, outcome) + 1)

    def refuse(self, error: RowError) -> None:
        self.bad += 1
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(error)

    def __str__(self) -> str:
        return (
            f"{self.total} rows: {self.created} created, {self.updated} updated, "
            f"{self.unchanged} unchanged, {self.bad} refused"
        )


def read_mapping(pairs: Iterable[str] = (), file: str = "") -> dict[str, str]:
    """our name -> their column, from "our=their" texts and a JSON file with an object.

    Two of ours may read the same column. Raises ImportRefused.
    """
    mapping: dict[str, str] = {}
    if file:
        try:
            loaded = json.loads(Path(file).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ImportRefused(f"The mapping {file} cannot be read: {error}") from error
        if not isinstance(loaded, dict) or not all(isinstance(v, str) for v in loaded.values()):
            raise ImportRefused('The mapping must be an object such as {"name": "Company"}.')
        mapping.update(loaded)
    for pair in pairs:
        ours, separator, theirs = pair.partition("=")
        if not separator:
            raise ImportRefused(f"“{pair}” is no mapping; write our_name=Their column.")
        mapping[ours.strip()] = theirs.strip()
    return mapping


def read_rows(
    source: str | Path | BinaryIO,
    *,
    known: Iterable[str],
    required: Iterable[str] = (),
    mapping: Mapping[str, str] | None = None,
    encoding: str = "",
    delimiter: str = "",
) -> Iterator[Row]:
    """Yield the rows of a CSV or XLSX file in constant memory.

    known: names we understand; other columns are left out. mapping: our name -> their column;
    a column that already has our name needs none. encoding, delimiter: "" finds out (line by
    line UTF-8, else cp1252; the one of , ; tab | in the head line). Rows without any text are
    passed over. Raises ImportRefused for the file and RowError for a line that is no row.
    """
    with closing(_open(source)) as file:
        lines = _sheet(file) if _is_zip(file) else _csv(file, encoding, delimiter)
        columns = None
        for number, cells in lines:
            if columns is None:
                columns = _columns(cells, set(known), set(required), dict(mapping or {}))
                continue
            values = {
                name: csv_value(cells[at].strip()) if at < len(cells) else ""
                for name, at in columns.items()
            }
            if any(values.values()):
                yield Row(number, values)
        if columns is None:
            raise ImportRefused("The file is empty.")


def read_lines(source: str | Path | BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells as text) of every line of a CSV or XLSX file, the head line first.

    Raises as read_rows().
    """
    with closing(_open(source)) as file:
        yield from _sheet(file) if _is_zip(file) else _csv(file, "", "")


def import_rows(
    rows: Iterable[Row],
    store: Callable[[Row], Outcome],
    *,
    key: str = "",
    dry_run: bool = False,
    skip_bad: bool = False,
) -> Report:
    """Give each row to store() in a savepoint; returns the Report.

    store raises RowError, RuleError or ValidationError for a row it refuses. key: column that
    must not repeat within the file. All or nothing, unless skip_bad: then good rows are
    committed in batches. dry_run stores nothing.
    """
    report, numbered, seen = Report(), iter(rows), set[str]()
    kept = False
    while True:
        with transaction.atomic():
            went_on = _batch(numbered, store, report, key, seen, BATCH_ROWS if skip_bad else 0)
            kept = not dry_run and (skip_bad or not report.bad)
            if not kept:
                transaction.set_rollback(True)
        if not went_on:
            report.is_stored = kept
            return report


def _batch(
    rows: Iterator[Row],
    store: Callable[[Row], Outcome],
    report: Report,
    key: str,
    seen: set[str],
    limit: int,
) -> bool:
    """Store up to limit rows (0: all); whether there may be more."""
    count = 0
    while not limit or count < limit:
        count += 1
        number = 0
        try:
            row = next(rows)
            number = row.number
            _check_row(row, key, seen)
            with transaction.atomic():
                report.add(store(row))
        except StopIteration:
            return False
        except RowError as error:
            error.row = error.row or number
            report.refuse(error)
            if not number:  # the reader itself gave up
                return False
        except RuleError as error:
            report.refuse(RowError(error.message, field=error.field or "", row=number))
        except ValidationError as error:
            report.refuse(RowError(" ".join(error.messages), row=number))
        except (IntegrityError, DataError) as error:
            report.refuse(RowError(str(error).splitlines()[0], row=number))
    return True


def _check_row(row: Row, key: str, seen: set[str]) -> None:
    for name, text in row.values.items():
        if "\x00" in text:
            raise RowError(_("The text contains a NUL byte."), field=name)
    if key and row[key]:
        if row[key] in seen:
            raise RowError(_("“%(key)s” is in this file twice.") % {"key": row[key]}, field=key)
        seen.add(row[key])


def _columns(
    head: list[str], known: set[str], required: set[str], mapping: dict[str, str]
) -> dict[str, int]:
    """our name -> position. Raises ImportRefused for a head we cannot use."""
    names = [name.strip() for name in head]
    if len(names) > MAX_COLUMNS:
        raise ImportRefused(f"The file has more than {MAX_COLUMNS} columns.")
    if any("\x00" in name for name in names):
        raise ImportRefused("The head line contains NUL bytes. Save the file as UTF-8.")
    strange = sorted(set(mapping) - known)
    if strange:
        raise ImportRefused(
            f"There is nothing called {', '.join(strange)}. Known: {', '.join(sorted(known))}."
        )
    lower = [name.casefold() for name in names]
    found = {}
    for name in sorted(known):
        theirs = mapping.get(name, name).casefold()
        if lower.count(theirs) > 1:
            raise ImportRefused(f"The column “{mapping.get(name, name)}” is there twice.")
        if theirs in lower:
            found[name] = lower.index(theirs)
        elif name in mapping:
            raise ImportRefused(f"The file has no column “{mapping[name]}”.")
    missing = sorted(required - set(found))
    if missing:
        raise ImportRefused(
            f"No column for {', '.join(missing)}. The file has: {', '.join(names)[:500]}. "
            "Name the columns with --map our_name=Their column."
        )
    return found


def _open(source: str | Path | BinaryIO) -> BinaryIO:
    if not isinstance(source, str | Path):
        return source
    try:
        path = Path(source)
        if path.stat().st_size > MAX_BYTES:
            raise ImportRefused(f"The file is larger than {MAX_BYTES // 2**20} MB.")
        return path.open("rb")
    except OSError as error:
        raise ImportRefused(f"{source} cannot be read: {error.strerror}.") from error


def _is_zip(file: BinaryIO) -> bool:
    start = file.read(4)
    file.seek(0)
    return start == b"PK\x03\x04"


def _sheet(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Rows of the first sheet as text; formulas are not computed."""
    from openpyxl import load_workbook  # heavy, and most imports are CSV

    try:
        if sum(part.file_size for part in zipfile.ZipFile(file).infolist()) > MAX_BYTES:
            raise ImportRefused("The workbook is too large when unpacked.")
        file.seek(0)
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1)
        for number, cells in enumerate(rows, start=1):
            texts = [_cell(value) for value in cells]
            while texts and not texts[-1]:
                texts.pop()
            if texts or number == 1:
                yield number, texts
    except ImportRefused:
        raise
    except Exception as error:  # openpyxl lets its parsers' errors through
        raise ImportRefused(f"The workbook cannot be read: {type(error).__name__}.") from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _csv(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    # What csv refuses beyond this is a quote that never closes, not a long text.
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    lines = _decoded(file, encoding)
    head = next(lines, "")
    delimiter = delimiter or max(DELIMITERS, key=_without_quoted(head).count)
    reader = csv.reader(_chain(head, lines), delimiter=delimiter, strict=False)
    number = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = _("This is no row of a CSV file (%(why)s).") % {"why": error}
            raise RowError(message, row=number) from error
        yield number, cells
        number = reader.line_num + 1


def _decoded(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Lines as text. Without an encoding each line is UTF-8 if it can be, else cp1252."""
    if not encoding and (start := file.read(4)):
        file.seek(0)
        if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            encoding = "utf-16"
    try:
        if encoding:
            text = io.TextIOWrapper(file, encoding=encoding, errors="strict", newline="")
            while line := text.readline(MAX_LINE_BYTES):
                yield _checked(line)
            return
    except (LookupError, UnicodeError) as error:
        raise ImportRefused(f"The file is not {encoding}: {error}.") from error
    first = True
    while raw := file.readline(MAX_LINE_BYTES):
        if first:
            raw, first = raw.removeprefix(b"\xef\xbb\xbf"), False
        yield _checked(_guess(raw))


def _guess(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _checked(line: str) -> str:
    if len(line) >= MAX_LINE_BYTES // 4 and not line.endswith("\n"):
        raise ImportRefused("A line is longer than any record we know.")
    return line


def _chain(head: str, lines: Iterator[str]) -> Iterator[str]:
    if head:
        yield head
    yield from lines


def _without_quoted(line: str) -> str:
    """The line without what stands between quotes."""
    return "".join(line.split('"')[::2])
