"""The file by which a data folder is known."""

FOLDER_FILE = "folder.json"
