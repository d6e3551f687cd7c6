"""Makes the customers, their people and their devices."""

import re
import string
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.utils.text import slugify

from accounts.models import User
from accounts.roles import Role
from customers.models import Contact, Customer, CustomerKind
from demo.catalogue import MODELS, Model
from demo.clients import CLIENTS, FAMILIES, FIRST_NAMES, TRADES, Client
from demo.places import PLACES, Place
from demo.staff import Accounts, mailbox
from devices.models import Device, DeviceStatus, Product

DEVICES_PER_SCALE = 120
# Serials that people will look for, because the tour through the desk names them.
KNOWN_DEVICES = [
    ("Brightwell Dental", "LaserPro 420", "KLP420-7F3A-20871", "Front desk"),
    ("Brightwell Dental", "LaserPro 420", "KLP420-7F3A-20902", "Surgery 1"),
    ("Brightwell Dental", "Latis 14 G2", "AL14-G2-51C884", "Surgery 2"),
    ("Brightwell Dental", "VX200", "MVX2-7741-0911", "Reception"),
    ("Casa Verde Hotels", "Terminal T2", "OT2-88-104537", "Front desk"),
    ("Casa Verde Hotels", "VX200", "MVX2-7741-0206", "Reception"),
    ("Solberg Logistics", "DS4 NAS", "CDS4-2231-0098", "Server cupboard"),
    ("Solberg Logistics", "Latis 14 G3", "AL14-G3-77K210", "Warehouse"),
    ("Solberg Logistics", "R250", "SR250-6620-1342", "Server cupboard"),
    ("Al-Sayed Pharmacy", "TP-80", "KTP80-19-55821", "Dispensary"),
    ("Hargreaves & Sons", "SmartPower 1500", "HSP15-0F7-33109", "Back office"),
    ("Tanaka Architects", "AP-6E", "TAP6E-A1-90412", "Meeting room 3"),
]


@dataclass
class Estate:
    """Who there is and what they own. trouble: device id -> how often it makes trouble."""

    customers: list[Customer] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    likes: list[tuple[str, ...]] = field(default_factory=list)
    people: dict[int, list[Contact]] = field(default_factory=dict)
    devices: list[Device] = field(default_factory=list)
    by_model: dict[str, list[Device]] = field(default_factory=dict)
    trouble: dict[int, int] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)  # contact id -> who signs in


def make_estate(accounts: Accounts, rng: Random, *, scale: int, today: datetime) -> Estate:
    """Store customers, contacts, products and devices, and return them in memory."""
    estate = Estate()
    clients = [*CLIENTS, *_more_clients(rng, len(CLIENTS) * (scale - 1))]
    _make_customers(estate, clients, accounts, rng, today)
    _make_devices(estate, rng, DEVICES_PER_SCALE * scale, today)
    return estate


