"""The trained baseline beside ``rules``, on public corpora and on documents that it never saw.

    python -m tests.bench.trained [FOLDS]

Five folds over documents: every document is predicted by a model of the other four fifths, and
all predictions are scored at once. UNER EWT is web text with names (its test part alone is at
hand: 2,077 sentences); GUM news is 16 Wikinews stories with all noun phrases, nested. ``rules``
were made for other types: they are mapped to the nearest ones, which is kind to them. Features
and the penalty of the baseline were chosen on these same folds, which is kind to it.

The last table is of cost: training on 10,000 sentences, loading, extracting. Budget: minutes on
two cores, under a second.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.compat.bio import read_tags
from goldwire.evaluate.extractors.protocol import blind
from goldwire.evaluate.extractors.rules import extract as extract_by_rules
from goldwire.evaluate.extractors.trained.extraction import extract
from goldwire.evaluate.extractors.trained.storage import save_model
from goldwire.evaluate.extractors.trained.training import train
from goldwire.evaluate.report.model import Criterion
from goldwire.evaluate.scoring import score
from goldwire.schema.document import Annotation, Document, Mention
from tests.bench.measuring import SEED, python, table
from tests.making import make
from tests.shared import SHARED

UNER = SHARED / "corpora" / "uner_ewt" / "en_ewt-ud-test.iob2"
GUM = SHARED / "corpora" / "gum_news" / "dep"

Spans = list[tuple[int, int, str]]

NEAREST = {
    "uner": {"PER": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"},
    "gum": {
        "PER": "person", "NORP": "person", "ORG": "organization", "GPE": "place", "LOC": "place",
        "FAC": "place", "WEA": "object", "VEH": "object", "PRD": "object",
    },
}  # fmt: skip
"""By corpus, what the types of ``rules`` are called there."""


def read_uner(path: Path = UNER) -> list[Document]:
    """Universal NER as documents, a line a sentence; names alone are annotated."""
    with path.open(encoding="utf-8") as lines:
        texts = [line[9:].rstrip("\n") for line in lines if line.startswith("# text = ")]
    found: dict[str, tuple[str, Spans]] = {}
    for sentence, said in zip(read_tags(path, token=1, tag=2), texts, strict=True):
        text, spans = found.get(str(sentence.name), ("", []))
        text += "\n" if text else ""
        at = len(text)
        text += said
        for token, tag in zip(sentence.tokens, sentence.tags, strict=True):
            start = text.index(token, at)
            at = start + len(token)
            if tag.startswith("B-"):
                spans.append((start, at, tag[2:]))
            elif tag.startswith("I-"):
                spans[-1] = (spans[-1][0], at, spans[-1][2])
        found[str(sentence.name)] = text, spans
    return [_document(name, text, spans) for name, (text, spans) in found.items()]


def read_gum(folder: Path = GUM) -> list[Document]:
    """GUM news as documents, a blank line between paragraphs; all mentions, nested."""
    return [_gum_document(path) for path in sorted(folder.glob("*.conllu"))]


def _gum_document(path: Path) -> Document:
    text, spans = "", []
    opened: list[tuple[str, str, int]] = []
    for line in path.read_text("utf-8").splitlines():
        if line == "# newpar" and text:
            text = text.rstrip() + "\n\n"
        row = line.split("\t")
        if len(row) < 10 or not row[0].isdigit():
            continue
        start, end = len(text), len(text) + len(row[1])
        text += row[1] + ("" if "SpaceAfter=No" in row[9] else " ")
        marked = re.search(r"Entity=([^|]*)", row[9])
        for part in re.findall(r"\([^()]+\)?|[^()]+\)", marked[1]) if marked else ():
            if part[0] == "(":
                name, kind = part.strip("()").split("-")[:2]
                opened.append((name, kind, start))
            if part[-1] == ")":
                name = part.strip("()").split("-")[0]
                last = max(at for at, one in enumerate(opened) if one[0] == name)
                _, kind, begin = opened.pop(last)
                spans.append((begin, end, kind))
    return _document(path.stem, text.rstrip(), spans)


def _document(name: str, text: str, spans: Spans) -> Document:
    return make(
        text,
        id=name,
        schema="core/1.0",
        annotation=Annotation(status="gold", layers=("mentions",)),
        mentions=tuple(
            Mention(id=f"m{number}", spans=((start, end),), text=text[start:end], type=kind)
            for number, (start, end, kind) in enumerate(spans, 1)
        ),
    )


def held_out(documents: Sequence[Document], folds: Iterable[int], size: int = 5) -> list[Document]:
    """Predictions for the documents of some folds, each by a model of all other folds."""
    found = []
    for fold in folds:
        model = train(one for number, one in enumerate(documents) if number % size != fold)
        found += [extract(model, blind(one)) for one in documents[fold::size]]
    return found


def by_rules(documents: Iterable[Document], corpus: str) -> Iterator[Document]:
    """What ``rules`` find, in the corpus's types; for names, their names alone."""
    for document in documents:
        predicted = extract_by_rules(blind(document))
        yield msgspec.structs.replace(
            predicted,
            mentions=tuple(
                msgspec.structs.replace(mention, type=NEAREST[corpus][mention.type])
                for mention in predicted.mentions
                if mention.type in NEAREST[corpus] and (corpus == "gum" or mention.level == "NAM")
            ),
        )


