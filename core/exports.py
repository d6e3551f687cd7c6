"""CSV that opens in a spreadsheet as what it is: text stays text, formulas never run."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.http import StreamingHttpResponse
from django.utils import timezone

# What makes LibreOffice and Excel read a cell as a formula, in normal and full width. Quotes may
# come before it, so that a text that was already quoted by us can be told from one that was not.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


class _Echo:
    """A file that hands back what is written, so that csv can feed a streaming response."""

    def write(self, text: str) -> str:
        return text


def csv_cell(value: object) -> str:
    """Value as the text of a cell. Numbers stay numbers; text that could be a formula gets a
    leading apostrophe, which csv_value() takes away again. Times are in the reader's zone.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    if isinstance(value, int | float | Decimal):
        return text
    return f"'{text}" if _FORMULA.match(text) else text


def csv_value(cell: str) -> str:
    """Text that csv_cell() was given: the way back for an import."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def csv_lines(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Lines of a CSV file, header first, with the mark Excel needs to read UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow([csv_cell(str(cell)) for cell in header])
    for row in rows:
        yield writer.writerow([csv_cell(cell) for cell in row])


def csv_response(
    filename: str, header: Sequence[object], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """Download that is written while it is read: any number of rows in constant memory."""
    response = StreamingHttpResponse(
        csv_lines(header, rows), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = "no-store"
    return response
