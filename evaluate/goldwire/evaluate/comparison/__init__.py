"""Several systems on the same gold: differences, where they arise, and what can be shown."""
