"""Sealed payloads: opened by their own key, in their own place, and in no other way."""

from uuid import UUID

import pytest

from console.domain.history import commitment_to
from db.sealed_payload import NotOpened, PayloadSeal, commitment_in, erased_text, erasure_in, is_sealed

SESSION = UUID("019a8f3c-5e80-7c41-9d2b-6a1f0c3e7b55")
PAYLOAD = '{"text":"Röte ☀"}'.encode()


def test_what_was_sealed_opens_again() -> None:
    seal = PayloadSeal(bytes(32), SESSION)
    made = seal.seal(7, PAYLOAD)
    assert is_sealed(made.text) and b"text" not in made.text.encode()
    assert seal.open(7, made.text) == (made.salt, PAYLOAD)
    assert seal.proved(7, made.text) == PAYLOAD
    assert commitment_in(made.text) == made.commitment == commitment_to(made.salt, PAYLOAD)


def test_the_same_payload_never_looks_the_same() -> None:
    seal = PayloadSeal(bytes(32), SESSION)
    one, other = seal.seal(1, PAYLOAD), seal.seal(1, PAYLOAD)
    assert one.commitment != other.commitment and one.text[80:] != other.text[80:]


@pytest.mark.parametrize(("key", "session", "seq"), [
    (b"k" * 32, SESSION, 7), (bytes(32), UUID(int=1), 7), (bytes(32), SESSION, 8), (bytes(32), SESSION, -1),
])
def test_another_key_session_or_place_does_not_open_it(key: bytes, session: UUID, seq: int) -> None:
    made = PayloadSeal(bytes(32), SESSION).seal(7, PAYLOAD)
    with pytest.raises(NotOpened):
        PayloadSeal(key, session).open(seq, made.text)


@pytest.mark.parametrize("place", [20, 95, 120, -8])
def test_a_changed_character_does_not_open(place: int) -> None:
    seal = PayloadSeal(bytes(32), SESSION)
    text = list(seal.seal(7, PAYLOAD).text)
    text[place] = "a" if text[place] != "a" else "b"
    with pytest.raises(NotOpened):
        seal.proved(7, "".join(text))


@pytest.mark.parametrize("text", [
    "", "{}", '{"commitment":"00"}', '{"commitment":"' + "0" * 64 + '"}',
    '{"commitment":"' + "0" * 64 + '","sealed":"é"}',
    ' {"commitment":"' + "0" * 64 + '","sealed":"AAAA"}', '{"commitment":"' + "0" * 64 + '","sealed":"AAAA"}\n',
])
def test_what_is_not_well_formed_has_no_commitment(text: str) -> None:
    assert commitment_in(text) is None
    with pytest.raises(NotOpened):
        PayloadSeal(bytes(32), SESSION).proved(1, text)


def test_an_erased_payload_names_its_ledger_entry() -> None:
    assert erased_text(12) == '{"erased":12}'
    assert erasure_in(erased_text(12)) == 12
    assert [erasure_in(text) for text in ('{"erased":0}', '{"erased": 12}', '{"erased":12,"x":1}', "{}")] == [None] * 4
