"""What the clinical commands read: the clinical files of a data folder (or the shipped ones), and a file of text."""

import json
import sys
from pathlib import Path

from console.app.compose import load_library
from console.domain.errors import OperatorError
from console.services.clinical_library import ClinicalLibrary
from console.services.resources import resource_path
from db.data_folder import CLINIC, FOLDER_FILE, INVENTED


def library_at(path: Path | None) -> ClinicalLibrary:
    """Load the clinical files of a data folder, None: the shipped ones. No patient record is opened."""
    if path is None:
        return ClinicalLibrary.load(resource_path("."))
    try:
        kind = json.loads((path / FOLDER_FILE).read_text(encoding="utf-8"))["kind"]
    except (OSError, ValueError, KeyError, TypeError):
        raise OperatorError(f"{path} is no data folder", "nothing was judged", "name another, or none") from None
    return load_library(kind if kind in INVENTED else CLINIC, path / "clinical")


def read_words(name: str) -> str:
    """Read a file of UTF-8 text, ``-`` for standard input."""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise OperatorError(f"{name} is not UTF-8 text", "nothing was judged", "write it as JSON") from None
    except OSError as error:
        raise OperatorError(f"{name} cannot be read ({error.strerror})", "nothing was judged") from None
