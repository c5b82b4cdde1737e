"""What is wrong, item by item: the errors of a block as columns, and those that are listed."""
