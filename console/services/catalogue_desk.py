"""The catalogue: the clinic's products by their numbers, and the lots it recalled, with who changed what and why."""

from dataclasses import dataclass, replace

from console.domain.clinic_records import ClinicRecord, RecordFilter, RecordKind
from console.domain.errors import Refusal
from console.domain.people import CatalogProduct
from console.domain.ports import Registry
from console.domain.products import gtin14, gtin_problem
from console.domain.rights import Right
from console.services.clinical_library import ClinicalLibrary
from console.services.scan import ScanKind, ScanResult
from console.services.session_desk import SessionDesk

ROLES = ("anesthetic", "cartridge", "glide", "serum")
RECALLED, LIFTED = "recalled", "lifted"


@dataclass(frozen=True, slots=True)
class RecallNote:
    """One version of a lot's recall: ``state`` is recalled or lifted."""

    lot: str
    state: str
    reason: str
    changed_us: int
    changed_by: str


@dataclass(frozen=True, slots=True)
class ClinicalEntry:
    """An entry of the clinical files that a product can be."""

    clinical_id: str
    name: str


def clinical_entries(library: ClinicalLibrary, role: str) -> list[ClinicalEntry]:
    """Give the entries a product of a role can be; a cartridge is none."""
    if role == "anesthetic":
        return [ClinicalEntry(one.clinical_id, one.name) for one in library.anesthetics]
    return [ClinicalEntry(one.clinical_id, one.name) for one in library.skin_products if role in one.roles]


class CatalogueDesk:
    """Use cases of the catalogue. Anyone may add what was scanned; managers change what is there."""

    def __init__(self, desk: SessionDesk, registry: Registry) -> None:
        self._desk, self._registry = desk, registry

    @property
    def may_edit(self) -> bool:
        """Tell whether who acts may change products and recalls."""
        return self._desk.access.may(Right.EDIT_CLINIC)

    def find(self, text: str = "") -> list[CatalogProduct]:
        """Give the products whose name, role or number holds every word, by name."""
        words = text.casefold().split()
        found = [one for one in self._registry.products()
                 if all(word in f"{one.name} {one.role} {one.gtin}".casefold() for word in words)]
        return sorted(found, key=lambda one: one.name.casefold())

    def product(self, product_id: str) -> CatalogProduct | None:
        """Give a product by its id."""
        return next((one for one in self._registry.products() if one.product_id == product_id), None)

    def add_scanned(self, scan: ScanResult, role: str, name: str = "", clinical_id: str = "") -> CatalogProduct:
        """Add the product of an unknown code; its name may be given later.

        ``clinical_id`` is its entry in the clinical files: without one an anesthetic has no limits.
        """
        if not self._desk.access.may(Right.TREAT):
            self._require_editor()
        if scan.kind is not ScanKind.UNKNOWN_PRODUCT:
            raise Refusal("This code is no unknown product", "nothing was added", "scan the package again")
        made = CatalogProduct(f"gtin-{gtin14(scan.gtin)}", scan.gtin, name.strip() or f"Product {scan.gtin}", role,
                              clinical_id)
        return self._saved(made)

    def save(self, product: CatalogProduct) -> CatalogProduct:
        """Add a product (with an empty id) or a new version of one."""
        self._require_editor()
        return self._saved(product)

    def _saved(self, product: CatalogProduct) -> CatalogProduct:
        gtin = product.gtin.strip()
        made = replace(product, name=product.name.strip(), gtin=gtin, product_id=product.product_id or
                       f"gtin-{gtin14(gtin)}")
        if not made.name:
            raise Refusal("The product has no name", "nothing was saved", "type one")
        if made.role not in ROLES:
            raise Refusal("The product's role is not chosen", "nothing was saved", f"choose {', '.join(ROLES)}")
        if problem := gtin_problem(gtin):
            raise Refusal(problem, "nothing was saved", "scan the package, or type what stands below its code")
        twin = next((one for one in self._registry.products()
                     if gtin14(one.gtin) == gtin14(gtin) and one.product_id != made.product_id), None)
        if twin is not None:
            raise Refusal(f"{twin.name} has this number", "nothing was saved", "change that one")
        self._registry.save_product(made, self._desk.actor_id)
        return made

    # --- recalls ------------------------------------------------------------------------------------------

    def recalls(self, product_id: str) -> list[RecallNote]:
        """Give the lots of a product that were ever recalled, as they stand, with who and why; standing ones first."""
        found = self._registry.records(RecordFilter(RecordKind.RECALL, subject_id=product_id))
        notes = {str(one.fields["lot"]): RecallNote(
            str(one.fields["lot"]), one.state, str(one.fields["reason"]), one.changed_us, one.changed_by)
            for one in found}
        for recalled_id, lot in self._registry.recalled_lots():
            if recalled_id == product_id and lot not in notes:
                notes[lot] = RecallNote(lot, RECALLED, "", 0, "")
        return sorted(notes.values(), key=lambda one: (one.state != RECALLED, one.lot))

    def recall(self, product_id: str, lot: str, reason: str) -> None:
        """Recall a lot: from now on it is refused in every room, and the reason is told."""
        self._change(product_id, lot.strip(), RECALLED, reason.strip())

    def lift(self, product_id: str, lot: str, reason: str) -> None:
        """Take a recall back, with the reason."""
        self._change(product_id, lot.strip(), LIFTED, reason.strip())

    def _change(self, product_id: str, lot: str, state: str, reason: str) -> None:
        self._require_editor()
        if not lot:
            raise Refusal("The lot is missing", "nothing was changed", "type what the package says")
        if not reason:
            raise Refusal("A recall needs a reason", "nothing was changed", "say why, as the maker says")
        why = ClinicRecord(
            RecordKind.RECALL, f"{product_id} {lot}", state, {"lot": lot, "reason": reason}, subject_id=product_id)
        self._registry.save_recall(why, product_id, lot, state == RECALLED, self._desk.actor_id)

    def _require_editor(self) -> None:
        if not self.may_edit:
            raise Refusal("Only a manager changes the catalogue", "nothing was changed", "sign in as one")
