# SPDX-License-Identifier: Apache-2.0
"""The header reader against the `gguf` package, and what it says about unusual files."""

import io
import shutil
import struct
import time
from pathlib import Path

import pytest
from gguf import GGML_QUANT_SIZES, GGUFReader, LlamaFileType

from nemodesk.catalog.gguf.ggml_types import FILE_TYPES, TENSOR_TYPES
from nemodesk.catalog.gguf.header import (
    CutHeaderError,
    check_supported,
    parse_header,
    read_beginning,
    read_header,
    split_parts,
)
from nemodesk.errors import ModelFileError, NotFoundError, StorageError
from nemodesk.hardware.fit import memory_needed, shape_of
from tests.catalog.model_files import FEED_FORWARD, KV_HEADS, write_llama, write_nemotron


def _compare(path: Path) -> None:
    """Compare every single value and the sums over the tensors with the reference."""
    header, reference = read_header(path), GGUFReader(path)
    expected = {
        key: field.contents()
        for key, field in reference.fields.items()
        if not key.startswith("GGUF.") and not isinstance(field.contents(), list)
    }
    assert dict(header.metadata) == expected
    assert header.parameter_count == sum(int(tensor.n_elements) for tensor in reference.tensors)
    assert header.tensor_bytes == sum(int(tensor.n_bytes) for tensor in reference.tensors)
    words = reference.fields.get("tokenizer.ggml.tokens")
    assert header.vocabulary_size == (len(words.data) if words else 0)
    assert header.version == 3
    assert header.file_size_bytes == path.stat().st_size


def test_the_starter_is_read_as_the_reference_reads_it(starter: Path) -> None:
    """The real starter model's header says what the gguf package finds in it."""
    _compare(starter)
    header = read_header(starter)
    assert header.architecture == "llama"
    assert header.quantization == "Q4_1"
    assert (header.context_length, header.block_count, header.embedding_length) == (8192, 30, 576)
    assert (header.head_count, header.head_count_kv) == (9, (3,) * 30)
    assert (header.key_length, header.value_length) == (64, 64)
    assert header.attention_layers == (True,) * 30
    assert "<|im_start|>" in header.chat_template
    check_supported(header)


def test_a_hybrid_is_read_as_the_reference_reads_it(nemotron: Path) -> None:
    """A file with a number for each layer tells which layers attend and which keep a state."""
    _compare(nemotron)
    header = read_header(nemotron)
    assert header.name == "Tiny Nemotron"
    assert header.quantization == "Q8_0"
    assert header.head_count_kv == KV_HEADS
    assert header.feed_forward_lengths == FEED_FORWARD
    assert header.recurrent_layers == (True, False, False, True, False)
    assert header.attention_layers == (False, False, True, False, False)
    assert (header.key_length, header.value_length) == (16, 24)
    assert header.vocabulary_size == 300
    check_supported(header)
    needed = memory_needed(shape_of(header), context_tokens=256, cache_type="f16")
    assert needed.kv_bytes == 256 * 2 * (16 + 24) * 2
    assert needed.state_bytes == 2 * 4 * (3 * (64 + 2 * 2 * 16) + 16 * 64)


@pytest.mark.parametrize(
    ("architecture", "numbers", "attends", "recurs"),
    [
        ("llama", {}, (True, True), (False, False)),
        ("mamba", {"ssm.inner_size": 64}, (False, False), (True, True)),
        ("falcon-h1", {"ssm.inner_size": 64}, (True, True), (True, True)),
        (
            "qwen3next",
            {"ssm.inner_size": 64, "full_attention_interval": 2},
            (False, True),
            (True, False),
        ),
        (
            "jamba",
            {"ssm.inner_size": 64, "attention.head_count_kv": [0, 2]},
            (False, True),
            (True, False),
        ),
    ],
)
def test_layers_follow_their_kind(
    tmp_path: Path,
    architecture: str,
    numbers: dict[str, int],
    attends: tuple[bool, ...],
    recurs: tuple[bool, ...],
) -> None:
    """Which layers attend and which keep a state follows llama.cpp's rule for the kind."""
    header = read_header(
        write_llama(tmp_path / "m.gguf", architecture=architecture, numbers=numbers)
    )
    assert (header.attention_layers, header.recurrent_layers) == (attends, recurs)


def test_without_its_own_number_every_head_stores(tmp_path: Path) -> None:
    """A file that names no key-value heads has as many as heads."""
    assert read_header(write_llama(tmp_path / "m.gguf")).head_count_kv == (4, 4)


def test_experts_are_read(tmp_path: Path) -> None:
    """The numbers of a mixture of experts may differ by layer; the largest counts."""
    numbers = {"expert_used_count": 6, "expert_feed_forward_length": [8, 16]}
    header = read_header(write_llama(tmp_path / "m.gguf", numbers=numbers))
    assert (header.expert_used_count, header.expert_feed_forward_length) == (6, 16)


