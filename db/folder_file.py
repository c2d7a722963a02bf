"""The file by which a data folder is known, and others beside it."""

FOLDER_FILE = "folder.json"
SERVER_FILE = "server.json"  # its presence joins the folder to a clinic server
PAGE_CHECK_FILE = "page-check.json"  # how far the check of a large database came
