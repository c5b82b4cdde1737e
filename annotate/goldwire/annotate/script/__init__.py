"""The edit script: an annotation as plain text, one edit a line, for editors, diffs, and replay.

``script_edit`` turns a script into one edit of a document, ``document_script`` writes the
annotation of a document as a script. The language is specified in ``annotate/README.md``.
"""

from __future__ import annotations

from .errors import ScriptError
from .lines import Field, Fragment, Line, Value, Word, field_of, fragment_of, read_lines
from .reading import Made, lines_edit, script_edit
from .writing import document_script

__all__ = [
    "Field",
    "Fragment",
    "Line",
    "Made",
    "ScriptError",
    "Value",
    "Word",
    "document_script",
    "field_of",
    "fragment_of",
    "lines_edit",
    "read_lines",
    "script_edit",
]
