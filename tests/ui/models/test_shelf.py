# SPDX-License-Identifier: Apache-2.0
"""Cards from what is here, on offer and on its way: order, choices, words. No widgets."""

from dataclasses import replace
from pathlib import Path

from nemodesk.catalog.library import ModelFile
from nemodesk.catalog.offers.offer import Offer, Quant, RemoteFile
from nemodesk.ui.models.shelf import Problem, Shelf
from nemodesk.ui.outlook import Outlook, Pick
from nemodesk.ui.rows import NO_PROGRESS, DownloadRow

GB = 10**9


def _quant(name: str, size_bytes: int) -> Quant:
    return Quant(
        name=name,
        files=(RemoteFile(path=f"sub/nano-{name}.gguf", size_bytes=size_bytes),),
        quality="good",
    )


NANO = Offer(
    repo_id="unsloth/Nano-GGUF",
    name="Nemotron 3 Nano 4B",
    licence="NVIDIA Open",
    licence_url="https://example.org/licence",
    quants=(_quant("Q4_K_M", 3 * GB), _quant("Q8_0", 4 * GB), _quant("BF16", 8 * GB)),
)
BIG = Offer(
    repo_id="unsloth/Big-GGUF", name="Nemotron 3 Nano 30B", quants=(_quant("Q4_0", 20 * GB),)
)
STARTER = ModelFile(
    id="starter", path=Path("/p/s.gguf"), size_bytes=98_000_000, name="Starter", source="starter"
)
OWN = ModelFile(id="own", path=Path("/m/own.gguf"), size_bytes=GB, name="Own", quant="Q4_0")
ARRIVED = ModelFile(
    id="nano-Q8_0",
    path=Path("/m/unsloth/Nano-GGUF/nano-Q8_0.gguf"),
    size_bytes=4 * GB,
    name="Nemotron 3 Nano 4B, 8-bit",
    quant="Q8_0",
    source="hub:unsloth/Nano-GGUF@abc",
    sha256="ab" * 32,
    verified_at=1_700_000_000.0,
)
OUTLOOKS = {
    (NANO.repo_id, "Q4_K_M"): Outlook(verdict="great", memory_bytes=4 * GB, tokens_per_s=24),
    (NANO.repo_id, "Q8_0"): Outlook(verdict="great", memory_bytes=5 * GB, tokens_per_s=16),
    (NANO.repo_id, "BF16"): Outlook(verdict="slow", memory_bytes=9 * GB, tokens_per_s=4),
    (BIG.repo_id, "Q4_0"): Outlook(verdict="too_big", memory_bytes=22 * GB),
}
SHELF = Shelf(
    models=(OWN, STARTER),
    removable=frozenset({"own", "nano-Q8_0"}),
    chosen_id="starter",
    offers=(BIG, NANO),
    pick=Pick(repo_id=NANO.repo_id, quant="Q8_0", reason="Fits well."),
    outlooks=OUTLOOKS,
)


def test_the_best_comes_first_and_says_why() -> None:
    """First the recommended one, then what is here, at the end what is too big and the starter."""
    cards = SHELF.cards()
    assert [card.name for card in cards] == [NANO.name, "Own", BIG.name, "Starter"]
    assert [card.reason for card in cards] == ["Fits well.", "", "", ""]
    assert cards[0].figures == (
        "about 12 words a second · 4.0 GB to download · needs 5.0 GB of memory"
    )
    assert (cards[0].badge, cards[0].quant) == ("great", "Q8_0")


def test_what_is_too_big_promises_no_speed() -> None:
    """A model that does not fit has a badge and sizes, and no speed."""
    card = SHELF.offer_card(BIG)
    assert card.badge == "too_big"
    assert "a second" not in card.figures
    assert card.can_download


def test_without_a_pick_the_largest_that_runs_well_is_fetched() -> None:
    """Download takes the best packed choice that is great here, else the smallest slow one."""
    shelf = replace(SHELF, pick=None)
    best = shelf.best_quant(NANO)
    assert best is not None
    assert best.name == "Q8_0"
    slow = {key: replace(one, verdict="slow") for key, one in OUTLOOKS.items()}
    smallest = replace(shelf, outlooks=slow).best_quant(NANO)
    assert smallest is not None
    assert smallest.name == "Q4_K_M"
    unknown = replace(shelf, outlooks={}).best_quant(NANO)
    assert unknown is not None
    assert unknown.name == "Q4_K_M"
    assert shelf.best_quant(replace(NANO, quants=())) is None


def test_what_has_arrived_is_on_the_card_of_its_offer() -> None:
    """A downloaded choice is used and removed on the card that offered it, and in its details."""
    shelf = replace(SHELF, models=(ARRIVED, STARTER), chosen_id=ARRIVED.id)
    cards = shelf.cards()
    assert [card.id for card in cards] == [NANO.repo_id, BIG.repo_id, "starter"]
    card = cards[0]
    assert (card.model_id, card.removable_id) == (ARRIVED.id, ARRIVED.id)
    assert card.is_in_use
    assert not card.can_download
    assert card.quants is not None
    assert [row.model_id for row in card.quants] == ["", ARRIVED.id, ""]
    assert any("Checked on" in fact.text for fact in card.facts)


def test_a_file_of_another_program_is_known_by_name_and_size() -> None:
    """The same file from elsewhere counts as the choice; one of another size does not."""
    foreign = replace(ARRIVED, source="lm-studio")
    assert replace(SHELF, models=(foreign,)).offer_card(NANO).model_id == foreign.id
    other = replace(foreign, size_bytes=5)
    assert not replace(SHELF, models=(other,)).offer_card(NANO).model_id


def test_a_download_under_way_is_on_the_card() -> None:
    """While a choice arrives the card shows how far it is, and offers no second download."""
    row = DownloadRow(
        id="unsloth/Nano-GGUF:Q8_0", name="n", file_name="f", state="running", progress=425
    )
    card = replace(SHELF, downloads={row.id: row}).offer_card(NANO)
    assert (card.progress, card.progress_text) == (425, "42 %")
    assert not card.can_download
    assert card.quants is not None
    assert [one.progress for one in card.quants] == [NO_PROGRESS, 425, NO_PROGRESS]
    failed = replace(row, state="failed")
    assert replace(SHELF, downloads={row.id: failed}).offer_card(NANO).can_download


def test_a_problem_stands_on_the_card() -> None:
    """What cannot be used offers no download; what can be mended leads to its page."""
    final = Problem(sentence="NemoDesk does not know this kind of model.", is_final=True)
    card = replace(SHELF, problems={NANO.repo_id: final}).offer_card(NANO)
    assert card.warning == final.sentence
    assert not card.can_download
    gated = Problem(sentence="Accept its terms first.", link="https://example.org/nano")
    card = replace(SHELF, problems={NANO.repo_id: gated}).offer_card(NANO)
    assert card.can_download
    assert card.link == gated.link


def test_choices_that_are_not_known_are_none() -> None:
    """A search result without files says that its choices are not known yet."""
    found = Offer(repo_id="o/r", name="R", downloads=12_345)
    card = SHELF.offer_card(found)
    assert card.quants is None
    assert card.summary == "o/r · 12,345 downloads a month"


def test_the_starter_cannot_be_removed() -> None:
    """What came with the program stays; what was opened goes."""
    cards = {card.id: card for card in SHELF.cards()}
    assert not cards["starter"].removable_id
    assert cards["own"].removable_id == "own"
