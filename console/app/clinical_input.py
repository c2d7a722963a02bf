"""What the clinical commands read: the clinical data of a data folder (or as shipped), and a file of text."""

import argparse
import json
import sys
from pathlib import Path

from console.domain.errors import OperatorError
from console.services.clinical_library import ClinicalLibrary
from console.services.resources import resource_path


def library_at(args: argparse.Namespace) -> ClinicalLibrary:
    """Load the clinical files and settings of ``--data``, without it what is shipped. No patient record is read."""
    path: Path | None = getattr(args, "data", None)
    if path is None:
        return ClinicalLibrary.load(resource_path("."))
    return _library_of_folder(args, path)


def _library_of_folder(args: argparse.Namespace, path: Path) -> ClinicalLibrary:
    # What opens a data folder takes longer to import than the shipped files to read.
    from console.app.compose import folder_library, load_library
    from console.app.reading import opened
    from console.app.reading_notes import no_record
    from db.data_folder import CLINIC, DATABASE_FILE, INVENTED
    from db.folder_file import FOLDER_FILE
    from db.registry import RegistryReader

    if (path / DATABASE_FILE).exists():
        with opened(args, no_record) as (folder, store):
            return folder_library(folder, RegistryReader(store))
    try:
        kind = json.loads((path / FOLDER_FILE).read_text(encoding="utf-8"))["kind"]
    except (OSError, ValueError, KeyError, TypeError):
        raise OperatorError(f"{path} is no data folder", "nothing was judged", "name another, or none") from None
    return load_library(kind if kind in INVENTED else CLINIC, path)


def read_words(name: str) -> str:
    """Read a file of UTF-8 text, ``-`` for standard input."""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise OperatorError(f"{name} is not UTF-8 text", "nothing was judged", "write it as JSON") from None
    except OSError as error:
        raise OperatorError(
            f"{name} cannot be read ({error.strerror})", "nothing was judged", "check its name and your rights"
        ) from None
