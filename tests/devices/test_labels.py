"""What is printed on a label, and where: a sheet that hides the serial number is no use."""

from weasyprint.formatting_structure.boxes import TextBox

from devices.labels import lay_out
from devices.models import Device

MM = 96 / 25.4
LABEL, CODE_ENDS, TEXT_ENDS = 34 * MM, 32 * MM, 62 * MM
SHEET_LEFT, SHEET_TOP = 7.5 * MM, 12.5 * MM


def printed(device: Device) -> dict[str, TextBox]:
    (page,) = lay_out([device]).pages
    boxes = [
        box for box in page._page_box.descendants(placeholders=True) if isinstance(box, TextBox)
    ]
    inside = [box for box in boxes if box.position_y + box.height < SHEET_TOP + LABEL - 4 * MM]
    return {box.text: box for box in inside}


def test_a_label_names_the_device_beside_its_code(device: Device, settings: object) -> None:
    settings.SUPPORT_PHONE = "020 7946 0100"
    boxes = printed(device)
    words = " ".join(boxes)
    for wanted in (settings.SITE_NAME, str(device.product), device.serial, "020 7946 0100"):
        assert wanted in words
    for box in boxes.values():
        assert box.position_x > SHEET_LEFT + CODE_ENDS
        assert box.position_x + box.width <= SHEET_LEFT + TEXT_ENDS


def test_a_long_name_leaves_room_for_the_serial_number(device: Device) -> None:
    device.product.name = "Multifunctionlaserprinterwithstapler " * 4
    assert device.serial in " ".join(printed(device))
