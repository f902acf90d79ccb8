"""Training and distillation of a pair for speculative decoding: a byte-level Mamba (the verifier)
and a subword Mamba that drafts for it."""
