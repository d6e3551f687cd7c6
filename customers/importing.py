"""One row of a customer import, for the command and the administration alike."""

from typing import Any

from django.db.models import Q

from core.imports import Outcome, Row, RowError
from core.text import normalise_email
from customers import actions
from customers.models import Customer, CustomerKind

FIELDS = (
    "name", "kind", "email", "phone", "street", "postcode", "city", "region", "country",
    "latitude", "longitude", "notes", "external_id",
)  # fmt: skip
CONTACT_FIELDS = ("contact_name", "contact_email", "contact_phone")


def store_customer(row: Row, *, actor: Any = None) -> Outcome:
    """Create the customer, or update the one with the same external_id.

    Columns the file does not have are left alone. A row without external_id is found by its
    e-mail. Raises RowError and the actions' RuleErrors.
    """
    values = {name: _value(name, row[name]) for name in FIELDS if name in row.values}
    known = _known(row)
    if known is None:
        customer = actions.create_customer(actor=actor, **_given(values))
        _store_contact(customer, row, actor)
        return Outcome.CREATED
    if row["external_id"] and known.external_id not in (None, row["external_id"]):
        raise RowError(
            f"{known.email} already belongs to the customer {known.external_id}.", field="email"
        )
    before = known.version
    changed = actions.edit_customer(known, values, actor=actor).version != before
    changed = _store_contact(known, row, actor) or changed
    return Outcome.UPDATED if changed else Outcome.UNCHANGED


def _known(row: Row) -> Customer | None:
    if row["external_id"]:
        found = Customer.objects.filter(external_id=row["external_id"]).first()
        if found is not None:
            return found
    email = normalise_email(row["email"])
    return Customer.objects.filter(Q(email=email) & ~Q(email="")).first() if email else None


def _store_contact(customer: Customer, row: Row, actor: Any) -> bool:
    """Add the person named in the row unless they are there; whether one was added."""
    name, email = row["contact_name"], normalise_email(row["contact_email"])
    if not (name or email):
        return False
    match = Q(email=email) if email else Q(name=name)
    if customer.contacts.filter(match).exists():
        return False
    actions.add_contact(
        customer, actor=actor, name=name or email, email=email, phone=row["contact_phone"]
    )
    return True


def _given(values: dict[str, Any]) -> dict[str, Any]:
    """Without the empty ones, so that a new customer gets the defaults."""
    return {name: value for name, value in values.items() if value or name == "name"}


def _value(name: str, text: str) -> Any:
    if name == "kind":
        return _kind(text)
    if name in {"latitude", "longitude"}:
        return text.replace(",", ".") or None
    return text


def _kind(text: str) -> str:
    """A kind by its stored or shown word; nothing said means a company."""
    word = text.casefold()
    for kind in CustomerKind:
        if word in {kind.value, str(kind.label).casefold()}:
            return kind.value
    if word:
        raise RowError(f"“{text[:50]}” is neither company nor person.", field="kind")
    return CustomerKind.COMPANY.value
