"""How dangerous it is that a configuration, a tag or a schema names a function or class to be called.

The standard library is finite, so what of it is harmless is listed, and everything else is not. Of libraries for machine
learning everything is taken for what it is made for, except what runs code, fetches or unpickles. Names that go through a
library to another module (`torch.serialization.os.system`) are judged by where they end.
"""

from __future__ import annotations

# ruff: noqa: SIM905 - long lists of quoted names are harder to read and to keep
from weighbridge.checks.security.judging import DANGEROUS, MALICIOUS, NOTE
from weighbridge.checks.security.stdlib import STDLIB
from weighbridge.facts.scanners.capabilities import CAPABILITIES
from weighbridge.model import Severity

# Values and containers, arithmetic, dates, paths: nothing here runs, reads or writes anything but its arguments.
_HARMLESS = frozenset(
    """
    builtins.dict builtins.list builtins.set builtins.frozenset builtins.tuple builtins.int builtins.float builtins.bool
    builtins.str builtins.bytes builtins.bytearray builtins.complex builtins.range builtins.slice builtins.len builtins.min
    builtins.max builtins.sum builtins.abs builtins.round builtins.sorted builtins.zip builtins.enumerate builtins.reversed
    builtins.type builtins.object builtins.NoneType builtins.ellipsis builtins.repr builtins.all builtins.any builtins.divmod
    builtins.pow builtins.hash builtins.id builtins.print argparse.Namespace types.SimpleNamespace types.MappingProxyType
    types.NoneType functools.partial functools.partialmethod functools.reduce functools.lru_cache operator.itemgetter
    operator.add operator.mul operator.eq operator.ne operator.lt operator.gt logging.getLogger logging.Logger
    logging.StreamHandler logging.Formatter os.path.join os.path.basename os.path.dirname os.path.abspath os.path.exists
    os.path.expanduser os.path.normpath os.path.splitext os.cpu_count os.getcwd uuid.UUID uuid.uuid4 re.compile copy.copy
    copy.deepcopy inspect.signature threading.Lock socket.AF_INET weakref.ref
    """.split()
)
_HARMLESS_MODULES = frozenset(
    """
    collections datetime decimal fractions math cmath statistics random itertools enum dataclasses numbers string textwrap
    calendar zoneinfo heapq bisect array struct typing colorsys secrets hashlib time pathlib json abc
    """.split()
) - {"typing", "secrets"}  # fmt: skip
# In the harmless modules, what is not.
_EXCEPT = ("_sys", "_os", "os", "sys", "builtins", "__builtins__", "_operator", "_collections_abc.sys")
_ACTING_PATHS = frozenset({"write_text", "write_bytes", "unlink", "rmdir", "rename", "replace", "touch", "mkdir", "chmod",
                           "symlink_to", "hardlink_to", "open", "read_text", "read_bytes"})  # fmt: skip

LIBRARIES = frozenset(
    """
    torch torchvision torchaudio torchtext torchmetrics torchdata torchrl torch_geometric transformers diffusers accelerate peft
    trl datasets evaluate tokenizers huggingface_hub sentence_transformers setfit optimum safetensors timm open_clip clip
    numpy scipy sklearn pandas polars pyarrow imblearn category_encoders skops joblib statsmodels xgboost lightgbm catboost
    keras tf_keras keras_core keras_hub keras_cv keras_nlp tensorflow tensorflow_hub tensorflow_text tensorflow_probability
    jax jaxlib flax optax haiku orbax equinox lightning pytorch_lightning lightning_fabric nemo nemo_toolkit megatron apex
    fairseq espnet espnet2 speechbrain hydra omegaconf fastai fastcore spacy thinc nltk gensim flair stanza allennlp mmcv
    mmengine mmdet mmseg mmpretrain mmpose detectron2 monai kornia albumentations cv2 PIL skimage imageio segmentation_models_pytorch
    ultralytics einops xformers flash_attn bitsandbytes deepspeed auto_gptq awq onnx onnxruntime openvino coremltools gluonts
    neuralforecast darts prophet sktime tslearn gymnasium gym stable_baselines3 ray wandb mlflow bertopic hdbscan umap faiss
    gpytorch botorch pyro numpyro ldm sgm taming cleanfid lpips vector_quantize_pytorch denoising_diffusion_pytorch audiocraft
    TTS encodec dac pytorch_tabnet pytorch_forecasting tabpfn autogluon flaml sentencepiece tiktoken sacremoses funasr modelscope
    paddle paddlenlp paddleocr mindspore oneflow chronos uni2ts timesfm rdkit deepchem esm openfold dgl networkx
    """.split()
)
_CALLING = frozenset({"process", "dynamic-code", "native-code", "hooks"})
# Modules into which a path through a library leads out of it.
_DOORS = frozenset(
    "os sys subprocess builtins importlib shutil socket ctypes pty runpy pickle marshal urllib ftplib smtplib tempfile".split()
)
# What runs code, writes or fetches in libraries that otherwise compute.
_ACTING = (
    "tensorflow.io.write_file", "tensorflow.io.gfile", "tensorflow.py_function", "tensorflow.numpy_function",
    "tensorflow.python.framework.load_library", "numpy.f2py", "numpy.distutils", "numpy.testing._private", "numpy.save",
    "numpy.memmap", "numpy.fromfile", "torch.utils.bottleneck", "torch.distributed.launcher", "torch.distributed.run",
    "torch.testing._internal", "torch._inductor", "torch._dynamo", "torch.fx.experimental", "torch.utils.collect_env",
    "pandas.eval", "pandas.core.computation", "PIL.ImageMath", "sympy.", "jinja2.Template", "keras.utils.get_file",
    "transformers.utils.hub", "huggingface_hub.hf_hub_download", "huggingface_hub.snapshot_download",
    "datasets.load_dataset", "mlflow.projects", "nltk.download", "gradio.load", "omegaconf.OmegaConf.register_new_resolver",
    "cv2.imwrite", "ray.remote", "fastai.learner.load_learner", "mmengine.config.Config.fromfile",
)  # fmt: skip
# What looks up a function by a name among its arguments.
_LOOKING_UP = ("hydra.utils.get_", "hydra._internal", "pydoc.locate", "pkgutil.resolve_name")


def danger_of(path: str) -> Severity | None:
    """Return how dangerous a call of what a dotted path names is; None for what is harmless, as far as is known."""
    path = path.removeprefix("__builtin__.") if path.startswith("__builtin__.") else path
    parts = path.split(".")
    root = parts[0]
    if path in _HARMLESS or (len(parts) == 1 and f"builtins.{path}" in _HARMLESS):
        return None
    if any(part.startswith("__") and part.endswith("__") for part in parts[1:]):
        return MALICIOUS
    if path.startswith((*_LOOKING_UP, *_ACTING)):
        return DANGEROUS
    capability = CAPABILITIES.of(path.removeprefix("builtins."))
    if capability is not None:
        return MALICIOUS if capability.name in _CALLING else DANGEROUS
    if root in _HARMLESS_MODULES:
        return DANGEROUS if parts[-1] in _ACTING_PATHS or _leads_out(parts) else None
    if root in STDLIB:
        return MALICIOUS
    if _leads_out(parts):
        return MALICIOUS
    return None if root in LIBRARIES else NOTE


def _leads_out(parts: list[str]) -> bool:
    return any(part in _EXCEPT or part in _DOORS for part in parts[1:-1]) or (len(parts) == 2 and parts[1] in _EXCEPT)