def test_sizes_of_types_agree_with_the_reference() -> None:
    """Block lengths and sizes are those of the gguf package, which lacks the newest type."""
    # The package counts 8 bytes for the two scales of Q8_1; ggml-common.h has two halves.
    ours = {
        number: (kind.block_length, kind.block_bytes)
        for number, kind in TENSOR_TYPES.items()
        if kind.name != "Q8_1"
    }
    for reference, sizes in GGML_QUANT_SIZES.items():
        if reference.name != "Q8_1":
            assert ours[int(reference)] == sizes, reference.name
            assert TENSOR_TYPES[int(reference)].name == reference.name


def test_names_of_file_types_agree_with_the_reference() -> None:
    """The words for general.file_type are those of the gguf package."""
    for reference in LlamaFileType:
        word = reference.name.removeprefix("MOSTLY_").removeprefix("ALL_")
        if int(reference) in FILE_TYPES:
            assert FILE_TYPES[int(reference)] == word


def test_without_a_file_type_the_commonest_is_named(tmp_path: Path) -> None:
    """A file that does not say how it is packed is named after most of its bytes."""
    assert read_header(write_llama(tmp_path / "m.gguf")).quantization == "F16"


def test_a_large_vocabulary_is_skipped_quickly(tmp_path: Path) -> None:
    """A vocabulary of 131,072 words takes a fraction of a second (below 0.1 s when idle)."""
    path = write_nemotron(tmp_path / "m.gguf", vocabulary=131_072)
    begin = time.process_time()
    header = read_header(path)
    assert time.process_time() - begin < 0.5
    assert header.vocabulary_size == 131_072


def test_the_beginning_is_enough_for_a_name(nemotron: Path, tmp_path: Path) -> None:
    """The values before the vocabulary are read alone; a file that is none of ours has none."""
    beginning = read_beginning(nemotron)
    assert beginning["general.name"] == "Tiny Nemotron"
    assert "tokenizer.chat_template" not in beginning
    plain = read_beginning(write_llama(tmp_path / "m.gguf"))
    assert plain["general.architecture"] == "llama"
    assert read_beginning(tmp_path) == {}
    (tmp_path / "text.gguf").write_text("hello")
    assert read_beginning(tmp_path / "text.gguf") == {}


def test_a_cut_file_says_how_much_is_missing(nemotron: Path, tmp_path: Path) -> None:
    """A file without its last byte is incomplete, with both sizes and the way out."""
    content = nemotron.read_bytes()
    _, whole_bytes = parse_header(io.BytesIO(content), available_bytes=len(content))
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(content[: whole_bytes - 1])
    with pytest.raises(
        ModelFileError,
        match=rf"incomplete: it has {whole_bytes - 1:,} of {whole_bytes:,} bytes\. Download",
    ):
        read_header(cut)
    cut.write_bytes(content[:whole_bytes])
    read_header(cut)


def test_a_cut_starter_is_incomplete(starter: Path, tmp_path: Path) -> None:
    """The first half of the real starter is incomplete, and so are its first kilobytes."""
    size_bytes = starter.stat().st_size
    with starter.open("rb") as file:
        half = file.read(size_bytes // 2)
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(half)
    with pytest.raises(ModelFileError, match=rf"it has {len(half):,} of {size_bytes:,} bytes"):
        read_header(cut)
    cut.write_bytes(half[:100_000])
    with pytest.raises(CutHeaderError, match=r"incomplete.*Download it again"):
        read_header(cut)


def test_a_header_alone_is_enough(nemotron: Path, nemotron_data_offset: int) -> None:
    """The header of a file that is still at its source can be read from its first bytes."""
    content = nemotron.read_bytes()
    header, whole_bytes = parse_header(io.BytesIO(content), available_bytes=len(content))
    first = content[:nemotron_data_offset]
    partly, expected_bytes = parse_header(io.BytesIO(first), available_bytes=len(first))
    assert expected_bytes == whole_bytes
    assert partly.tensor_bytes == header.tensor_bytes


def test_a_file_that_shrinks_while_it_is_read_is_incomplete(nemotron: Path) -> None:
    """A file with fewer bytes than the system said is incomplete, not a crash."""
    content = nemotron.read_bytes()[:600]
    with pytest.raises(CutHeaderError):
        parse_header(io.BytesIO(content), available_bytes=10**6)


@pytest.mark.parametrize("content", [b"", b"GG", b"hello, I am a text" * 100, b"PK\3\4" * 100])
def test_another_kind_of_file_is_no_model(tmp_path: Path, content: bytes) -> None:
    """A renamed text, an archive or an empty file is not a GGUF model file."""
    path = tmp_path / "m.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="not a GGUF model file"):
        read_header(path)


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        (0, "big-endian"),
        (1, "too old"),
        (4, "Update NemoDesk"),
        (0x03000000, "big-endian"),
    ],
)
def test_other_versions_are_refused(tmp_path: Path, version: int, sentence: str) -> None:
    """Versions that llama.cpp refuses are refused, each with its own sentence."""
    path = tmp_path / "m.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", version, 0, 0))
    with pytest.raises(ModelFileError, match=sentence):
        read_header(path)


