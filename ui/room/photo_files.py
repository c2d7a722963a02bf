"""Picks picture files of a folder: the newest first, touched in the order of the views."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from console.services.photo_desk import PhotoDesk
from ui.widgets.buttons import Button, ChoiceChip
from ui.widgets.texts import Entry, Label, column, row, scrolled

COLUMNS = 3


class PhotoFiles(QWidget):
    """``picked(tuple of paths)`` once confirmed, ``left()`` to go back. Chips are named ``photo.file.<n>``."""

    picked = Signal(tuple)
    left = Signal()

    def __init__(self, desk: PhotoDesk, wanted: int) -> None:
        super().__init__()
        self._desk, self._wanted = desk, wanted
        self._files: tuple[Path, ...] = ()
        self._order: list[Path] = []
        self._chips: dict[Path, ChoiceChip] = {}
        self._folder = Entry()
        self._folder.setObjectName("photo.folder")
        self._folder.setAccessibleName("Folder with the pictures")
        self._folder.setMinimumHeight(48)
        self._folder.returnPressed.connect(self.look)
        look = Button("Look here", "search", "normal", "m", name="photo.look")
        look.triggered.connect(self.look)
        self._newest = Button(f"Newest {wanted}", "check", "normal", "m", name="photo.newest")
        self._newest.triggered.connect(self._take_newest)
        self._words = Label("", "label", "ink2", wrap=True)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        holder = QWidget()
        below = QVBoxLayout(holder)
        below.setContentsMargins(0, 0, 0, 0)
        below.addLayout(self._grid)
        below.addStretch(1)
        back = Button("Back to the set", "left", "quiet", "l", name="photo.back")
        back.triggered.connect(self.left)
        self._take = Button("Take them", "check", "primary", "l", name="photo.take")
        self._take.triggered.connect(lambda: self.picked.emit(tuple(self._order)))
        head = row(self._folder, look, self._newest, spacing=8)
        head.setStretch(0, 1)
        whole = column(head, self._words, scrolled(holder), row(back, None, self._take), spacing=12)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def open(self) -> None:
        """Show the folder used last."""
        self._folder.setText(str(self._desk.folder()))
        self.look()

    def look(self) -> None:
        """List the folder that stands in the line."""
        folder = Path(self._folder.text().strip()).expanduser()
        self._show(())
        self._words.show_text("Looking", "ink2")
        self._desk.list_files(folder, lambda files: self._found(folder, files), self._failed)

    def _found(self, folder: Path, files: tuple[Path, ...]) -> None:
        if isValid(self):
            self._desk.use_folder(folder)
            self._show(files)
            self._words.show_text(
                "Touch them in the order of the views, or take the newest." if files else
                "There is no PNG or JPEG picture in this folder.", "ink2")

    def _failed(self, error: BaseException) -> None:
        if isValid(self):
            self._words.show_text(str(error), "stop")

    def _show(self, files: tuple[Path, ...]) -> None:
        while (place := self._grid.takeAt(0)) is not None:
            if (old := place.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._files, self._order, self._chips = files, [], {}
        for number, path in enumerate(files):
            chip = ChoiceChip(path.name, "file", name=f"photo.file.{number}")
            chip.chosen.connect(lambda on, one=path: self._touched(one, on))
            self._chips[path] = chip
            self._grid.addWidget(chip, number // COLUMNS, number % COLUMNS)
        self._show_order()

    def _touched(self, path: Path, on: bool) -> None:
        self._order = [one for one in self._order if one != path] + ([path] if on else [])
        self._show_order()

    def _take_newest(self) -> None:
        newest = sorted(self._files[:self._wanted], key=lambda one: self._files.index(one), reverse=True)
        self.picked.emit(tuple(newest))

    def _show_order(self) -> None:
        for path, chip in self._chips.items():
            place = f"{self._order.index(path) + 1}  " if path in self._order else ""
            chip.setText(f"{place}{path.name}")
            chip.setAccessibleName(f"{path.name}{f', number {place.strip()}' if place else ''}")
        count = len(self._order)
        self._take.setEnabled(bool(count))
        self._take.show_words(f"Take {count}" if count else "Take them", "" if count else "touch a picture first")
        self._newest.setEnabled(bool(self._files))
