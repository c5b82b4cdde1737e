"""Incident records of a block: the columns read slot by slot, and what ids stand for."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.evaluate import score
from goldwire.evaluate.assemble import Resampling
from goldwire.evaluate.counting import count
from goldwire.evaluate.layer_counts import LayerCounts
from goldwire.evaluate.metrics.incidents import SLOTS, templates_of
from goldwire.evaluate.metrics.template_incidents import Reference, tabulate_incidents
from goldwire.evaluate.metrics.template_tables import Tables, lexical_ranks
from goldwire.evaluate.metrics.templates import (
    SIMILARITIES,
    Similarity,
    Template,
    TemplateCounts,
    align_templates,
    ceaf_ree,
    ceaf_rme,
    count_fillers,
    count_templates,
    merge_templates,
    score_templates,
    tabulate,
)
from goldwire.evaluate.reading.gold import Alternative, Incident
from goldwire.schema.document import (
    Casualties,
    Claim,
    IncidentDate,
    Instrument,
    Location,
    Perpetrator,
    Target,
    Toll,
    Zone,
    to_plain,
)
from goldwire.schema.errors import InvalidDocument
from tests.bench.full_documents import write_documents
from tests.making import article, changed

replace = msgspec.structs.replace

Mentions = Sequence[Mapping[str, frozenset[Any]]]
Evidence = Sequence[Mapping[str, Any]]

NAMED = st.sampled_from(["e1", "e2", "e3", "e4", "lost", "gone"])
ENTITIES = st.none() | NAMED
NAMES = st.lists(NAMED, max_size=3).map(tuple)
COUNTS = st.sampled_from([None, 0, 1, 1.0, 2, 10**20])
FIGURES = st.sampled_from([None, 0, 1, 2.0, 3, 10**400])
TOLLS = st.none() | st.builds(Toll, min=FIGURES, max=FIGURES, stated=FIGURES)
KINDS = st.sampled_from(["attack", "bombing", "arrest"])
INCIDENTS = st.builds(
    Incident,
    type=st.none() | KINDS,
    alternatives=st.just(())
    | st.lists(st.builds(Alternative, type=st.none() | KINDS), max_size=2).map(tuple),
    stage=st.sampled_from([None, "accomplished", "attempted"]),
    role=st.sampled_from([None, "main"]),
    damage=st.sampled_from([None, "none"]),
    date=st.none()
    | st.builds(
        IncidentDate, edtf=st.sampled_from([None, "", "2022", "2022-04", "2022-04-30", "soon"])
    ),
    location=st.none()
    | st.builds(
        Location,
        country=st.sampled_from([None, " ", "IQ", "iq", "SY"]),
        place=ENTITIES,
        place_relation=st.sampled_from([None, "at"]),
    ),
    instruments=st.lists(
        st.builds(
            Instrument, entity=ENTITIES, type=st.sampled_from(["rocket", "drone"]), count=COUNTS
        ),
        max_size=3,
    ).map(tuple),
    perpetrators=st.lists(
        st.builds(Perpetrator, entity=ENTITIES, role_class=st.sampled_from([None, "state"])),
        max_size=2,
    ).map(tuple),
    targets=st.lists(
        st.builds(
            Target,
            entity=ENTITIES,
            role_class=st.sampled_from([None, "military"]),
            effect=st.sampled_from([None, "none", "killed"]),
            count=COUNTS,
        ),
        max_size=3,
    ).map(tuple),
    casualties=st.none() | st.builds(Casualties, killed=TOLLS, missing=TOLLS),
    claim=st.none()
    | st.builds(
        Claim, claimed=st.sampled_from([None, True, False]), claimants=NAMES, channel=ENTITIES
    ),
    reported_by=NAMES,
    evidence=st.lists(st.sampled_from(["v1", "v2", "t1", "nowhere"]), max_size=3).map(tuple),
    optional=st.booleans(),
)
LISTS = st.lists(st.lists(INCIDENTS, max_size=4), min_size=3, max_size=3)
# Entities may share mentions, have the same ones, or have none.
PLACES = st.lists(
    st.fixed_dictionaries(
        {name: st.frozensets(st.integers(0, 11), max_size=3) for name in ("e1", "e2", "e3", "e4")}
    ),
    min_size=6,
    max_size=6,
)
CITED = st.lists(
    st.fixed_dictionaries({name: st.integers(0, 3) for name in ("v1", "v2", "t1")}),
    min_size=6,
    max_size=6,
)


def by_columns(
    gold: list[list[Incident]],
    predicted: list[list[Incident]],
    mentions: Mentions,
    evidence: Evidence,
) -> Tables:
    """Tables without templates; mentions and evidence by document, those of gold first."""
    lists = [*gold, *predicted]

    def mentions_of(entities: list[Reference]) -> tuple[np.ndarray, np.ndarray]:
        found = [sorted(mentions[document].get(name, ())) for document, name in entities]
        codes = [code for each in found for code in each]
        return np.array(list(map(len, found)), np.int64), np.array(codes, np.int64)

    def evidence_of(cited: list[Reference]) -> np.ndarray:
        return np.array([evidence[document].get(name, -1) for document, name in cited], np.int64)

    tables, _ = tabulate_incidents(
        len(gold),
        [each for incidents in lists for each in incidents],
        np.repeat(np.arange(len(lists)), list(map(len, lists))),
        mentions_of,
        evidence_of,
    )
    return tables


def by_templates(
    gold: list[list[Incident]],
    predicted: list[list[Incident]],
    mentions: Mentions,
    evidence: Evidence,
) -> tuple[list[list[Template]], list[list[Template]]]:
    found = [
        templates_of(incidents, mentions[document], evidence[document])
        for document, incidents in enumerate([*gold, *predicted])
    ]
    return found[: len(gold)], found[len(gold) :]


def same(one: TemplateCounts, other: TemplateCounts) -> None:
    for field in TemplateCounts.__struct_fields__:
        assert np.array_equal(getattr(one, field), getattr(other, field)), field


@settings(max_examples=40, deadline=None)
@given(LISTS, LISTS, PLACES, CITED, st.sampled_from(SIMILARITIES))
def test_columns_and_templates_give_the_same_counts(
    gold: list[list[Incident]],
    predicted: list[list[Incident]],
    mentions: list[dict[str, frozenset[int]]],
    evidence: list[dict[str, int]],
    similarity: Similarity,
) -> None:
    tables = by_columns(gold, predicted, mentions, evidence)
    sides = by_templates(gold, predicted, mentions, evidence)
    alignment = align_templates(tables, similarity)
    same(count_templates(tables, alignment), score_templates(*sides, SLOTS, similarity))
    rme = count_fillers(tables, alignment)
    assert np.array_equal(rme, ceaf_rme(*sides, SLOTS, similarity))
    merged = merge_templates(tables)
    ree = count_fillers(merged, align_templates(merged))
    assert np.array_equal(ree, ceaf_ree(*sides, SLOTS))


@settings(max_examples=20, deadline=None)
@given(LISTS, LISTS, PLACES, CITED)
def test_columns_and_templates_stand_in_the_same_order(
    gold: list[list[Incident]],
    predicted: list[list[Incident]],
    mentions: list[dict[str, frozenset[int]]],
    evidence: list[dict[str, int]],
) -> None:
    one = by_columns(gold, predicted, mentions, evidence)
    other = tabulate(*by_templates(gold, predicted, mentions, evidence), SLOTS)
    for name in ("gold", "predicted"):
        left, right = getattr(one, name), getattr(other, name)
        for field in ("document", "source", "template", "slot", "content", "bundles"):
            assert np.array_equal(getattr(left, field), getattr(right, field)), field


@settings(max_examples=25, deadline=None)
@given(LISTS, LISTS, PLACES, CITED, st.randoms(use_true_random=False))
def test_no_order_of_records_or_entries_matters(
    gold: list[list[Incident]],
    predicted: list[list[Incident]],
    mentions: list[dict[str, frozenset[int]]],
    evidence: list[dict[str, int]],
    chance: random.Random,
) -> None:
    def shuffled(lists: list[list[Incident]]) -> list[list[Incident]]:
        return [
            [
                msgspec.structs.replace(each, **mixed(each))
                for each in chance.sample(incidents, len(incidents))
            ]
            for incidents in lists
        ]

    def mixed(each: Incident) -> dict[str, Any]:
        names = ("instruments", "perpetrators", "targets", "reported_by", "evidence")
        lists = {name: getattr(each, name) for name in names}
        return {name: tuple(chance.sample(said, len(said))) for name, said in lists.items()}

    one = by_columns(gold, predicted, mentions, evidence)
    other = by_columns(shuffled(gold), shuffled(predicted), mentions, evidence)
    same(count_templates(one, align_templates(one)), count_templates(other, align_templates(other)))
    one, other = merge_templates(one), merge_templates(other)
    assert np.array_equal(
        count_fillers(one, align_templates(one)), count_fillers(other, align_templates(other))
    )


@given(st.lists(st.lists(st.integers(0, 3), max_size=9), max_size=12))
def test_lexical_ranks_are_those_of_tuples(sequences: list[list[int]]) -> None:
    sizes = np.array(list(map(len, sequences)), np.int64)
    codes = np.array([code for each in sequences for code in each], np.int64)
    order = sorted({(), *map(tuple, sequences)})
    assert lexical_ranks(sizes, codes).tolist() == [order.index(tuple(each)) for each in sequences]


def test_no_documents_and_no_incidents() -> None:
    for documents in (0, 2):
        tables = by_columns([[]] * documents, [[]] * documents, [{}] * 4, [{}] * 4)
        counts = count_templates(tables, align_templates(tables))
        assert counts.fillers.shape == (documents, len(SLOTS), 4)
        assert not counts.fillers.any()
        merged = merge_templates(tables)
        assert not count_fillers(merged, align_templates(merged)).any()


def test_an_entity_with_very_many_mentions_is_one_filler() -> None:
    crowd, others = frozenset(range(5000)), frozenset(range(1, 5000))
    gold = [[Incident(reported_by=("e1", "e2"))]]
    counts = by_columns(gold, gold, [{"e1": crowd, "e2": others}] * 2, [{}] * 2)
    assert count_templates(counts, align_templates(counts)).fillers[0].sum(axis=0).tolist() == [
        2, 2, 2, 2,
    ]  # fmt: skip


# --- whole documents ---------------------------------------------------------------------------


def counted(gold: Sequence[Any], predicted: Sequence[Any]) -> LayerCounts:
    return count(gold, predicted, layers=["incidents"]).layers["incidents"]


def totals(counts: LayerCounts) -> dict[str, list[list[float]]]:
    return {name: each.tolist() for name, each in counts.totals.items()}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Any], list[Any]]:
    """Twelve invented documents, each with two records of its own, and predictions for them."""
    paths = write_documents(tmp_path_factory.mktemp("records"), 12)
    gold, predicted = ([json.loads(line) for line in path.open()] for path in paths)
    chance = random.Random(7)
    for one, other in zip(gold, predicted, strict=True):
        for document in (one, other):
            (record,) = document["incidents"]
            second = json.loads(json.dumps(record)) | {"id": "i2", "type": "bombing"}
            second["targets"][0]["entity"] = f"e{chance.randrange(12)}"
            second["reported_by"] = [f"e{chance.randrange(12)}"]
            if document is other and chance.random() < 0.5:
                second["reported_by"].append("nobody")
            second["evidence"] = [f"{chance.choice('vmt')}{chance.randrange(3)}", "a1"]
            document["incidents"].append(second)
    return gold, predicted


def spans_of(item: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    return tuple(map(tuple, item.get("spans") or [[item["start"], item["end"]]]))


def resolved(gold: Any, predicted: Any) -> list[tuple[dict[str, frozenset[Any]], dict[str, Any]]]:
    """Mentions of entities and keys of evidence by plain lookups of spans; gold, predicted."""
    meant = {("mentions", spans_of(each)): ("entity", each["entity"]) for each in gold["mentions"]}
    meant |= {("events", spans_of(each)): ("hopper", each["hopper"]) for each in gold["events"]}
    found = []
    for document in (gold, predicted):
        mentions: dict[str, set[Any]] = {}
        for each in document["mentions"]:
            mentions.setdefault(each["entity"], set()).add(spans_of(each))
        keys: dict[str, Any] = {}
        for layer in ("mentions", "events", "times", "quantities"):
            for each in document[layer]:
                place = layer, spans_of(each)
                keys[each["id"]] = meant.get(place, place)
        for each in document["attributions"]:  # their content may end elsewhere
            keys[each["id"]] = "attributions", spans_of(each)[0][0]
        found.append(({name: frozenset(each) for name, each in mentions.items()}, keys))
    return found


def test_ids_of_whole_documents_stand_for_spans_entities_and_hoppers(
    documents: tuple[list[Any], list[Any]],
) -> None:
    sides: tuple[list[list[Template]], list[list[Template]]] = ([], [])
    for pair in zip(*documents, strict=True):
        for side, document, known in zip(sides, pair, resolved(*pair), strict=True):
            incidents = msgspec.convert(document["incidents"], tuple[Incident, ...])
            side.append(templates_of(incidents, *known))
    counts = counted(*documents)
    expected = score_templates(*sides, SLOTS)
    assert np.array_equal(counts.main, expected.fillers)
    assert np.array_equal(counts.totals["evidence"], expected.evidence)
    assert np.array_equal(counts.totals["qualifiers"], expected.attached.sum(axis=1))
    assert np.array_equal(counts.totals["ceaf_ree"], ceaf_ree(*sides, SLOTS).sum(axis=1))
    assert np.array_equal(counts.totals["ceaf_rme"], ceaf_rme(*sides, SLOTS, "phi3").sum(axis=1))
    assert 0 < expected.evidence[:, 0].sum() < expected.evidence[:, 1].sum()


def test_no_list_of_a_document_has_an_order_that_matters(
    documents: tuple[list[Any], list[Any]],
) -> None:
    chance = random.Random(3)
    mixed = [
        [
            {
                name: chance.sample(items, len(items)) if isinstance(items, list) else items
                for name, items in document.items()
            }
            for document in side
        ]
        for side in documents
    ]
    assert totals(counted(*mixed)) == totals(counted(*documents))


def test_counts_of_documents_add_up_over_any_split(documents: tuple[list[Any], list[Any]]) -> None:
    gold, predicted = documents
    whole = totals(counted(gold, predicted))
    one, other = (totals(counted(gold[part], predicted[part])) for part in (slice(5), slice(5, 12)))
    assert whole == {name: one[name] + other[name] for name in whole}


def test_records_of_documents_without_the_layer_are_not_counted(
    documents: tuple[list[Any], list[Any]],
) -> None:
    gold, predicted = documents
    bare = json.loads(json.dumps(gold[0]))
    bare["annotation"]["layers"].remove("incidents")
    bare["incidents"] = []
    counts = counted([bare, gold[1]], predicted[:2])
    assert not any(each[0].any() for each in counts.totals.values())
    assert np.array_equal(counts.main[1], counted(gold[1:2], predicted[1:2]).main[0])


def test_the_gold_of_an_article_agrees_with_itself() -> None:
    counts = counted([article()], [article()])
    for name, ratios in counts.totals.items():
        assert ratios[0].tolist() == [ratios[0, 0]] * 4, name
        assert ratios[0, 0] > 0 or name == "qualifiers", name


@pytest.mark.parametrize("how", ["optional", "unscored"])
def test_a_filler_of_which_no_mention_counts_counts_nowhere(how: str) -> None:
    document = article()
    location = document.incidents[0].location
    assert location is not None
    place = location.place
    rows = [at for at, each in enumerate(document.mentions) if each.entity == place]
    assert rows
    for at in rows:
        if how == "optional":
            document = changed(document, "mentions", at, optional=True)
    if how == "unscored":
        zones = tuple(
            Zone(id=f"z9{at}", spans=document.mentions[at].spans, text=document.mentions[at].text,
                 kind="chrome", scored=False)
            for at in rows
        )  # fmt: skip
        document = msgspec.structs.replace(document, zones=zones)
    without = changed(
        document, "incidents", 0, location=msgspec.structs.replace(location, place=None)
    )
    for predicted in (document, without):
        (layer,) = score(
            [document], [predicted], layers=["incidents"], errors=0,
            resampling=Resampling(resamples=0),
        ).layers  # fmt: skip
        for name in ("slots", "muc4", "ceaf_ree", "ceaf_rme"):
            micro = layer.criterion(name).micro
            assert micro.correct == micro.gold == micro.predicted > 0, name


def test_nothing_is_predicted(documents: tuple[list[Any], list[Any]]) -> None:
    gold, _ = documents
    counts = counted(gold, [{"id": each["id"]} for each in gold])
    assert not counts.main[..., :3].any()
    assert counts.items == (24, 0)
    assert counts.totals["detection"].tolist() == [[0, 0, 0, 1]] * 12


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"evidence": ("v1", "zz")}, "/incidents/0/evidence/1"),
        ({"reported_by": ("zz",)}, "/incidents/0/reported_by/0"),
        ({"location": Location(place="zz")}, "/incidents/0/location/place"),
        ({"claim": Claim(claimants=("e4", "zz"))}, "/incidents/0/claim/claimants/1"),
        ({"targets": (Target(entity="zz"),)}, "/incidents/0/targets/0/entity"),
    ],
)
def test_a_reference_to_nothing_in_a_gold_record_is_refused(
    fields: dict[str, Any], pointer: str
) -> None:
    document = changed(article(), "incidents", 0, **fields)
    with pytest.raises(InvalidDocument, match="'velmar' refers to 'zz'") as caught:
        score([document], [])
    assert caught.value.pointer == pointer
    assert "goldwire schema validate" in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_gold_record_may_name_an_entity_without_a_mention() -> None:
    document = changed(article(), "incidents", 0, reported_by=("e5",))
    mentions = tuple(m for m in document.mentions if m.entity != "e5")
    attributions = tuple(
        replace(each, source=None) if each.source == "m9" else each
        for each in document.attributions
    )
    bare = replace(document, mentions=mentions, attributions=attributions)
    assert counted([bare], []).items == (1, 0)


def test_references_to_nothing_in_predicted_records_are_false_alarms_and_noted() -> None:
    other = replace(article(), id="other")
    guess = to_plain(changed(article(), "incidents", 0, evidence=("v2", "zz"), reported_by=("e9",)))
    elsewhere = to_plain(other)
    elsewhere["mentions"][0]["entity"] = "e9"  # in one document, but not in the other
    report = score([article(), other], [guess, elsewhere], layers=["incidents"])
    notes = {f.kind: (f.count, f.examples) for f in report.findings}
    assert notes["reference to nothing"] == (2, ("evidence: zz", "incident: e9"))
    found = counted([article()], [guess]).totals["evidence"][0]
    assert found.tolist() == [1, 2, 1, 3]
