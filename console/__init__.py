"""The console: domain, services, exports and the program that wires them."""
