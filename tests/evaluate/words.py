"""Documents whose words are single characters: positions of words serve as offsets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

Cluster = Sequence[Sequence[int]]


def document(name: str, layers: Sequence[str], **items: Any) -> dict[str, Any]:
    """A gold document of 400 words."""
    text = "w" * 400
    return {
        "id": name, "schema": "core/1.0", "language": "en", "text": text, "length": len(text),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "annotation": {"status": "gold", "layers": list(layers)}, **items,
    }  # fmt: skip


def mentions(spans: Iterable[tuple[int, int]], **more: Any) -> list[dict[str, Any]]:
    """Mentions at half-open spans, each with an id that says where it is."""
    return [
        {"id": f"m{start}-{end}", "spans": [[start, end]], "type": "X", **more}
        for start, end in dict.fromkeys(spans)
    ]


def clustered(clusters: Sequence[Cluster]) -> list[dict[str, Any]]:
    """Mentions of clusters whose ends are part of the mention, in the order they are given."""
    return [
        {"id": f"m{number}-{at}", "spans": [[start, end + 1]], "type": "X", "entity": f"e{number}"}
        for number, cluster in enumerate(clusters)
        for at, (start, end) in enumerate(cluster)
    ]


def events(found: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Events as conformance cases have them: the layers of mentions and events."""
    fillers = [(start, end) for each in found for start, end, _ in each["arguments"]]
    return {
        "mentions": mentions(fillers),
        "events": [
            {
                "id": f"v{number}", "spans": [each["trigger"]], "type": each["type"],
                "arguments": [
                    {"role": role, "filler": f"m{start}-{end}"}
                    for start, end, role in each["arguments"]
                ],
            }
            for number, each in enumerate(found)
        ],
    }  # fmt: skip
