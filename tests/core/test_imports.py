"""The import engine: reading strange files, all or nothing, row-numbered refusals."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from core.errors import RuleError
from core.imports import (
    MAX_COLUMNS,
    ImportRefused,
    Outcome,
    Row,
    RowError,
    import_rows,
    read_mapping,
    read_rows,
)
from customers.models import Customer

KNOWN = ("name", "email", "external_id")


def rows_of(data: bytes, **options: object) -> list[Row]:
    return list(read_rows(io.BytesIO(data), **{"known": KNOWN, **options}))


def test_rows_carry_their_line_and_our_names() -> None:
    found = rows_of(b'external_id,name,ignored\n1,Ann,x\n\n2,"Ben\nB",y\n3,Cyd,z\n')
    assert [(row.number, row["external_id"], row["name"]) for row in found] == [
        (2, "1", "Ann"),
        (4, "2", "Ben\nB"),
        (6, "3", "Cyd"),
    ]
    assert found[0]["email"] == ""


@pytest.mark.parametrize("delimiter", [b",", b";", b"\t", b"|"])
def test_the_delimiter_is_found(delimiter: bytes) -> None:
    found = rows_of(delimiter.join([b"name", b"email"]) + b"\n" + delimiter.join([b"A", b"b@c"]))
    assert found[0].values == {"name": "A", "email": "b@c"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_found(encoding: str) -> None:
    assert rows_of("name\nMüller €\n".encode(encoding))[0]["name"] == "Müller €"


def test_mixed_encodings_are_read_line_by_line() -> None:
    data = "name\nMüller\n".encode() + "Größe\n".encode("cp1252")
    assert [row["name"] for row in rows_of(data)] == ["Müller", "Größe"]


def test_a_named_encoding_is_strict() -> None:
    with pytest.raises(ImportRefused, match="utf-8"):
        rows_of(b"name\nM\xfcller\n", encoding="utf-8")
    with pytest.raises(ImportRefused, match="klingon"):
        rows_of(b"name\nx\n", encoding="klingon")


def test_a_mapping_reads_other_columns_even_twice() -> None:
    found = rows_of(b"From\nAnn <a@b>\n", mapping={"name": "from", "email": "From"})
    assert found[0].values == {"name": "Ann <a@b>", "email": "Ann <a@b>"}


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (b"", {}, "empty"),
        (b"nothing\nx\n", {"required": ["name"]}, "No column for name"),
        (b"name,NAME\na,b\n", {}, "twice"),
        (b"name\na\n", {"mapping": {"email": "Mail"}}, "no column"),
        (b"name\na\n", {"mapping": {"wing": "name"}}, "nothing called wing"),
        (b"n\x00a\x00m\x00e\x00\n", {}, "NUL"),
        (b"name" + b",x" * 1_000_000 + b"\n", {}, str(MAX_COLUMNS)),
        (b"name\n" + b"x" * 9_000_000, {}, "longer"),
        (b"PK\x03\x04 not really", {}, "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_is_refused(data: bytes, options: dict, words: str) -> None:
    with pytest.raises(ImportRefused, match=words):
        rows_of(data, **options)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        list(read_rows(tmp_path / "none.csv", known=KNOWN))


def test_formulas_stay_text_and_our_own_guard_goes() -> None:
    found = rows_of(b"name,email\n=1+1,'=2+2\n")
    assert found[0].values == {"name": "=1+1", "email": "=2+2"}


def test_a_sheet_is_read_as_text() -> None:
    book = Workbook()
    book.active.append(["external_id", "name"])
    book.active.append([7, "=cmd|' /C calc'!A0"])
    book.active.append([None, None])
    book.active.append([8.0, "Ben"])
    file = io.BytesIO()
    book.save(file)
    found = rows_of(file.getvalue())
    assert [(row.number, row["external_id"]) for row in found] == [(2, "7"), (4, "8")]
    assert found[0]["name"] == "=cmd|' /C calc'!A0"


def test_a_mapping_comes_from_pairs_and_a_file(tmp_path: Path) -> None:
    file = tmp_path / "map.json"
    file.write_text('{"name": "Company"}')
    assert read_mapping(["email=Mail address"], str(file)) == {
        "name": "Company",
        "email": "Mail address",
    }
    for bad in ('["x"]', "{", '{"name": 3}'):
        file.write_text(bad)
        with pytest.raises(ImportRefused):
            read_mapping(file=str(file))
    with pytest.raises(ImportRefused):
        read_mapping(["name"])


def store(row: Row) -> Outcome:
    if row["name"] == "rule":
        raise RuleError("refused", field="name")
    if row["name"] == "row":
        raise RowError("refused", field="email")
    Customer.objects.create(name=row["name"], email=row["email"] or None)
    return Outcome.CREATED


def rows(*names: str) -> list[Row]:
    return [Row(at, {"name": name, "external_id": str(at)}) for at, name in enumerate(names, 2)]


@pytest.mark.django_db
def test_good_rows_are_stored() -> None:
    report = import_rows(rows("a", "b"), store)
    assert (report.created, report.is_stored, Customer.objects.count()) == (2, True, 2)


@pytest.mark.django_db
def test_one_bad_row_of_many_leaves_nothing() -> None:
    report = import_rows(rows(*["a"] * 500, "rule", *["b"] * 499), store)
    assert (report.bad, report.is_stored, Customer.objects.count()) == (1, False, 0)
    assert str(report.errors[0]) == "row 502: name: refused"


@pytest.mark.django_db
def test_skip_bad_stores_the_others() -> None:
    report = import_rows(rows("a", "rule", "row", "b", ""), store, skip_bad=True)
    assert (report.created, report.bad, Customer.objects.count()) == (2, 3, 2)
    assert [error.row for error in report.errors] == [3, 4, 6]


@pytest.mark.django_db
@pytest.mark.parametrize("skip_bad", [True, False])
def test_a_dry_run_stores_nothing(skip_bad: bool) -> None:
    report = import_rows(rows("a", "b"), store, dry_run=True, skip_bad=skip_bad)
    assert (report.created, report.is_stored, Customer.objects.count()) == (2, False, 0)


@pytest.mark.django_db
def test_a_repeated_key_is_refused() -> None:
    twice = [Row(2, {"name": "a", "external_id": "7"}), Row(3, {"name": "b", "external_id": "7"})]
    report = import_rows(twice, store, key="external_id")
    assert "twice" in str(report.errors[0])


@pytest.mark.django_db
def test_nul_in_a_row_is_refused() -> None:
    report = import_rows([Row(2, {"name": "a\x00b"})], store)
    assert "NUL" in str(report.errors[0])


@pytest.mark.django_db
def test_an_unclosed_quote_ends_the_file_with_a_row_error() -> None:
    data = b'name\ngood\n"' + b"x\n" * 600_000
    report = import_rows(read_rows(io.BytesIO(data), known=KNOWN), store, skip_bad=True)
    assert (report.created, report.bad, report.errors[0].row) == (1, 1, 3)
