"""Every driver under a coverage-guided run: it never raises, only asks, and holds little."""

import random
from pathlib import Path

import pytest
from fuzzed_drivers import FUZZED_DRIVERS, MOST_HELD_BYTES, FuzzedDriver, feed_whole_link, held_bytes
from guided_fuzz import Attempt, GuidedFuzz, Mutator

import devices

WATCHED = Path(devices.__file__).parent
ATTEMPTS = 150
EVERY_DRIVER = pytest.mark.parametrize("fuzzed", FUZZED_DRIVERS.values(), ids=FUZZED_DRIVERS)


def mutator_of(fuzzed: FuzzedDriver, seed: int) -> Mutator:
    return Mutator(random.Random(seed), fuzzed.words(), fuzzed.open_word, fuzzed.close_word)


@EVERY_DRIVER
def test_no_bytes_make_it_raise_or_do_more_than_ask(fuzzed: FuzzedDriver) -> None:
    def attempt(reads: Attempt) -> None:
        feed_whole_link(fuzzed.make(), reads, random.Random(len(reads)))

    fuzz = GuidedFuzz(mutator_of(fuzzed, 1), attempt, WATCHED)
    fuzz.run(ATTEMPTS)
    assert len(fuzz.corpus) > len(fuzz.mutator.first()), "nothing new was found beyond the good words"


@EVERY_DRIVER
def test_its_good_words_are_understood_and_closed_right(fuzzed: FuzzedDriver) -> None:
    words = fuzzed.words()
    driver = fuzzed.make()
    feed_whole_link(driver, words, random.Random(1))
    assert driver.heard and not driver.damaged
    for word in words:
        again = fuzzed.close_word(fuzzed.open_word(word))
        driver = fuzzed.make()
        feed_whole_link(driver, [words[0], again, again], random.Random(1))
        assert not driver.damaged, word


@EVERY_DRIVER
def test_whatever_it_is_fed_it_holds_little(fuzzed: FuzzedDriver) -> None:
    mutator = mutator_of(fuzzed, 2)
    corpus = mutator.first()
    for number in range(300):
        corpus.append(mutator.change(mutator.chance.choice(corpus), mutator.chance.choice(corpus)))
        if number % 3 == 0:
            corpus[-1].append(mutator.chance.choice((b"\x55", b"\0", b"\n", b"1,", b"\x02")) * 4_096)
    everything = [read for attempt in corpus for read in attempt]
    machine = feed_whole_link(fuzzed.make(), everything, random.Random(3))
    assert held_bytes(machine) < MOST_HELD_BYTES


def test_the_fuzzer_finds_what_chance_would_not() -> None:
    def lock(reads: Attempt) -> None:
        wire = b"".join(reads)
        for place, digit in enumerate((0xFF, 0x7F, 0x80, 0xFE)):
            if wire[place : place + 1] != bytes((digit,)):
                return turned[place]()
        raise LookupError

    turned = (lambda: None, lambda: "one", lambda: "two", lambda: "three")
    for watched, opens in ((Path(__file__), True), (WATCHED, False)):  # with nobody watching, nothing is learnt
        mutator = Mutator(random.Random(1), [b"word", b"another"], lambda word: word, lambda word: word)
        try:
            GuidedFuzz(mutator, lock, watched).run(30_000)
        except LookupError:
            assert opens
        else:
            assert not opens