def test_version_2_is_read(nemotron: Path, tmp_path: Path) -> None:
    """Version 2, which differs in nothing here, is read too."""
    content = bytearray(nemotron.read_bytes())
    content[4] = 2
    path = tmp_path / "m.gguf"
    path.write_bytes(content)
    assert read_header(path).version == 2


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    """A path without a file, and a folder, are not found."""
    for path in (tmp_path / "none.gguf", tmp_path):
        with pytest.raises(NotFoundError):
            read_header(path)


def test_a_file_that_cannot_be_read_is_the_disks_fault(tmp_path: Path) -> None:
    """A name that no file can have is a StorageError."""
    with pytest.raises(StorageError, match="cannot be read"):
        read_header(tmp_path / ("x" * 300))


def test_a_split_model_is_one(tmp_path: Path) -> None:
    """The parts of a split model count together, and a missing part is named."""
    parts = split_parts(tmp_path / "big-00001-of-00003.gguf")
    assert [part.name for part in parts] == [f"big-0000{n}-of-00003.gguf" for n in (1, 2, 3)]
    for number, part in enumerate(parts):
        write_llama(part, numbers={"split.count": 3, "split.no": number}, tensors=number + 1)
    header = read_header(parts[0])
    assert header.split_count == 3
    assert header.tensor_bytes == 6 * 4 * 32 * 2
    assert header.parameter_count == 6 * 4 * 32
    assert header.file_size_bytes == sum(part.stat().st_size for part in parts)
    parts[1].unlink()
    with pytest.raises(ModelFileError, match=r"Part 2 of 3 .* missing: big-00002-of-00003"):
        read_header(parts[0])


def test_longer_lists_than_layers_are_cut(tmp_path: Path) -> None:
    """A list with more numbers than layers counts for the layers that there are."""
    path = write_llama(tmp_path / "m.gguf", numbers={"attention.head_count_kv": [1, 2, 3]})
    assert read_header(path).head_count_kv == (1, 2)


@pytest.mark.parametrize(
    ("numbers", "texts"),
    [
        ({"attention.head_count_kv": [1]}, {}),
        ({"attention.head_count_kv": [-1, 2]}, {}),
        ({"block_count": 100_000}, {}),
        ({}, {"llama.context_length": "long"}),
        ({}, {"general.alignment": "wide"}),
    ],
)
def test_facts_that_make_no_sense_are_damage(
    tmp_path: Path, numbers: dict[str, int], texts: dict[str, str]
) -> None:
    """Numbers that cannot be are a damaged file."""
    path = write_llama(tmp_path / "m.gguf", numbers=numbers, texts=texts)
    with pytest.raises(ModelFileError, match="damaged"):
        read_header(path)


def test_a_whole_tokenizer_in_one_text_is_left_out(tmp_path: Path) -> None:
    """An enormous text is skipped, and what follows it is read."""
    path = write_llama(
        tmp_path / "m.gguf",
        texts={"tokenizer.huggingface.json": "x" * 3_000_000, "tokenizer.chat_template": "hi"},
    )
    header = read_header(path)
    assert header.metadata["tokenizer.huggingface.json"] == ""
    assert header.chat_template == "hi"


def test_an_unknown_kind_is_refused_by_name(tmp_path: Path) -> None:
    """An architecture that the engine does not know is named, with the way out."""
    header = read_header(write_llama(tmp_path / "m.gguf", architecture="gpt-99"))
    with pytest.raises(ModelFileError, match=r"“gpt-99”\. Update NemoDesk"):
        check_supported(header)


def test_the_part_that_sees_is_no_model(tmp_path: Path) -> None:
    """The picture part of a model is refused with a hint at the right file."""
    header = read_header(write_llama(tmp_path / "m.gguf", architecture="clip"))
    with pytest.raises(ModelFileError, match="pictures, not a model to chat with"):
        check_supported(header)


def test_a_model_of_no_kind_is_damaged(tmp_path: Path) -> None:
    """A file that names no architecture is damaged."""
    path = tmp_path / "m.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 0))
    with pytest.raises(ModelFileError, match="damaged"):
        check_supported(read_header(path))


def test_reading_leaves_the_file_alone(nemotron: Path, tmp_path: Path) -> None:
    """A file that was read can be removed at once; nothing keeps it open."""
    path = Path(shutil.copy(nemotron, tmp_path / "m.gguf"))
    read_header(path)
    path.unlink()
    assert not path.exists()