def mention_score(
    gold: Sequence[Document], predictions: Iterable[Document], resamples: int = 0
) -> Criterion:
    """Strict scores of mentions, with intervals where there are resamples."""
    report = score(
        gold, list(predictions), layers=["mentions"], errors=0,
        resampling=Resampling(resamples=resamples),
    )  # fmt: skip
    return report.layer("mentions").criterion("strict")


def _compare(
    name: str, corpus: str, documents: Sequence[Document], folds: Sequence[int]
) -> Iterator[tuple[str, ...]]:
    gold = [one for number, one in enumerate(documents) if number % 5 in folds]
    for system in ("trained", "rules"):
        found = held_out(documents, folds) if system == "trained" else by_rules(gold, corpus)
        strict = mention_score(gold, found, resamples=2000)
        micro, interval = strict.micro, strict.intervals.get("f1")
        shares = (100 * (value or 0) for value in (micro.precision, micro.recall, micro.f1))
        yield (
            name, system, *(f"{share:.1f}" for share in shares),
            f"{100 * interval.low:.1f} to {100 * interval.high:.1f}" if interval else "n/a",
            f"{micro.gold:,}",
        )  # fmt: skip


def varied(documents: Sequence[Document], copies: int) -> Iterator[Document]:
    """Copies whose long words are partly scrambled, so that the vocabulary grows as texts do."""
    for copy in range(copies):
        for document in documents:
            chance = random.Random(f"{SEED} {copy} {document.id}")
            words = re.split(r"\b([a-z]{4,})\b", document.text)
            words[1::2] = (
                "".join(chance.sample(word, len(word))) if chance.random() < 0.15 else word
                for word in words[1::2]
            )
            text = "".join(words)
            spans = [(*mention.spans[0], mention.type) for mention in document.mentions]
            yield _document(f"{document.id}-{copy}", text, spans)


_LOAD = """
import sys, time
begin = time.perf_counter()
from goldwire.evaluate.extractors.protocol import Options
from goldwire.evaluate.extractors.trained import make
make(sys.argv[1], Options())
print(time.perf_counter() - begin, "sklearn" in sys.modules)
"""


def _cost(documents: Sequence[Document]) -> list[tuple[str, str]]:
    big = list(varied(documents, 5))
    begin = time.perf_counter()
    model = train(big)
    trained = time.perf_counter() - begin
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.skops"
        size = save_model(model, path)
        loaded = python(_LOAD, str(path))
    begin = time.perf_counter()
    for document in documents:
        extract(model, blind(document))
    rate = len(documents) / (time.perf_counter() - begin)
    header = model.header
    return [
        (f"train on {header.sentences:,} sentences, {header.words:,} words", f"{trained:.0f} s"),
        ("size of the file", f"{size / 1e6:.1f} MB"),
        ("load, with all imports", f"{float(loaded.output.split()[0]):.2f} s"),
        ("extract", f"{rate:.0f} documents/s"),
    ]


def main() -> None:
    folds = range(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
    uner, gum = read_uner(), read_gum()
    rows = [
        *_compare("UNER EWT, names", "uner", uner, folds),
        *_compare("GUM news, all mentions", "gum", gum, folds),
    ]
    header = ("corpus", "system", "P", "R", "F1", "95 % interval", "gold")
    table("Mentions, strict, on documents not trained on", header, rows)
    table("What it costs", ("what", "measured"), _cost(uner))


if __name__ == "__main__":
    main()
