"""A million damaged frames, most of them by one to three bits only: none is taken for a good one."""

import numpy as np
from damaged_frames import SHARES, FuzzTally, cut_out, flip_bits, splice, whole_frames

from devices import framing


def test_a_million_damaged_frames_and_none_accepted() -> None:
    tally = FuzzTally(seed=20)
    tally.read(1_000_000)
    assert tally.total >= 1_000_000
    assert {kind: tally.tried[kind] / tally.total for kind in SHARES} == SHARES
    assert tally.false == []
    assert tally.held_back == []


def test_a_reader_that_checks_nothing_is_found_out(monkeypatch) -> None:
    monkeypatch.setattr(framing, "_CRC_RESIDUE", framing._CRC_RESIDUE ^ 1)
    deaf = FuzzTally()
    deaf.read(1_000)
    assert deaf.held_back
    monkeypatch.undo()
    monkeypatch.setattr(framing.zlib, "crc32", lambda decoded: framing._CRC_RESIDUE)
    credulous = FuzzTally()
    credulous.read(1_000)
    assert {kind for kind, _ in credulous.false} == set(SHARES)


def test_the_damage_is_what_it_says() -> None:
    chance = np.random.default_rng(3)
    rows = np.repeat(whole_frames(chance)[1][:1], 5_000, axis=0)
    for bits in (1, 2, 3):
        hurt = flip_bits(rows, bits, chance)
        assert (np.bitwise_count(hurt ^ rows).sum(axis=1) == bits).all()
        assert (hurt != rows).any(axis=0).all(), "every byte is hit now and then"
    wire = rows[0].tobytes()
    assert len(cut_out(rows, chance)) <= len(rows) * (len(wire) - 1)
    assert len(set(splice(rows, rows, chance).split(b"\0"))) > len(wire)
