"""`make demo`: from nothing to an investigated alarm, step by step, and nothing left behind."""
