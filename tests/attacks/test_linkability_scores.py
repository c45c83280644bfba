"""The scores of the linkability game: guessing stays guessing, knowing wins, luck is not chosen afterwards."""

from __future__ import annotations

from random import Random
from statistics import mean, pvariance

from factories import open_department

from questionnaires import builtin_definition
from survey.db import Database
from survey.linkability import Order, Score, Truth, judge_orders
from survey.linkability.loot import Loot
from survey.linkability.people import Person, draw_people
from survey.linkability.searches import search_contents, search_schema, search_traces
from survey.words import Group

N_BATCHES = 12


def make_people(random: Random) -> list[Truth]:
    return [
        Truth(key=random.randbytes(16), batch=batch, is_colluding=number % 2 == 0)
        for batch in range(N_BATCHES)
        for number in range(20)
    ]


def judge_shuffled(seed: int) -> Score:
    random = Random(seed)
    people = make_people(random)
    keys = [person.key for person in people]
    random.shuffle(keys)
    return judge_orders([Order(trick="blind", keys=keys)], people, random)[0]


def test_an_order_without_meaning_links_as_many_as_guessing() -> None:
    hits = [judge_shuffled(seed).hits for seed in range(400)]
    # The mean of 400 games has a standard deviation of sqrt(12 / 400).
    assert abs(mean(hits) - N_BATCHES) < 4 * (N_BATCHES / 400) ** 0.5
    assert 8 < pvariance(hits) < 17


def test_the_true_order_links_everybody_in_either_direction() -> None:
    random = Random(1)
    people = make_people(random)
    keys = [person.key for person in people]
    for turned in (keys, keys[::-1]):
        chosen = judge_orders([Order(trick="true", keys=turned)], people, random)[0]
        assert (chosen.hits, chosen.is_won) == (chosen.n_people, True)


def test_the_telling_trick_is_chosen_among_many_by_the_colluding_people() -> None:
    random = Random(2)
    people = make_people(random)
    keys = [person.key for person in people]
    orders = [Order(trick=f"blind {number}", keys=random.sample(keys, len(keys))) for number in range(30)]
    scores = judge_orders([*orders, Order(trick="true", keys=keys)], people, random)
    assert scores[0].trick == "true"
    assert len(scores) == 62


def test_an_order_of_other_rows_leaves_the_attacker_guessing() -> None:
    random = Random(3)
    people = make_people(random)
    scores = judge_orders([Order(trick="elsewhere", keys=[b"other"])], people, random)
    assert [score.trick for score in scores] == ["随机猜测"]
    assert not scores[0].is_won


def test_a_batch_of_one_counts_for_nothing() -> None:
    people = [Truth(key=b"a", batch=1, is_colluding=False), Truth(key=b"b", batch=2, is_colluding=True)]
    (score, _) = judge_orders([Order(trick="true", keys=[b"a", b"b"])], people, Random(4))
    assert (score.hits, score.n_people, score.chance) == (0, 0, 0.0)


def draw_some() -> list[Person]:
    return draw_people(builtin_definition(Group.CIVIL_SERVANTS), 60, 3, Random(5))


def make_loot(files: dict[str, bytes], payloads: list[bytes] | None = None) -> Loot:
    return Loot(
        position="",
        files=files,
        logs=[name for name in files if name.startswith("日志")],
        rows={},
        payloads=payloads or [],
        orders={},
    )


def test_everybody_answers_differently() -> None:
    people = draw_some()
    assert len({person.sheet for person in people}) == len({person.comment for person in people}) == 60


def test_contents_that_can_be_read_are_found() -> None:
    people = draw_some()
    for leaked in (people[9].sheet.encode(), people[9].comment.encode()):
        assert len(list(search_contents(make_loot({"页面": b"xx" + leaked + b"yy"}), people))) == 1
    assert list(search_contents(make_loot({"页面": b"nothing"}), people)) == []


def test_lengths_that_differ_are_found() -> None:
    assert list(search_contents(make_loot({}, [b"12", b"345"]), []))
    assert list(search_contents(make_loot({}, [b"12", b"34"]), [])) == []


def test_ids_codes_and_fine_times_in_logs_are_found() -> None:
    for line in (b"id-1", b"TOKEN1", b"at 12:30", b"at 1764547200"):
        assert list(search_traces(make_loot({"日志 a": line}), ["id-1"], ["TOKEN1"])), line
    harmless = {"日志 a": b"2026-12-01T08 127.0.0.1:8000", "survey.db": b"TOKEN1 12:30"}
    assert list(search_traces(make_loot(harmless), ["id-1"], ["TOKEN1"])) == []


def test_no_table_has_a_time_beside_an_answer(database: Database) -> None:
    open_department(database)
    assert list(search_schema()) == []
