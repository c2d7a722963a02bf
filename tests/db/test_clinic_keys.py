"""A clinic's keys: what opens the folder on a bad day, and every change of them cut off at every step."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from key_vaults import FakeVault
from store_kit import StillClock, batch, begin, end, summary

from console.domain.errors import OperatorError
from db import clinic_keys, passphrase_tries
from db.data_folder import CLINIC, DataFolder, create_folder, open_folder
from db.keys import WRAPPED_FILE, FolderKeys, keep_in, unwrap, wrap
from db.passphrase_tries import TRIES_FILE, PassphraseTries, tell_refused
from db.recorder_thread import RecorderThread
from db.recovery_text import check_words, key_file_of, put_key_file_back, recovery_text
from db.session_store import SessionStore
from db.station_key import StationSigner, trusted_keys
from db.verify import verify_folder

PASSPHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretch passphrases little: what is asked here does not depend on how dear it is."""
    monkeypatch.setattr("db.keys._ARGON2", {"memory_kib": 64, "time": 1, "lanes": 1})


@pytest.fixture
def vault() -> FakeVault:
    return FakeVault()


@pytest.fixture
def place(tmp_path: Path, vault: FakeVault) -> Path:
    folder = create_folder(tmp_path / "c", CLINIC, StillClock(), PASSPHRASE, vault_of=lambda: vault)
    recorder = RecorderThread(folder, StillClock(), summary)
    recorder.start()
    session_id = begin(recorder)
    recorder.add_samples(session_id, batch(0, 100))
    end(recorder, session_id)
    assert recorder.stop(10)
    folder.close()
    return folder.path


def opened(place: Path, vault: FakeVault | None, passphrase: str | None = None, **more: bool) -> DataFolder:
    return open_folder(place, passphrase, vault_of=lambda: vault, clock=StillClock(), **more)


def opens_whole(place: Path, vault: FakeVault | None, passphrase: str | None = None) -> FolderKeys:
    """Open as a reader, then as a writer, and prove the record."""
    for writing in (False, True):
        folder = opened(place, vault, passphrase, writing=writing)
        assert verify_folder(folder) == []
        folder.close()
    assert not (place / clinic_keys.NEXT_FILE).exists()
    return folder.keys


# --- the keyring on a bad day ---------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["locked", "gone", "empty", "nonsense", "another key"])
def test_whatever_the_keyring_does_the_passphrase_opens(place: Path, vault: FakeVault, state: str) -> None:
    right = opens_whole(place, vault)
    known: FakeVault | None = vault
    if state == "locked":
        vault.locked = True
    elif state == "gone":
        known = None
    elif state == "empty":
        vault.kept.clear()
    else:
        other = FolderKeys(bytes(32), bytes(32), bytes(32)).to_bytes().hex()
        vault.kept = {name: "nonsense" if state == "nonsense" else other for name in vault.kept}
    with pytest.raises(OperatorError, match="give the passphrase"):
        opened(place, known)
    assert opens_whole(place, known, PASSPHRASE) == right
    if state not in ("locked", "gone"):
        assert opens_whole(place, known) == right  # the keyring was put right


# --- wrong passphrases ------------------------------------------------------------------------------------------


def test_wrong_passphrases_slow_down_over_restarts_and_are_told_to_the_audit(place: Path) -> None:
    clock = StillClock()

    def attempt(phrase: str) -> None:
        open_folder(place, phrase, vault_of=lambda: None, clock=clock).close()

    for _ in range(3):
        with pytest.raises(OperatorError, match="The passphrase is wrong"):
            attempt("wrong")
    waits = []
    for _ in range(3):  # each try reads the file anew, as after a restart
        waits.append(PassphraseTries(place, clock).wait_s())
        with pytest.raises(OperatorError, match=f"wait {round(waits[-1])} s"):
            attempt(PASSPHRASE)
        clock.advance(waits[-1])
        with pytest.raises(OperatorError, match="The passphrase is wrong"):
            attempt("wrong")
    assert waits[1] == 2 * waits[0] and waits[2] == 2 * waits[1]
    clock.advance(-9_999)
    assert PassphraseTries(place, clock).wait_s() == 2 * waits[2]  # a clock put back does not shorten it
    clock.advance(9_999 + 2 * waits[2])
    attempt(PASSPHRASE)
    told: list[tuple[str, ...]] = []
    for _ in range(2):
        tell_refused(place, clock, lambda *entry: told.append(entry), "folder")
    ((actor, action, subject, words),) = told
    assert (actor, action, subject, words.startswith("6 times, last ")) == (
        "console", "passphrase_refused", "folder", True)
    assert not (place / TRIES_FILE).exists()


@pytest.mark.parametrize("content", [
    b"", b"[]", b'{"running":-1,"count":1,"at_us":[]}', b'{"running":9,"count":9,"at_us":["x"]}'])
def test_a_broken_count_of_tries_locks_nobody_out(place: Path, content: bytes) -> None:
    (place / TRIES_FILE).write_bytes(content)
    assert opens_whole(place, None, PASSPHRASE)


