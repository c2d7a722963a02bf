"""The encrypted database: one writer thread, one reader, the chain and its proof."""
