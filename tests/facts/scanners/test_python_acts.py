"""Every way of acting on import or in use that is known here is at least to be reviewed."""

from __future__ import annotations

import pytest

from tests.facts.scanners.python_acts import CASES
from tests.facts.scanners.test_python_code import worst
from weighbridge.model import Severity

HONEST = [
    "import sys, os\nsys.path.append(os.path.dirname(__file__))",
    "import os\nos.environ['TOKENIZERS_PARALLELISM'] = 'false'",
    "from transformers import AutoModel\nAutoModel.from_pretrained('./weights', trust_remote_code=True)",
    "import inspect\ninspect.signature(len)",
    "class M:\n    def forward(self, x: 'exec') -> 'eval': return x",
    "import torch\nclass M(torch.nn.Module):\n    def items(self): return vars(self).items()",
    "x = type(3)",
    "import socket\ndef serve(): return socket.gethostbyname(socket.gethostname())",
    "def f(frame, names): return frame.query('a in @names and b > @names.min()').eval('c = a + b')",
    "import os\ndef f(xpath): return xpath.query(\"//a[@os.system='x']\")",
    "boxes[:, [0, 1]] = boxes[:, [1, 0]]",
]


@pytest.mark.parametrize("name", CASES)
def test_an_act_is_told(name: str) -> None:
    level = worst(CASES[name])
    assert level is not None
    assert level >= Severity.MEDIUM


@pytest.mark.parametrize("source", HONEST)
def test_what_honest_code_does_is_not(source: str) -> None:
    level = worst(source)
    assert level is None or level < Severity.MEDIUM
