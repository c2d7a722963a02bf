"""Serial pens: framing, messages, links, discovery, and the simulated pen."""
