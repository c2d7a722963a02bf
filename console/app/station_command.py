"""``main.py station``: the public keys by which anybody can check what this station signed."""

import argparse
import json

from console.app.reading import opened
from console.app.reading_notes import no_record
from console.domain.clock import iso_utc
from console.domain.station_proof import StationKey, in_fours, key_json
from db.data_folder import DataFolder
from db.session_store import SessionStore
from db.station_key import StationSigner, trusted_keys


def run(args: argparse.Namespace) -> int:
    """Print the station's public keys, the one in use first."""
    with opened(args, no_record) as (folder, store):
        keys = station_keys(folder, store)
        signer = StationSigner(folder.keys.station)
    trusted = trusted_keys(keys, signer.public_key)
    if args.json:
        print(json.dumps({"in_use": signer.key_id, "trusted": list(trusted),
                          "station_keys": [key_json(one) for one in keys]}, indent=1))
        return 0
    for one in keys:
        role = "in use" if one.key_id == signer.key_id else "former" if one.key_id in trusted else "NOT TRUSTED"
        since = f"since {iso_utc(one.made_us)[:10]}" if one.made_us else "has signed nothing yet"
        print(f"{in_fours(one.key_id)}  {role}, {since}\n{one.public_key.hex()}")
    return 0


def station_keys(folder: DataFolder, store: SessionStore) -> list[StationKey]:
    """Give the station's public keys, the one in use first, also where it has signed nothing yet."""
    signer = StationSigner(folder.keys.station)
    kept = store.station_keys()
    in_use = [one for one in kept if one.key_id == signer.key_id] or [signer.first_key(0)]
    return in_use + [one for one in reversed(kept) if one.key_id != signer.key_id]


