"""Bundled files are found, and nothing else."""

import pytest

from console.services.resources import resource_path, resource_text


def test_bundled_file_is_found_and_read() -> None:
    assert resource_path("maps", "face_map.svg").is_file()
    assert "SIL OPEN FONT LICENSE" in resource_text("fonts", "OFL.txt")


@pytest.mark.parametrize("parts", [("..", "main.py"), ("/etc/passwd",), ("fonts/../../main.py",), ("C:\\x",)])
def test_ways_out_are_refused(parts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="own files"):
        resource_path(*parts)


def test_missing_file_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"icons/unknown\.svg"):
        resource_path("icons", "unknown.svg")
