"""SE036: no requirement has a name that can be taken for a popular package's."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.security.name_not_confusable import is_alike
from weighbridge.facts.environment import Environment
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, contradicted, not_applicable, verified

_NONE = not_applicable("The model names no requirements.")
_POPULAR = frozenset(
    """transformers datasets tokenizers accelerate diffusers huggingface-hub sentence-transformers safetensors evaluate
    pytorch-lightning lightning torchvision torchaudio tensorflow tensorflow-cpu tensorflow-gpu tensorflow-hub scikit-learn xgboost lightgbm
    catboost matplotlib seaborn pandas requests pillow opencv-python scikit-image sentencepiece protobuf onnxruntime
    onnxruntime-gpu bitsandbytes deepspeed flash-attn xformers einops gradio streamlit fastapi uvicorn librosa soundfile
    tiktoken langchain openai anthropic tensorboard jupyter notebook ipython pydantic setuptools cryptography urllib3
    beautifulsoup4 sqlalchemy networkx joblib numexpr ultralytics albumentations llama-cpp-python optimum auto-gptq
    mlflow gensim fairseq speechbrain openvino paddlepaddle modelscope""".split()  # noqa: SIM905
)
# Packages of their own, one letter from a popular one.
_KNOWN = frozenset({"dataset", "tokenizer", "panda", "request", "evaluator", "pandas2"})


@check(code="SE036", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.MEDIUM)
def requirements_not_confusable(environment: Environment) -> Outcome:
    """No requirement has a name that can be taken for a popular package's.

    What it asks: whether a requirement is one letter, or a pair of swapped letters, away from a popular machine-learning package.
    Why it matters: such names are registered by people who wait for the slip; installing runs their code.
    Evidence: the names in requirements, conda and package files against a list of popular packages.
    Remedy: correct the name.
    Limits: names of fewer than six letters, and packages that are not on the list, are not compared.
    Source: this project's threat catalogue, 41; Ohm et al., Backstabber's Knife Collection, DIMVA 2020.
    """
    if not environment.requirements:
        return _NONE
    for requirement in environment.requirements:
        name = requirement.name.lower().replace("_", "-").replace(".", "-")
        meant = "" if name in _POPULAR | _KNOWN else next((p for p in sorted(_POPULAR) if is_alike(name, p)), "")
        if meant:
            return contradicted(
                f"The requirement {requirement.name} can be taken for {meant}.",
                Evidence(requirement.name, requirement.where),
                remedy="Correct the name.",
            )
    return verified("No requirement's name is close to that of another, popular package.")
