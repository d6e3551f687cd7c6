"""Browsers that may be woken by push messages."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import RuleError
from core.events import record
from notifications.events import PushDeviceAdded, PushDeviceRemoved
from notifications.models import PushDevice
from notifications.transport.push import is_known_service

MOST_DEVICES = 10


class UnknownService(RuleError):
    """The desk calls no address that is not of a maker of browsers."""

    message = _("This browser's push service is not known here.")


class TooManyDevices(RuleError):
    """Each message would go to all of them."""

    message = _("You have ten devices already. Remove one first.")


@transaction.atomic
def add_push_device(user: User, *, endpoint: str, p256dh: str, auth: str, name: str) -> PushDevice:
    """Let this browser be woken; one that somebody else used is theirs from now on.

    Raises UnknownService, TooManyDevices.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if not is_known_service(endpoint):
        raise UnknownService
    before = PushDevice.objects.filter(endpoint=endpoint, user=locked).first()
    if before is None and locked.push_devices.count() >= MOST_DEVICES:
        raise TooManyDevices
    device, _is_new = PushDevice.objects.update_or_create(
        endpoint=endpoint,
        defaults={"user": locked, "p256dh": p256dh, "auth": auth, "name": name},
    )
    if before is None:
        record(PushDeviceAdded(device=name), subject=locked, actor=locked)
    return device


@transaction.atomic
def remove_push_device(user: User, *, pk: int) -> bool:
    """Never wake this browser of theirs again; False when it is none of theirs."""
    device = PushDevice.objects.select_for_update().filter(user=user, pk=pk).first()
    if device is None:
        return False
    record(PushDeviceRemoved(device=device.name), subject=user, actor=user)
    device.delete()
    return True
