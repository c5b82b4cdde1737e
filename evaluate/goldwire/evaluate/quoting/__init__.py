"""Quotes to offsets: where what an item says stands in the text."""
