"""What the demo clinic's packages and cards carry: the codes the scripted practitioner scans."""

from dataclasses import dataclass
from datetime import date

from console.app.demo_book import DemoBook, DemoLot, DemoProduct, read_book
from console.domain.people import CatalogProduct
from console.services.local_time import local_day

GS = "\x1d"  # ends a field of unknown length
DATA_MATRIX = "]d2"
FRESH_SERIAL = "N00001"  # of the cartridge on the simulated pen, whose package lies ready
USED_SERIAL = "U00398"  # of the cartridge used in the day's first session


@dataclass(frozen=True, slots=True)
class DemoCodes:
    """Codes as a scanner types them. ``cartridge`` and ``spare_cartridge`` are fresh and sealed."""

    anesthetic: str
    cartridge: str
    spare_cartridge: str
    used_cartridge: str  # its serial lies in an earlier session
    glide: str
    serum: str
    expired_serum: str
    recalled_glide: str
    off_label_serum: str
    wrong_role: str  # a serum where the anesthetic is asked for
    unknown_product: str
    patient_card: str
    other_patient_card: str
    staff_card: str
    prp_tube: str
    other_prp_tube: str


def element_string(product: CatalogProduct, lot: DemoLot, serial: str = "") -> str:
    """Write a package's GS1 code, the lot before the expiry with its GS between."""
    tail = f"21{serial}" if serial else ""
    return f"{DATA_MATRIX}01{product.gtin}10{lot.lot}{GS}17{lot.expiry:%y%m%d}{tail}"


def demo_codes(now_us: int, patient_id: str = "P-0412", staff_id: str = "PR-02") -> DemoCodes:
    """Give the codes for a patient's treatment at ``now_us``."""
    book, today = read_book(now_us), local_day(now_us)
    plan_id = next(one.plan_id for one in book.patients if one.patient.patient_id == patient_id)
    cartridge = book.product_for("cartridge", plan_id)
    serum = book.product_for("serum")
    other = next(one.patient.patient_id for one in book.patients if one.patient.patient_id != patient_id)
    return DemoCodes(
        anesthetic=_fresh(book.product_for("anesthetic"), today),
        cartridge=_fresh(cartridge, today, FRESH_SERIAL), spare_cartridge=_fresh(cartridge, today, "N00002"),
        used_cartridge=_fresh(book.product_for("cartridge"), today, USED_SERIAL),
        glide=_fresh(book.product_for("glide"), today), serum=_fresh(serum, today),
        expired_serum=_expired(serum, today), recalled_glide=_recalled(book),
        off_label_serum=_fresh(book.product_for("off_label_serum"), today), wrong_role=_fresh(serum, today),
        unknown_product=f"{DATA_MATRIX}010952110153990510X1{GS}17281231",
        patient_card=patient_id, other_patient_card=other, staff_card=staff_id,
        prp_tube=f"T-{patient_id.removeprefix('P-')}-1", other_prp_tube=f"T-{other.removeprefix('P-')}-1",
    )


def _fresh(product: DemoProduct, today: date, serial: str = "") -> str:
    return element_string(product.product, product.lot_on(today), serial)


def _expired(product: DemoProduct, today: date) -> str:
    lot = next(one for one in product.lots if one.expiry < today)
    return element_string(product.product, lot)


def _recalled(book: DemoBook) -> str:
    product_id, name = book.recalled[0]
    product = book.products[product_id]
    return element_string(product.product, next(one for one in product.lots if one.lot == name))
