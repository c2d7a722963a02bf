"""A keyring in memory, as it stands on a bad day."""

from dataclasses import dataclass, field


@dataclass
class FakeVault:
    """Keeps secrets; ``locked``: gives none and takes none, as a keyring nobody unlocked."""

    kept: dict[str, str] = field(default_factory=dict)
    locked: bool = False

    def get(self, name: str) -> str | None:
        return None if self.locked else self.kept.get(name)

    def put(self, name: str, secret: str) -> None:
        if not self.locked:
            self.kept[name] = secret

    def forget(self, name: str) -> None:
        if not self.locked:
            self.kept.pop(name, None)
