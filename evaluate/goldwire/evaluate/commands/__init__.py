"""The commands of the evaluate floor: one module each, thin shells over public functions."""
