"""Use cases and buffers between the domain and the adapters; no Qt, SQL or serial."""
