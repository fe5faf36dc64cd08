"""Architectures spelled in names: words of a name to the `model_type` of transformers.

Only families whose spelling settles the type. Where a later generation or another modality under the same word has another
type (Qwen's vision models, Phi's mixtures of experts, Gemma 3), the words that tell it apart make the name say nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

_TYPES: dict[tuple[str, ...], str] = {
    tuple(words.split()): kind
    for words, kind in {
        "albert": "albert", "bart": "bart", "mbart": "mbart", "mbart50": "mbart", "barthez": "mbart", "beit": "beit",
        "bert": "bert", "mbert": "bert", "bigbird": "big_bird", "bloom": "bloom", "bloomz": "bloom", "canine": "canine",
        "camembert": "camembert", "codegen": "codegen", "convbert": "convbert", "convnext": "convnext",
        "data2vec audio": "data2vec-audio", "deberta v2": "deberta-v2", "deberta v3": "deberta-v2",
        "mdeberta v3": "deberta-v2", "detr": "detr", "distilbert": "distilbert",
        "distilgpt2": "gpt2", "distilroberta": "roberta", "electra": "electra", "falcon": "falcon",
        "flaubert": "flaubert", "fnet": "fnet", "funnel": "funnel", "gpt2": "gpt2", "gpt 2": "gpt2",
        "gpt neo": "gpt_neo", "gpt neox": "gpt_neox", "gpt j": "gptj", "gptj": "gptj", "gpt bigcode": "gpt_bigcode",
        "hubert": "hubert", "layoutlm": "layoutlm", "layoutlmv2": "layoutlmv2", "layoutlmv3": "layoutlmv3",
        "llama 2": "llama", "llama2": "llama", "llama 3": "llama", "llama3": "llama", "llama 3.1": "llama",
        "llama 3.3": "llama", "longformer": "longformer", "longt5": "longt5", "m2m100": "m2m_100", "mamba": "mamba",
        "mistral": "mistral", "mixtral": "mixtral", "mobilebert": "mobilebert", "mpnet": "mpnet", "mpt": "mpt",
        "mt5": "mt5", "nezha": "nezha", "nllb": "m2m_100", "olmo": "olmo", "opt": "opt", "pegasus": "pegasus",
        "phi 2": "phi", "pythia": "gpt_neox", "qwen2": "qwen2", "qwen2.5": "qwen2", "qwen1.5": "qwen2",
        "qwen3": "qwen3", "reformer": "reformer", "rembert": "rembert", "resnet": "resnet", "roberta": "roberta",
        "rwkv": "rwkv", "segformer": "segformer", "sew": "sew", "speech t5": "speecht5", "speecht5": "speecht5",
        "squeezebert": "squeezebert", "starcoder2": "starcoder2", "swin": "swin", "t5": "t5", "flan t5": "t5",
        "unispeech": "unispeech", "vilt": "vilt", "vit": "vit", "wav2vec2": "wav2vec2", "wavlm": "wavlm",
        "whisper": "whisper", "xglm": "xglm", "xlm roberta": "xlm-roberta", "xlm r": "xlm-roberta", "xlmr": "xlm-roberta",
        "xlmroberta": "xlm-roberta", "xlnet": "xlnet", "yolos": "yolos",
    }.items()
}  # fmt: skip
_FIRST = frozenset(words[0] for words in _TYPES)

# Words after which a family's name no longer tells the type: other modalities, mixtures, parts, several models in one.
_WORDS = """
vl vision audio omni moe draft medusa eagle eagle3 speculator multimodal encoder decoder encoderdecoder seq2seq ensemble
captioning trocr vlm llava clip blip dual gan flair spacy dpr passage question ctx mae sat conformer conv ibert colbert
maskformer cloob wwm long character s2t shared generation retrieval mutual elmo doc2query
"""
_UNSETTLING = frozenset(_WORDS.split())


def architecture_in(words: Sequence[str]) -> str:
    """Return the model type that a name's words (lower case) spell; empty where they spell none, or several."""
    if _FIRST.isdisjoint(words) or not _UNSETTLING.isdisjoint(words):
        return ""
    found = set()
    index = 0
    while index < len(words):
        pair = tuple(words[index : index + 2])
        kind = _TYPES.get(pair) or _TYPES.get(pair[:1])
        index += 2 if pair in _TYPES else 1
        if kind is not None:
            found.add(kind)
    return found.pop() if len(found) == 1 else ""
