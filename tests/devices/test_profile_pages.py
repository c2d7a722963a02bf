"""Every example on the page about profiles is one that works."""

import re
from pathlib import Path

import pytest

from devices.checksums import CHECKSUMS
from devices.pens.struct_records import TYPES
from devices.profile import UNITS, Channel
from devices.profile_reader import read_profile

PAGE = (Path(__file__).parents[2] / "docs" / "pen-profiles.md").read_text(encoding="utf-8")
EXAMPLES = [one for one in re.findall(r"```toml\n(.*?)```", PAGE, re.S) if "[pen]" in one]


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: re.search(r'id = "(.*?)"', text)[1])
def test_an_example_of_the_page_is_right(text: str, tmp_path) -> None:
    path = tmp_path / "p.toml"
    path.write_text(text, encoding="utf-8")
    assert read_profile(path).pen_id.startswith("my-")


def test_the_page_shows_one_example_of_each_kind_and_names_every_word() -> None:
    assert len(EXAMPLES) == 6
    units = {unit for known in UNITS.values() for unit in known if unit.isascii() and unit != "percent"}
    words = {*CHECKSUMS, *(channel.value for channel in Channel), *units}
    assert [word for word in sorted(words) if f"`{word}`" not in PAGE] == []
    assert [name for name in TYPES if name not in PAGE] == []
