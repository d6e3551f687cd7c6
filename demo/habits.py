"""What Fernhill's desk keeps for its daily work: tags, texts, macros, rules, views and fields."""

from dataclasses import dataclass
from typing import Any, NamedTuple

DESK = "Service desk"  # the team whose texts and views these are, where they are not everybody's
ALL, TEAM, OWN = "all", "team", "own"


class Text(NamedTuple):
    """A canned reply. audience: of ALL, TEAM or OWN (the first agent); category: whose tickets."""

    name: str
    shortcut: str
    audience: str
    category: str
    body: str


TAGS = {  # name -> colour
    "Care Plus": "violet",
    "Chase": "amber",
    "New starter": "blue",
    "On site": "green",
    "Outage": "red",
    "Recurring": "amber",
    "Security": "red",
    "Waiting for parts": "",
}

TEXTS = [
    Text("We have it", "got", ALL, "",
         "Hello {{ customer.first_name }},\n\nthank you, we have this as {{ ticket.number }} and are looking at it. "
         "You hear from us again today.\n\nKind regards\n{{ agent.first_name }}"),
    Text("Which device is it?", "serial", ALL, "",
         "Hello {{ customer.first_name }},\n\ncould you send us the serial number of the device? It stands on the "
         "label with the bar code. A photo of the label is just as good.\n\nKind regards\n{{ agent.first_name }}"),
    Text("Please try again", "tryagain", ALL, "",
         "Hello {{ customer.first_name }},\n\nwe have changed something on our side. Could you try again and tell "
         "us whether it works now?\n\nKind regards\n{{ agent.first_name }}"),
    Text("Solved", "solved", ALL, "",
         "Hello {{ customer.first_name }},\n\nthis is fixed. Should it come back, just answer this message and "
         "{{ ticket.number }} is open again.\n\nKind regards\n{{ agent.first_name }}"),
    Text("Your visit", "visit", ALL, "",
         "Hello {{ customer.first_name }},\n\n{{ technician.name }} comes on {{ visit.time }}. Somebody should be "
         "there to open the door.\n\nKind regards\n{{ agent.first_name }}"),
    Text("No answer yet", "chase", ALL, "",
         "Hello {{ customer.first_name }},\n\nwe still need your answer to go on with “{{ ticket.subject }}”. Is the "
         "problem still there?\n\nKind regards\n{{ agent.first_name }}"),
    Text("Part ordered", "part", TEAM, "",
         "Hello {{ customer.first_name }},\n\nwe have ordered a part for your {{ device.name }} "
         "({{ device.serial }}). It usually takes two working days; we write as soon as it is here."
         "\n\nKind regards\n{{ agent.first_name }}"),
    Text("Paper jam: first steps", "jam", TEAM, "Printing and scanning",
         "Hello {{ customer.first_name }},\n\nplease open the rear cover of the {{ device.name }}, take out any "
         "scraps of paper, and fan the stack in the tray before you put it back. Does it still jam?"
         "\n\nKind regards\n{{ agent.first_name }}"),
    Text("Terminal offline: first steps", "terminal", TEAM, "Tills and payment",
         "Hello {{ customer.first_name }},\n\nplease take the terminal off its power for ten seconds and start it "
         "again. If it shows “No connection” afterwards, call us: we treat this as urgent."
         "\n\nKind regards\n{{ agent.first_name }}"),
    Text("New colleague: what we need", "starter", TEAM, "Accounts and mail",
         "Hello {{ customer.first_name }},\n\nhappy to. Please send us the name, the first working day, whose rights "
         "are the same, and whether a laptop is needed.\n\nKind regards\n{{ agent.first_name }}"),
    Text("Do not open it", "phish", TEAM, "Security",
         "Hello {{ customer.first_name }},\n\nthank you for asking first. Please open nothing in that mail and do not "
         "answer it. Forward it to us as an attachment, then delete it.\n\nKind regards\n{{ agent.first_name }}"),
    Text("My week", "away", OWN, "",
         "Hello {{ customer.first_name }},\n\nI am at {{ desk.name }} until Thursday this week; my colleagues see "
         "{{ ticket.number }} as well and answer when I am out.\n\nKind regards\n{{ agent.name }}"),
]  # fmt: skip

# Name, audience, steps, where one goes then. A step: kind and value; texts and categories by name.
MACROS: list[tuple[str, str, list[tuple[str, str]], str]] = [
    ("Ask for the serial number", ALL, [("reply", "Which device is it?"), ("status", "waiting")], "next"),
    ("Chase the customer", ALL, [("reply", "No answer yet"), ("status", "waiting")], "next"),
    ("Fixed, please confirm", ALL, [("reply", "Solved"), ("status", "resolved")], "next"),
    ("Part ordered, on hold", TEAM,
     [("reply", "Part ordered"), ("status", "on_hold"), ("note", "Part ordered for {{ ticket.number }}.")], "stay"),
    ("Security first", TEAM,
     [("category", "Security"), ("priority", "1"), ("note", "Checked: has anybody opened it or typed a password?")],
     "stay"),
]  # fmt: skip


@dataclass(frozen=True)
class Habit:
    """An automation rule. Conditions and deeds as stored; names stand where keys will."""

    name: str
    trigger: str
    conditions: dict[str, list[str]]
    deeds: dict[str, Any]
    every_minutes: int | None = None


# None of them tells anybody, so a demo that stands overnight stays quiet.
RULES = [
    Habit("New starters", "opened", {"text": ["new starter", "new colleague"]},
          {"category": "Accounts and mail", "tags_on": ["New starter"]}),
    Habit("Tills that cannot take money", "opened", {"text": ["can't take payments", "cannot take payments"]},
          {"category": "Tills and payment", "priority": "1", "tags_on": ["Outage"]}),
    Habit("Suspicious mail", "opened", {"text": ["phishing", "clicked on a link", "is it real"]},
          {"category": "Security", "priority": "2", "tags_on": ["Security"]}),
    Habit("Waiting for five days", "time", {"status": ["waiting"], "staff_hours": ["120"]},
          {"tags_on": ["Chase"]}, 60),
]  # fmt: skip

# Name, shared with the desk or only one's own, filter (names stand where keys will), sort, columns.
VIEWS: list[tuple[str, str, dict[str, list[str]], str, list[str]]] = [
    ("Urgent and high", TEAM, {"status": ["open", "in_progress"], "priority": ["1", "2"]}, "due", []),
    ("To chase", TEAM, {"status": ["waiting"], "tag": ["Chase"]}, "updated", []),
    ("Tills and receipts", TEAM, {"category": ["Tills and payment", "Labels and receipts"],
                                  "status": ["open", "in_progress", "waiting", "on_hold"]}, "due", []),
    ("Outages", OWN, {"tag": ["Outage"]}, "", []),
]  # fmt: skip

# Label, kind, choices, categories, whether customers see it, values that tickets get by turns.
FIELDS: list[tuple[str, str, list[str], list[str], bool, list[Any]]] = [
    ("Page count", "number", [], ["Printing and scanning"], False, [48210, 131877, 9056, 77340]),
    ("Error code", "text", [], ["Printing and scanning"], True, ["", "0x14", "13.B2", ""]),
    ("Operating system", "choice", ["Windows 11", "Windows 10", "macOS", "Other"],
     ["Computers", "Computer repair"], True, ["Windows 11", "Windows 11", "Windows 10"]),
    ("Works without it", "yes_no", [], ["Computers", "Computer repair"], False, [False, True]),
]  # fmt: skip
