"""Fernhill's own people: the desk, twelve technicians, teams, skills and categories."""

from typing import NamedTuple

PASSWORD = "Fernhill-2026"  # noqa: S105 - printed for everybody who starts the demo
DOMAIN = "fernhill.example"


class Colleague(NamedTuple):
    """Somebody of the office."""

    name: str
    role: str


OFFICE = [
    Colleague("Elena Kovács", "agent"),
    Colleague("Tom Ashby", "agent"),
    Colleague("Mina Farrow", "agent"),
    Colleague("Sofia Marchetti", "sales"),
    Colleague("Ruth Calloway", "manager"),
    Colleague("Owen Pritchard", "admin"),
]

# One of each role, printed by demo_accounts; the customer is Brightwell Dental's manager.
ACCOUNTS = {
    "customer": "amara.okafor@brightwelldental.example",
    "agent": f"elena.kovacs@{DOMAIN}",
    "technician": f"joel.becker@{DOMAIN}",
    "sales": f"sofia.marchetti@{DOMAIN}",
    "manager": f"ruth.calloway@{DOMAIN}",
    "admin": f"owen.pritchard@{DOMAIN}",
}

SKILLS = [
    "Laser printers",
    "Label and receipt printers",
    "Windows",
    "Laptop hardware",
    "Servers and storage",
    "Networks",
    "Wi-Fi",
    "Telephony",
    "Tills and card terminals",
    "Power supplies",
    "Accounts and mail",
    "Security",
]


class Expert(NamedTuple):
    """A technician. skills: index in SKILLS -> level; hours: name of a week in WEEKS."""

    name: str
    place: str
    radius_km: int | None
    postcodes: tuple[str, ...]
    in_field: bool
    languages: tuple[str, ...]
    skills: dict[int, int]
    hours: str
    capacity: int


WEEKS: dict[str, dict[int, list[tuple[int, int]]]] = {
    # weekday -> stretches in minutes after midnight
    "office": {day: [(510, 750), (795, 1050)] for day in range(5)},
    "early": {day: [(450, 720), (750, 960)] for day in range(5)},
    "late": {day: [(660, 900), (930, 1140)] for day in range(5)},
    "saturday": {day: [(540, 780), (825, 1050)] for day in (1, 2, 3, 4, 5)},
    "part": {day: [(540, 840)] for day in range(4)},
    "oncall": {day: [(480, 1080)] for day in range(7)},
}

EXPERTS = [
    Expert("Joel Becker", "victoria", 35, (), True, ("en", "de"),
           {0: 5, 1: 4, 3: 3, 9: 3}, "oncall", 6),
    Expert("Grace Otieno", "fishponds", 40, (), True, ("en", "sw"),
           {4: 5, 5: 4, 9: 4, 2: 3}, "office", 5),
    Expert("Marco Ruiz", "baldwin", None, (), False, ("en", "es"),
           {2: 5, 10: 4, 5: 3, 0: 3, 3: 3}, "office", 14),
    Expert("Priya Nair", "park", None, (), False, ("en", "hi"),
           {4: 5, 2: 4, 11: 4, 10: 4, 5: 3}, "early", 12),
    Expert("Dana Whitfield", "north", 30, (), True, ("en",),
           {7: 5, 5: 3, 6: 4, 8: 3}, "office", 6),
    Expert("Rhys Morgan", "cathedral", 30, (), True, ("en", "cy"),
           {0: 4, 1: 3, 2: 4, 3: 4, 9: 2}, "office", 6),
    Expert("Siân Probert", "commercial", None, ("NP", "CF", "BS32", "BS35"), True, ("en", "cy"),
           {5: 5, 6: 5, 7: 3, 4: 3}, "early", 5),
    Expert("Kasia Nowak", "lowerbristol", 35, (), True, ("en", "pl"),
           {8: 5, 1: 5, 0: 3, 7: 2}, "saturday", 6),
    Expert("Imran Sheikh", "stapleton", 25, (), True, ("en", "ur"),
           {3: 5, 2: 4, 0: 4, 9: 4}, "late", 6),
    Expert("Tomás Ferreira", "weston", 45, (), True, ("en", "pt", "es"),
           {8: 4, 5: 3, 6: 3, 0: 2, 7: 4}, "oncall", 5),
    Expert("Hannah Lindqvist", "milsom", None, ("BA", "SN", "BS31"), True, ("en", "sv"),
           {0: 4, 3: 4, 6: 4, 2: 3, 9: 3}, "part", 4),
    Expert("Ben Trowell", "henleaze", None, (), False, ("en", "fr"),
           {10: 5, 11: 5, 2: 3}, "late", 14),
]  # fmt: skip


class Kind(NamedTuple):
    """A category. skills: index in SKILLS -> least level; team: name in TEAMS."""

    name: str
    team: str
    skills: dict[int, int]
    is_onsite: bool
    minutes: int


CATEGORIES = [
    Kind("Printing and scanning", "Print and imaging", {0: 2}, True, 45),
    Kind("Labels and receipts", "Retail", {1: 2}, True, 40),
    Kind("Tills and payment", "Retail", {8: 2}, True, 60),
    Kind("Computers", "Workplace", {2: 3}, False, 40),
    Kind("Computer repair", "Workplace", {3: 3}, True, 75),
    Kind("Servers and backup", "Infrastructure", {4: 3}, False, 60),
    Kind("Network and VPN", "Infrastructure", {5: 3}, False, 45),
    Kind("Wi-Fi", "Infrastructure", {6: 3}, True, 60),
    Kind("Telephones", "Infrastructure", {7: 2}, True, 45),
    Kind("Power", "Infrastructure", {9: 2}, True, 30),
    Kind("Accounts and mail", "Workplace", {10: 3}, False, 20),
    Kind("Security", "Workplace", {11: 3}, False, 30),
]

TEAMS = {
    "Print and imaging": [
        "Elena Kovács",
        "Joel Becker",
        "Rhys Morgan",
        "Imran Sheikh",
        "Hannah Lindqvist",
    ],
    "Retail": ["Elena Kovács", "Kasia Nowak", "Tomás Ferreira", "Dana Whitfield"],
    "Workplace": ["Marco Ruiz", "Ben Trowell", "Imran Sheikh", "Rhys Morgan", "Tom Ashby"],
    "Infrastructure": [
        "Mina Farrow",
        "Grace Otieno",
        "Priya Nair",
        "Siân Probert",
        "Dana Whitfield",
    ],
    "Service desk": ["Elena Kovács", "Tom Ashby", "Mina Farrow", "Ruth Calloway"],
}