def test_a_folder_that_cannot_be_written_still_opens(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(passphrase_tries, "write_atomically", full)
    with pytest.raises(OperatorError, match="The passphrase is wrong"):
        opened(place, None, "wrong")
    opened(place, None, PASSPHRASE).close()


# --- changes ------------------------------------------------------------------------------------------------------


class Cut(BaseException):
    """The power goes."""


def change(place: Path, vault: FakeVault | None, what: str) -> FolderKeys:
    folder = opened(place, vault, PASSPHRASE, writing=True)
    parts = (folder.path, folder.folder_id, folder.keys, PASSPHRASE, vault)
    try:
        if what == "database":
            return clinic_keys.change_database_key(*parts)
        return clinic_keys.change_station_key(*parts, 7)
    finally:
        folder.close()


@pytest.mark.parametrize("what", ["database", "station"])
@pytest.mark.parametrize("with_vault", [True, False])
def test_a_changed_key_opens_and_the_former_does_not(
    place: Path, vault: FakeVault, what: str, with_vault: bool
) -> None:
    known = vault if with_vault else None
    former = opens_whole(place, known, PASSPHRASE)
    new = change(place, known, what)
    assert (new.database == former.database, new.station == former.station) == (what != "database", what != "station")
    assert new.head == former.head
    assert opens_whole(place, known, PASSPHRASE) == new
    if with_vault:
        assert opens_whole(place, vault) == new
        assert len(vault.kept) == 1
    else:
        stale = FakeVault()
        folder_id = json.loads((place / WRAPPED_FILE).read_text())["folder_id"]
        keep_in(stale, folder_id, former)
        if what == "database":
            with pytest.raises(OperatorError, match="does not open"):
                opened(place, stale)


def test_what_the_former_station_key_signed_stays_provable(place: Path, vault: FakeVault) -> None:
    former = StationSigner(opens_whole(place, vault).station)
    new = StationSigner(change(place, vault, "station").station)
    folder = opened(place, vault, writing=True)
    store = SessionStore(folder)
    try:
        assert set(trusted_keys(store.station_keys(), new.public_key)) == {former.key_id, new.key_id}
        assert [one.key_id for one in store.proof(store.session_ids()[0]).signatures] == [former.key_id]
        assert verify_folder(folder) == []
    finally:
        store.close()
        folder.close()


STEPS = ("write_atomically", "keep_in", "encrypt_anew", "_promote", "settle_change")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("with_vault", [True, False])
def test_a_change_of_the_database_key_cut_off_anywhere_leaves_a_folder_that_opens(
    place: Path, vault: FakeVault, step: str, moment: str, with_vault: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = vault if with_vault else None
    real: Callable[..., object] = getattr(clinic_keys, step)

    def cut(*parts: object) -> None:
        if moment == "after":
            real(*parts)
        raise Cut

    folder = opened(place, known, PASSPHRASE, writing=True)
    with monkeypatch.context() as patched:
        patched.setattr(clinic_keys, step, cut)
        if with_vault or step != "keep_in":
            with pytest.raises(Cut):
                clinic_keys.change_database_key(folder.path, folder.folder_id, folder.keys, PASSPHRASE, known)
    folder.close()
    for copied, way in enumerate([(known, PASSPHRASE), (None, PASSPHRASE), (vault, None)]):
        if way[1] is None and not with_vault:
            continue
        copy = place.with_name(f"copy-{copied}")
        shutil.copytree(place, copy)
        kept = FakeVault(dict(vault.kept))
        opens_whole(copy, kept if way[0] is not None else None, way[1])


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", ["keep_key", "keep_in", "write_atomically", "settle_change"])
@pytest.mark.parametrize("with_vault", [True, False])
def test_a_change_of_the_station_key_cut_off_anywhere_leaves_one_key_that_all_agree_on(
    place: Path, vault: FakeVault, step: str, moment: str, with_vault: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = vault if with_vault else None
    real: Callable[..., object] = getattr(clinic_keys, step)

    def cut(*parts: object, **more: object) -> None:
        if moment == "after":
            real(*parts, **more)
        raise Cut

    folder = opened(place, known, PASSPHRASE, writing=True)
    with monkeypatch.context() as patched:
        patched.setattr(clinic_keys, step, cut)
        if with_vault or step != "keep_in":
            with pytest.raises(Cut):
                clinic_keys.change_station_key(folder.path, folder.folder_id, folder.keys, PASSPHRASE, known, 1)
    folder.close()
    wrapped = unwrap(place / WRAPPED_FILE, PASSPHRASE)
    assert wrapped is not None
    for way in [(vault, None)] if with_vault else [(None, PASSPHRASE)]:
        assert opens_whole(place, *way) == wrapped
    assert opens_whole(place, known, PASSPHRASE) == wrapped
    assert set(vault.kept.values()) == {wrapped.to_bytes().hex()} or not with_vault
    changed = change(place, known, "station")
    assert changed.station != wrapped.station and opens_whole(place, known, PASSPHRASE) == changed


def test_a_change_is_refused_without_the_passphrase_or_while_a_spill_file_waits(
    place: Path, vault: FakeVault
) -> None:
    folder = opened(place, vault, writing=True)
    parts = (folder.path, folder.folder_id, folder.keys)
    before = (place / WRAPPED_FILE).read_bytes()
    for refused in (lambda: clinic_keys.change_database_key(*parts, "wrong", vault),
                    lambda: clinic_keys.change_station_key(*parts, "wrong", vault, 1),
                    lambda: clinic_keys.change_passphrase(*parts, "wrong", "another passphrase")):
        with pytest.raises(OperatorError, match="The passphrase is wrong"):
            refused()
    with pytest.raises(OperatorError, match="too short"):
        clinic_keys.change_passphrase(*parts, PASSPHRASE, "short")
    (place / "spill" / "x.spill").write_bytes(b"waiting")
    with pytest.raises(OperatorError, match="still waits"):
        clinic_keys.change_database_key(*parts, PASSPHRASE, vault)
    folder.close()
    assert (place / WRAPPED_FILE).read_bytes() == before and not (place / clinic_keys.NEXT_FILE).exists()


def test_another_passphrase_takes_the_place_of_the_former(place: Path) -> None:
    folder = opened(place, None, PASSPHRASE, writing=True)
    clinic_keys.change_passphrase(folder.path, folder.folder_id, folder.keys, PASSPHRASE, "battery staple")
    folder.close()
    assert opens_whole(place, None, "battery staple") == folder.keys
    with pytest.raises(OperatorError, match="The passphrase is wrong"):
        opened(place, None, PASSPHRASE)


_CHANGING = """
import sys, pathlib
from console.services.clocks import SystemClock
from db import clinic_keys
from db.data_folder import open_folder
folder = open_folder(pathlib.Path(sys.argv[1]), sys.argv[2], writing=True, vault_of=lambda: None)
print("go", flush=True)
while True:
    folder.keys = clinic_keys.change_database_key(folder.path, folder.folder_id, folder.keys, sys.argv[2], None)
    print("changed", flush=True)
"""


@pytest.fixture
def changing(place: Path) -> Iterator["subprocess.Popen[bytes]"]:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", _CHANGING, str(place), PASSPHRASE], stdout=subprocess.PIPE, cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("changes", [0, 1, 2])
def test_a_kill_in_the_midst_of_changing_leaves_a_folder_that_opens(
    place: Path, changing: "subprocess.Popen[bytes]", changes: int
) -> None:
    assert changing.stdout is not None
    assert changing.stdout.readline() == b"go\n"
    for _ in range(changes):
        assert changing.stdout.readline() == b"changed\n"
    changing.kill()
    changing.wait()
    opens_whole(place, None, PASSPHRASE)


# --- the recovery sheet ------------------------------------------------------------------------------------------


def test_the_sheets_code_brings_the_key_file_back(place: Path) -> None:
    keys = opens_whole(place, None, PASSPHRASE)
    code = recovery_text(place)
    assert code.isalnum() and code.isupper() and keys.database.hex().upper() not in code
    folder_id = json.loads((place / WRAPPED_FILE).read_text())["folder_id"]
    (place / WRAPPED_FILE).unlink()
    put_key_file_back(place, f"  {code[:100]}\n{code[100:].lower()} ", folder_id)
    assert opens_whole(place, None, PASSPHRASE) == keys
    put_key_file_back(place, code, folder_id)
    assert (place / "keys.former.json").exists()
    with pytest.raises(OperatorError, match="another data folder"):
        put_key_file_back(place, code, "019a8f3c-5e80-7c41-9d2b-6a1f0c3e7b55")


@pytest.mark.parametrize("spoil", [
    lambda code: code[:-1], lambda code: "", lambda code: code[4:], lambda code: code.replace("NCK1", "NCK2"),
    lambda code: code[:40] + ("0" if code[40] != "0" else "1") + code[41:], lambda code: "NCK1" + "00" * 8,
])
def test_a_misread_code_is_refused(place: Path, spoil: Callable[[str], str]) -> None:
    with pytest.raises(OperatorError, match="misread"):
        key_file_of(spoil(recovery_text(place)))


def test_a_key_file_of_an_earlier_console_opens_and_says_what_to_do(tmp_path: Path, place: Path) -> None:
    keys = opens_whole(place, None, PASSPHRASE)
    content = json.loads(wrap(keys, "x", PASSPHRASE))
    del content["fingerprint"]
    (place / WRAPPED_FILE).write_text(json.dumps(content))
    assert opens_whole(place, None, PASSPHRASE) == keys
    with pytest.raises(OperatorError, match="keys passphrase"):
        recovery_text(place)


def test_check_words_tell_keys_apart() -> None:
    words = {check_words(FolderKeys(bytes([n]) * 32, bytes(32), bytes(32)).fingerprint) for n in range(50)}
    assert len(words) == 50 and all(word.isalpha() and len(word) == 5 for one in words for word in one.split())
