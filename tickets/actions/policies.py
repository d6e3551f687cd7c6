"""Who is promised what. A change is followed by a computation of all open tickets."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.checks import check_fields, field_of, refusing
from core.events import record
from core.text import one_line
from tickets.errors import PolicyRefused
from tickets.events import SlaPolicyChanged, SlaPolicyCreated, SlaPolicyDeleted
from tickets.models import SlaPolicy

PLAIN = (
    "name", "priorities", "calendar", "first_reply_minutes", "next_reply_minutes",
    "resolution_minutes", "pausing", "warn_minutes", "tells_assignee", "tells_team",
)  # fmt: skip
POLICY_LIMIT = 100
MANY = ("categories", "customers", "people")
NAME_TAKEN = PolicyRefused(_("Another policy has this name."), field="name")


@transaction.atomic
def create_policy(*, actor: Any, is_default: bool = False, **fields: Any) -> SlaPolicy:
    """Make a policy; it is tried after the others. fields: keys of PLAIN and MANY.

    Raises PolicyRefused, and InvalidValue for a value its field does not take.
    """
    rows = _lock_all()
    policy = SlaPolicy(
        is_default=is_default,
        position=(SlaPolicy.objects.aggregate(last=Max("position"))["last"] or 0) + 1,
        **{name: value for name, value in fields.items() if name in PLAIN},
    )
    if len(rows) >= POLICY_LIMIT:
        raise PolicyRefused(_("There are 100 policies; merge some before you add another."))
    if is_default and any(row.is_default for row in rows):
        raise PolicyRefused(_("There is a default policy already."))
    _check(policy, {name: fields.get(name, ()) for name in MANY})
    with refusing({"name_once": NAME_TAKEN}):
        policy.save()
    for name in MANY:
        getattr(policy, name).set(fields.get(name, ()))
    record(SlaPolicyCreated(title=policy.name), subject=policy, actor=actor)
    return policy


@transaction.atomic
def change_policy(policy: SlaPolicy, changes: Mapping[str, Any], *, actor: Any) -> SlaPolicy:
    """Store what differs (keys of PLAIN and MANY); nothing happens when nothing does."""
    policy = SlaPolicy.objects.select_for_update().get(pk=policy.pk)
    plain = [n for n in PLAIN if n in changes and getattr(policy, n) != changes[n]]
    many = [n for n in MANY if n in changes and _keys(policy, n) != {o.pk for o in changes[n]}]
    if not plain and not many:
        return policy
    for name in plain:
        setattr(policy, name, changes[name])
    _check(policy, {n: changes.get(n) or () for n in many})
    policy.version += 1
    with refusing({"name_once": NAME_TAKEN}):
        policy.save(update_fields=[*plain, "version", "updated_at"])
    for name in many:
        getattr(policy, name).set(changes[name])
    labels = [str(field_of(SlaPolicy, name).verbose_name) for name in (*plain, *many)]
    _record_changed(policy, ", ".join(labels), actor)
    return policy


@transaction.atomic
def move_policy(policy: SlaPolicy, *, up: bool, actor: Any) -> SlaPolicy:
    """Let it be tried one place earlier, or later; at the end nothing happens."""
    rows = [row for row in _lock_all() if not row.is_default]
    at = next((n for n, row in enumerate(rows) if row.pk == policy.pk), None)
    if at is None:
        raise PolicyRefused(_("The default policy is always tried last."))
    other = at - 1 if up else at + 1
    if not 0 <= other < len(rows):
        return rows[at]
    rows[at], rows[other] = rows[other], rows[at]
    for position, row in enumerate(rows, 1):
        row.position = position
    SlaPolicy.objects.bulk_update(rows, ["position"])
    _record_changed(rows[other], gettext("order"), actor)
    return rows[other]


@transaction.atomic
def delete_policy(policy: SlaPolicy, *, actor: Any) -> None:
    """Promise this no more; open tickets go to the next policy that fits them."""
    policy = SlaPolicy.objects.select_for_update().get(pk=policy.pk)
    record(SlaPolicyDeleted(title=policy.name), subject=policy, actor=actor)
    policy.delete()


def _lock_all() -> list[SlaPolicy]:
    """All of them, in one order: two managers queue instead of deadlocking."""
    return list(SlaPolicy.objects.select_for_update().in_order())


def _keys(policy: SlaPolicy, name: str) -> set[Any]:
    return set(getattr(policy, name).values_list("pk", flat=True))


def _record_changed(policy: SlaPolicy, words: str, actor: Any) -> None:
    record(SlaPolicyChanged(title=policy.name, fields=words), subject=policy, actor=actor)


def _check(policy: SlaPolicy, many: Mapping[str, Any]) -> None:
    """Raise PolicyRefused for what the database would refuse too, with words beside the field."""
    policy.name = one_line(policy.name)
    policy.priorities = sorted({int(value) for value in policy.priorities})
    check_fields(policy)
    first, fix = policy.first_reply_minutes, policy.resolution_minutes
    if first is None and policy.next_reply_minutes is None and fix is None:
        raise PolicyRefused(_("Promise at least one of the three."), field="first_reply_minutes")
    if first is not None and fix is not None and first > fix:
        raise PolicyRefused(
            _("The first reply cannot be promised later than the resolution."),
            field="first_reply_minutes",
        )
    conditions = [*policy.priorities, *many.get("categories", ()), *many.get("customers", ())]
    if policy.is_default and conditions:
        raise PolicyRefused(_("The default policy is for every ticket: it has no conditions."))
