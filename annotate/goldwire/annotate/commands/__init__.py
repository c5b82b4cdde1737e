"""The commands of ``goldwire annotate``: thin shells over what the folder above does."""