def _more_clients(rng: Random, count: int) -> list[Client]:
    """Invented companies for --scale, each with one person."""
    places = list(PLACES)
    made = []
    for n in range(count):
        family, trade = FAMILIES[n % len(FAMILIES)], TRADES[n // len(FAMILIES) % len(TRADES)]
        turn = n // (len(FAMILIES) * len(TRADES))
        name = f"{family} {trade}" + (f" {turn + 1}" if turn else "")
        person = f"{rng.choice(FIRST_NAMES)} {rng.choice(FAMILIES)}"
        likes = tuple(rng.sample(["printer", "computer", "terminal", "network", "phone"], 2))
        made.append(
            Client(name, rng.choice(places), ((person, "Owner"),), likes, rng.randint(1, 6), 0)
        )
    return made


def _make_customers(
    estate: Estate, clients: list[Client], accounts: Accounts, rng: Random, today: datetime
) -> None:
    estate.customers = Customer.objects.bulk_create(
        [_customer(client, n, accounts, rng) for n, client in enumerate(clients)], batch_size=1000
    )
    estate.sizes = [client.size for client in clients]
    estate.likes = [client.likes for client in clients]
    contacts = []
    for customer, client in zip(estate.customers, clients, strict=True):
        people = client.people or ((client.name, ""),)
        for n, (name, title) in enumerate(people):
            email = customer.email if not client.people else _address(name, customer)
            contact = Contact(
                customer=customer,
                name=name,
                email=email,
                phone=accounts.next_phone(),
                job_title=title,
                is_primary=n == 0,
            )
            if n < client.sign_ins:
                joined_at = today - timedelta(days=rng.randint(560, 690))
                contact.user = accounts.add(name, contact.email, Role.CUSTOMER, joined_at)
            contacts.append(contact)
    for contact in Contact.objects.bulk_create(contacts, batch_size=1000):
        estate.people.setdefault(contact.customer_id, []).append(contact)
        if contact.user:
            estate.users[contact.pk] = contact.user
    Customer.objects.update(created_at=today - timedelta(days=600))


def _customer(client: Client, number: int, accounts: Accounts, rng: Random) -> Customer:
    place = PLACES[client.place]
    if number >= len(CLIENTS):
        place = _near(place, rng)
    domain = slugify(client.name).replace("-", "")
    is_company = bool(client.people)
    return Customer(
        kind=CustomerKind.COMPANY if is_company else CustomerKind.PERSON,
        name=client.name,
        email=f"office@{domain}.example" if is_company else f"{mailbox(client.name)}@mail.example",
        phone=accounts.next_phone(),
        street=place.street,
        postcode=place.postcode,
        city=place.city,
        region=place.region,
        latitude=place.latitude,
        longitude=place.longitude,
        notes=client.notes,
    )


def _near(place: Place, rng: Random) -> Place:
    """Another number in that street, within a kilometre or two."""
    street = re.sub(r"\d+", str(rng.randint(1, 240)), place.street, count=1)
    return place._replace(
        street=street,
        latitude=round(place.latitude + rng.uniform(-0.012, 0.012), 4),
        longitude=round(place.longitude + rng.uniform(-0.018, 0.018), 4),
    )


def _address(name: str, customer: Customer) -> str:
    return f"{mailbox(name)}@{(customer.email or '').partition('@')[2]}"


def _make_devices(estate: Estate, rng: Random, count: int, today: datetime) -> None:
    products = {
        model.name: Product.objects.get_or_create(
            brand=model.brand, model=model.name, defaults={"kind": model.kind}
        )[0]
        for model in MODELS
    }
    models = {model.name: model for model in MODELS}
    by_name = {customer.name: customer for customer in estate.customers}
    rows, serials = [], set()
    for name, model, serial, where in KNOWN_DEVICES:
        rows.append(_device(by_name[name], models[model], products, rng, today, serial, where))
        serials.add(serial)
    # Everybody owns something, the rest goes by size.
    owners = [*range(len(estate.customers))]
    owners += rng.choices(owners, estate.sizes, k=max(count - len(rows) - len(owners), 0))
    for n in owners:
        kinds = estate.likes[n]
        choice = [model for model in MODELS if model.kind in kinds]
        model = rng.choices(choice, [one.weight for one in choice])[0]
        serial = _serial(model.serial, rng)
        while serial in serials:
            serial = _serial(model.serial, rng)
        serials.add(serial)
        rows.append(_device(estate.customers[n], model, products, rng, today, serial))
    estate.devices = Device.objects.bulk_create(rows, batch_size=1000)
    Device.objects.update(created_at=today - timedelta(days=590))
    for device in estate.devices:
        estate.by_model.setdefault(device.product.model, []).append(device)
        estate.trouble[device.pk] = 7 if rng.random() < 0.08 else 1
    # The printer in the tour that fails again and again.
    estate.trouble[estate.devices[0].pk] = 9


def _device(
    customer: Customer,
    model: Model,
    products: dict[str, Product],
    rng: Random,
    today: datetime,
    serial: str,
    where: str = "",
) -> Device:
    bought = (today - timedelta(days=rng.randint(60, 1700))).date()
    retired = not where and rng.random() < 0.04
    return Device(
        customer=customer,
        product=products[model.name],
        serial=serial,
        status=DeviceStatus.RETIRED if retired else DeviceStatus.ACTIVE,
        location=where or rng.choice(model.places),
        purchased_on=bought,
        warranty_until_on=bought + timedelta(days=365 * model.warranty_years),
        label_code=uuid.UUID(int=rng.getrandbits(128), version=4),
    )


def _serial(pattern: str, rng: Random) -> str:
    """A serial of the pattern: # a digit, @ a letter or digit, without look-alikes."""
    letters = "".join(set(string.ascii_uppercase) - set("IOQSZ"))
    signs = {"#": string.digits, "@": "".join(sorted(letters)) + "23456789"}
    return "".join(rng.choice(signs[c]) if c in signs else c for c in pattern)
