"""Shell commands that attack whoever runs them: told by their text, whether in a script, a notebook or a Python string."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_LINE = 4000
_FETCH = r"(?:curl|wget|fetch|aria2c|lwp-download|Invoke-WebRequest|iwr)\b"
_RUNNER = (
    r"(?:sudo\s+(?:-\w+\s+){0,4})?(?:/usr/bin/env\s+)?(?:/[\w./]{1,40}/)?"
    r"(?<![\w.-])(?:(?:ba|z|da|k|a|fi)?sh|python[\d.]*|perl|ruby|node|php|iex)\b"
)
_REST = r"[^|;&\n]{0,600}"

_PATTERNS: tuple[tuple[str, str, str], ...] = (
    ("fetched code", "runs code fetched from the network", rf"{_FETCH}{_REST}(?:\|\s*(?:tee|gunzip|gzip|cat|base64|xz|tar)\b{_REST})*\|\s*{_RUNNER}"),
    ("fetched code", "runs code fetched from the network", rf"{_RUNNER}\s+(?:-\w+\s+)*[\"']?(?:<\(|\$\(|`)\s*{_FETCH}"),
    ("fetched code", "runs code fetched from the network", rf"(?:^|[;&|\s])(?:eval|source|\.|exec)\s+[\"']?(?:<\(|\$\(|`)\s*{_FETCH}"),
    ("fetched code", "runs code fetched from the network", rf"{_FETCH}{_REST}(?:&&|;){_REST}(?:chmod\s+\S{{1,12}}x\S*|{_RUNNER})\s+\S{{1,200}}"),
    ("fetched code", "runs code fetched from the network", r"(?:IEX|Invoke-Expression)\b.{0,80}(?:DownloadString|Invoke-WebRequest|iwr|curl)"),
    ("fetched code", "runs code fetched from the network", r"\b(?:mshta|regsvr32|bitsadmin|certutil)\b.{0,80}https?:"),
    ("decoded code", "runs decoded text", rf"\b(?:base64\s+(?:-d|-D|--decode)|xxd\s+-r|openssl\s+enc\s+-d){_REST}\|\s*{_RUNNER}"),
    ("decoded code", "runs decoded text", rf"{_RUNNER}\s+(?:-c\s+)?[\"']?(?:<\(|\$\(|`){_REST}\|?\s*base64\s+(?:-d|-D|--decode)"),
    ("decoded code", "runs decoded text", r"(?:^|[;&\s])eval\s+[\"']?(?:\$\(|`).{0,300}base64\s+(?:-d|-D|--decode)"),
    ("decoded code", "runs an encoded command", r"powershell(?:\.exe)?\s.{0,80}-e(?:nc|ncodedcommand)?\s+[A-Za-z0-9+/=]{16}"),
    ("decoded code", "runs decoded text", r"python[\d.]*\s+-c\s.{0,80}(?:exec|eval)\s*\(.{0,200}(?:b64decode|urlopen|fromhex|requests\.)"),
    ("reverse shell", "gives a shell to another machine", r"/dev/(?:tcp|udp)/"),
    ("reverse shell", "gives a shell to another machine", r"\b(?:nc|ncat|netcat)\b[^\n;|]{0,120}\s-\w*[ec]\b"),
    ("reverse shell", "gives a shell to another machine", r"\bmkfifo\b.{0,200}\b(?:nc|ncat|telnet|openssl)\b"),
    ("reverse shell", "gives a shell to another machine", r"\bsocat\b.{0,120}\bexec:", ),
    ("reverse shell", "gives a shell to another machine", r"python[\d.]*\s+-c\s.{0,300}socket.{0,300}(?:subprocess|dup2|pty)"),
    ("exfiltration", "sends secrets to another machine", rf"{_FETCH}.{{0,300}}(?:\$\(|`|@|<)\s*(?:env\b|printenv|cat\s|~/\.|/etc/|\$HOME/\.)"),
    ("exfiltration", "sends secrets to another machine", rf"(?:\benv|printenv|id_rsa|\.aws/credentials|/etc/passwd|\.netrc|history){_REST}(?:\|{_REST}){{0,3}}\|\s*(?:{_FETCH}|nc\b)"),
    ("destruction", "deletes what is not its own", r"\brm\s+(?:-\w+\s+)*-\w*[rR]\w*\s+(?:-\w+\s+)*(?:--no-preserve-root\s+)?(?:/|~|\$HOME|/\*|~/\*)(?:\s|$|;)"),
    ("destruction", "overwrites a disk", r"\b(?:dd\b.{0,80}\bof=/dev/(?:sd|nvme|hd|vd)|mkfs\.\w+\s+/dev/)"),
    ("persistence", "lets somebody in, or runs again later", r">>?\s*(?:~|\$HOME|/root|/home/\S{1,40})/\.ssh/authorized_keys|\|\s*crontab\b|>>?\s*/etc/(?:cron|rc\.local|ld\.so\.preload|sudoers)"),
    ("foreign index", "installs packages over an unprotected connection", r"\bpip[\d.]*\s+install\b.{0,300}(?:(?:-i|--index-url|--extra-index-url)[ =]|\s)http://(?!localhost|127\.)"),
)  # fmt: skip
_COMPILED = tuple((subject, text, re.compile(pattern, re.IGNORECASE)) for subject, text, pattern in _PATTERNS)
# Installers that their makers tell people to pipe into a shell.
_INSTALLERS = re.compile(
    r"https://(?:sh\.rustup\.rs|astral\.sh/uv|get\.docker\.com|bun\.sh/install|deb\.nodesource\.com|pyenv\.run|ollama\.com/install|"
    r"install\.python-poetry\.org|raw\.githubusercontent\.com/(?:nvm-sh/nvm|Homebrew/install|pyenv/pyenv-installer)|"
    r"packagecloud\.io/install/repositories/github|nixos\.org/nix|micro\.mamba\.pm|bootstrap\.pypa\.io|install\.determinate\.systems)"
)
_HARMLESS = frozenset(
    """git nvcc nvidia-smi rocm-smi rocminfo ffmpeg ffprobe sox soxi which where uname hostname cmake make ninja gcc g++ clang cc
    c++ ld ldconfig ldd nproc lscpu free df du ls pwd cat echo cd mkdir cp mv unzip tar gzip gunzip pip pip3 conda apt apt-get
    brew sudo wget curl python python3 huggingface-cli hf lspci sysctl sw_vers dpkg rpm swig protoc java espeak espeak-ng
    tesseract pdftotext pandoc head tail wc sort touch test true export source tput clear""".split()  # noqa: SIM905
)
_LOOKING = frozenset(
    """git nvcc nvidia-smi rocm-smi rocminfo ffmpeg ffprobe sox soxi which where uname hostname cmake make ninja gcc g++ clang cc
    c++ ld ldconfig ldd nproc lscpu free df du lspci sysctl sw_vers dpkg rpm swig protoc espeak espeak-ng tesseract pdftotext
    pandoc""".split()  # noqa: SIM905
)


class Attack(NamedTuple):
    """A command that attacks: what kind, what it does, its text, and the line, counted from 1."""

    subject: str
    text: str
    command: str
    line: int
    is_known_installer: bool = False


def attacks_in(script: str) -> Iterator[Attack]:
    """Yield the commands of a script, or of one line, that attack; comments are none."""
    held, first = "", 0
    for number, line in enumerate(script.split("\n"), 1):
        first = first if held else number
        held += line[:_LINE]
        if held.endswith("\\") and len(held) < _LINE:
            held = held[:-1] + " "
            continue
        command, held = held, ""
        if not command.lstrip().startswith("#"):
            yield from _attacks(command, first)


def _attacks(command: str, line: int) -> Iterator[Attack]:
    for subject, text, pattern in _COMPILED:
        if pattern.search(command):
            yield Attack(subject, text, command.strip()[:300], line, bool(_INSTALLERS.search(command)))
            return


def is_harmless(command: str) -> bool:
    """Tell whether a command is one of a few tools that look, build or convert, and no more than one."""
    return _is_of(command, _LOOKING) and not re.search(r"[;|&`]|\$\(", command)


def is_usual(command: str) -> bool:
    """Tell whether a command is what people write into notebooks and scripts: installing, copying, unpacking."""
    return _is_of(command, _HARMLESS)


def _is_of(command: str, tools: frozenset[str]) -> bool:
    words = command.split(maxsplit=1)
    return bool(words) and words[0].rpartition("/")[2] in tools
