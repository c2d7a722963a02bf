"""The preparation: four ticks, scans that find their field, the pen that binds itself, the plan and its label."""


import pytest
from console_rig import PEN, PRODUCTS, barcode, walk_to

from console.domain.people import CatalogProduct
from console.domain.telemetry import LinkState
from console.domain.workflow import Phase

CARTRIDGE = barcode("cart-12", "C7", "280131", "S90001")
GLIDE = barcode("glide-ha", "G3")


@pytest.fixture
def ready(stage):
    walk_to(stage.console, Phase.PREPARATION)
    stage.live()
    return stage


def scan(stage, text: str) -> None:
    stage.window._scanned(text)
    stage.live()


def answer(stage, pen=PEN, state=LinkState.READY) -> None:
    stage.console.station.link.show_pen(pen, state)
    stage.live()


def add_product(stage, monkeypatch, product: CatalogProduct) -> None:
    monkeypatch.setattr(stage.console.registry, "products", lambda: [*PRODUCTS, product])


def test_four_ticks_then_needling(ready) -> None:
    assert ready.forward_hint() == "the skin is not disinfected"
    ready.click("disinfected")
    assert ready.state.disinfected
    assert ready.forward_hint() == "no cartridge is bound"
    scan(ready, CARTRIDGE)
    bound = ready.state.cartridge
    assert (bound.product.name, bound.product.lot, bound.needles) == ("12-needle cartridge", "C7", 12)
    assert ready.forward_hint() == "the glide product is not decided"
    scan(ready, GLIDE)
    assert ready.state.glide.product.lot == "G3"
    assert ready.forward_hint() == "no pen is bound and manual mode is not chosen"
    answer(ready)
    assert ready.state.pen.serial == PEN.serial
    assert ready.window.page().status().title == "Ready to needle"
    ready.click("action.forward")
    assert ready.state.phase is Phase.NEEDLING
    assert ready.touches == 2


def test_disinfecting_can_be_taken_back(ready) -> None:
    ready.click("disinfected")
    assert not ready.button("disinfected").isEnabled()
    ready.click("notice.undo")
    assert not ready.state.disinfected
    assert ready.button("disinfected").isEnabled()
