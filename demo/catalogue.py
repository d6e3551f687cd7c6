"""What customers own. Serial patterns: # a digit, @ a letter or digit."""

from typing import NamedTuple


class Model(NamedTuple):
    """A product. weight: how common it is; places: where such a thing stands."""

    kind: str
    brand: str
    name: str
    serial: str
    weight: int
    warranty_years: int
    places: tuple[str, ...]


_DESKS = ("Front desk", "Reception", "Office", "First floor", "Back office", "Accounts office")
_RACK = ("Comms room", "Server cupboard", "Basement rack", "Store cupboard")
_CEILING = ("Hallway ceiling", "Meeting room 2", "First floor landing", "Warehouse, aisle 4")
_TILL = ("Till 1", "Till 2", "Bar", "Front desk")

MODELS = [
    Model("printer", "Kestrel", "LaserPro 420", "KLP420-@@@@-#####", 16, 3, _DESKS),
    Model("printer", "Kestrel", "LaserPro 430dn", "KLP430-@@@@-#####", 6, 3, _DESKS),
    Model("printer", "Kestrel", "ColorPro 610", "KCP610-@@@@-#####", 4, 3, _DESKS),
    Model("printer", "Kestrel", "TP-80", "KTP80-##-#####", 6, 2, ("Dispensary", *_TILL)),
    Model("printer", "Halberd", "WorkJet 5500", "HWJ55-##@@#####", 4, 1, _DESKS),
    Model("printer", "Halberd", "PlotMaster 24", "HPM24-#######", 2, 3, ("Studio", "Plan room")),
    Model("computer", "Aldon", "Latis 14 G2", "AL14-G2-##@###", 8, 3, ("Surgery 2", *_DESKS)),
    Model("computer", "Aldon", "Latis 14 G3", "AL14-G3-##@###", 12, 3, ("Sales desk", *_DESKS)),
    Model("computer", "Aldon", "Vero Mini 5", "AVM5-@@@@-###", 8, 3, _DESKS),
    Model("computer", "Pelham", "Station T7", "PST7-########", 4, 5, ("Studio", "Workshop")),
    Model(
        "computer",
        "Pelham",
        "Slate 11",
        "PSL11-##@@###",
        3,
        2,
        ("Van", "Ward trolley", "Reception"),
    ),
    Model("server", "Stratus", "R250", "SR250-####-####", 6, 5, _RACK),
    Model("server", "Stratus", "T150", "ST150-####-####", 3, 5, _RACK),
    Model("server", "Corvid", "DS4 NAS", "CDS4-####-####", 6, 3, _RACK),
    Model("server", "Corvid", "DS2 NAS", "CDS2-####-####", 4, 3, _RACK),
    Model("network", "Tessel", "AP-6E", "TAP6E-@#-#####", 9, 5, _CEILING),
    Model("network", "Tessel", "Gate 200", "TGW200-@#-####", 8, 5, _RACK),
    Model("network", "Tessel", "Switch 24P", "TSW24P-@#-####", 5, 5, _RACK),
    Model("phone", "Meridian", "VX200", "MVX2-####-####", 8, 2, ("Reception", "Room 12", *_DESKS)),
    Model(
        "phone", "Meridian", "Roam 4", "MRM4-####-####", 3, 2, ("Warehouse", "Kitchen", "Stores")
    ),
    Model("terminal", "Orbix", "Terminal T2", "OT2-##-######", 9, 3, _TILL),
    Model("terminal", "Orbix", "Till 15", "OTL15-##-#####", 5, 3, _TILL),
    Model("terminal", "Orbix", "Scan 3", "OS3-##-######", 3, 2, ("Stock room", *_TILL)),
    Model("power", "Halden", "SmartPower 1500", "HSP15-#@#-#####", 6, 3, _RACK),
    Model("power", "Halden", "SmartPower 3000", "HSP30-#@#-#####", 3, 3, _RACK),
]
