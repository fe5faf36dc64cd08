"""Real models of transformers, two layers small, made and saved in the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

WORDS = (
    "anna",
    "bert",
    "lives",
    "works",
    "in",
    "at",
    "paris",
    "rome",
    "who",
    "where",
    "the",
    "cat",
    "sat",
    "mat",
    "good",
    "bad",
)
TAGS = ("O", "B-PER", "B-LOC")


def tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    made = Tokenizer(models.WordLevel({name: at for at, name in enumerate(names)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    found = PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]",
        eos_token="[SEP]", model_max_length=32,
    )  # fmt: skip
    found.save_pretrained(folder)
    return found


def bert(kind: str, folder: Path, **more: Any) -> Any:
    import torch
    import transformers

    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=5 + len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=32, pad_token_id=0, **more,
    )  # fmt: skip
    model = getattr(transformers, f"BertFor{kind}")(config)
    model.save_pretrained(folder)
    return model


def trained(model: Any, batch: Any, folder: Path, steps: int = 60) -> None:
    """Learn one batch by heart, and save."""
    import torch

    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    model.train()
    for _ in range(steps):
        optimiser.zero_grad()
        model(**batch).loss.backward()
        optimiser.step()
    model.eval().save_pretrained(folder)


def seq2seq(folder: Path) -> Any:
    import torch
    from transformers import BartConfig, BartForConditionalGeneration

    torch.manual_seed(0)
    size = {
        f"{part}_{what}": n
        for part in ("encoder", "decoder")
        for what, n in (("layers", 2), ("attention_heads", 2), ("ffn_dim", 32))
    }
    config = BartConfig(
        vocab_size=5 + len(WORDS), d_model=32, max_position_embeddings=32, pad_token_id=0, bos_token_id=2, eos_token_id=3,
        decoder_start_token_id=3, forced_eos_token_id=None, dropout=0.0, **size,
    )  # fmt: skip
    return BartForConditionalGeneration(config)


def gpt2(folder: Path) -> Any:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=5 + len(WORDS), n_positions=32, n_embd=32, n_layer=2, n_head=2, bos_token_id=2, eos_token_id=3, pad_token_id=0,
        resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,
    )  # fmt: skip
    return GPT2LMHeadModel(config)


def ctc(folder: Path) -> Any:
    import json

    from transformers import (
        Wav2Vec2Config,
        Wav2Vec2CTCTokenizer,
        Wav2Vec2FeatureExtractor,
        Wav2Vec2ForCTC,
        Wav2Vec2Processor,
    )

    letters = ["<pad>", "<s>", "</s>", "<unk>", "|", "a", "b", "c"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({letter: at for at, letter in enumerate(letters)}))
    words = Wav2Vec2CTCTokenizer(str(folder / "vocab.json"))
    Wav2Vec2Processor(Wav2Vec2FeatureExtractor(), words).save_pretrained(folder)
    Wav2Vec2ForCTC(_wave(Wav2Vec2Config, vocab_size=len(letters))).save_pretrained(folder)


def sound_classifier(folder: Path) -> None:
    from transformers import Wav2Vec2Config, Wav2Vec2FeatureExtractor, Wav2Vec2ForSequenceClassification

    Wav2Vec2FeatureExtractor().save_pretrained(folder)
    config = _wave(
        Wav2Vec2Config, id2label={0: "high", 1: "low"}, label2id={"high": 0, "low": 1}, classifier_proj_size=8
    )
    Wav2Vec2ForSequenceClassification(config).save_pretrained(folder)


def _wave(kind: Any, **more: Any) -> Any:
    import torch

    torch.manual_seed(0)
    return kind(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16, conv_dim=(8, 8), conv_stride=(5, 4),
        conv_kernel=(10, 8), num_feat_extract_layers=2, num_conv_pos_embeddings=4, num_conv_pos_embedding_groups=2, pad_token_id=0, **more,
    )  # fmt: skip


def vision(folder: Path) -> None:
    import torch
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

    torch.manual_seed(0)
    ViTImageProcessor(size={"height": 16, "width": 16}).save_pretrained(folder)
    config = ViTConfig(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16, image_size=16, patch_size=8,
        id2label={0: "dark", 1: "light"}, label2id={"dark": 0, "light": 1},
    )  # fmt: skip
    ViTForImageClassification(config).save_pretrained(folder)
