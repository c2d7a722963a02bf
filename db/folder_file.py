"""The file by which a data folder is known."""

FOLDER_FILE = "folder.json"
SERVER_FILE = "server.json"  # its presence joins the folder to a clinic server
