"""The ways a device refuses."""

from django.utils.translation import gettext_lazy as _

from core.errors import RuleError


class SerialTaken(RuleError):
    """A device with this serial number exists. Says nothing about whose it is."""

    message = _("This serial number is already registered.")
    field = "serial"


class SerialTakenForCustomer(SerialTaken):
    """The same, for somebody who cannot look it up."""

    message = _(
        "This serial number is already registered. If the device is yours, report a problem "
        "and we will sort it out."
    )


class SerialMissing(RuleError):
    """A serial number of nothing but spaces."""

    message = _("Enter the serial number. It is on the label, often marked S/N.")
    field = "serial"
    status = 422


class WarrantyBeforePurchase(RuleError):
    """A warranty cannot end before it began."""

    message = _("The warranty cannot end before the device was bought.")
    field = "warranty_until_on"
    status = 422


class ExternalIdTaken(RuleError):
    """The number in another system belongs to another device."""

    message = _("Another device already has this number of the other system.")
    field = "external_id"
