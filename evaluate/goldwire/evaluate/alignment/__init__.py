"""The one alignment: what is compared, which items overlap, and which pairs are chosen."""
