"""What Python's and common libraries' functions can do, by their dotted names.

A capability is a fact about code, not a judgement: a tokenizer writes its vocabulary, a processor may fetch an image.
Names are prefixes of dotted paths; the longest one that fits decides.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from weighbridge.facts.scanners.python_names import Names

_NAMES = {
    "process": """
        os.system os.popen os.execl os.execle os.execlp os.execlpe os.execv os.execve os.execvp os.execvpe os.fork os.forkpty
        os.spawnl os.spawnle os.spawnlp os.spawnlpe os.spawnv os.spawnve os.spawnvp os.spawnvpe os.posix_spawn os.posix_spawnp
        os.startfile os.dup2 posix.system nt.system subprocess.run subprocess.call subprocess.check_call subprocess.check_output
        subprocess.Popen subprocess.getoutput subprocess.getstatusoutput _posixsubprocess.fork_exec pty.spawn pty.fork popen2
        commands.getoutput
        commands.getstatusoutput asyncio.create_subprocess_exec asyncio.create_subprocess_shell pip.main pip._internal
        multiprocessing.util.spawnv_passfds platform.popen sh.Command plumbum pexpect.spawn invoke.run fabric.Connection webbrowser.open IPython.shell.system
        IPython.shell.getoutput IPython.shell.system_piped IPython.shell.system_raw
        distutils.spawn setuptools.sandbox ensurepip timeit.timeit webbrowser.get pydoc.pipepager pydoc.tempfilepager
        win32com.client.Dispatch win32api.ShellExecute ctypes.library.system ctypes.library.popen ctypes.library.execve
        ctypes.library.execv ctypes.library.execl ctypes.library.fork ctypes.library.ptrace ctypes.library.syscall
        ctypes.library.mprotect ctypes.library.dlopen ctypes.library.memfd_create
    """,
    "server": """
        http.server socketserver xmlrpc.server asyncio.start_server asyncio.start_unix_server socket.create_server
        multiprocessing.managers multiprocessing.connection.Listener wsgiref.simple_server pyngrok torch.distributed.rpc.init_rpc
    """,
    "persistence": "winreg.SetValue winreg.SetValueEx winreg.CreateKey winreg.CreateKeyEx",
    "evaluation": """
        sympy.sympify sympy.parse_expr sympy.parsing.sympy_parser.parse_expr numexpr.evaluate pandas.eval
    """,
    "network": """
        socket.socket socket.create_connection urllib.request urllib2.urlopen urllib.urlopen
        urllib.urlretrieve http.client ftplib smtplib poplib imaplib nntplib telnetlib xmlrpc requests httpx httpx2 aiohttp
        websocket websockets paramiko socket.gethostbyname socket.getaddrinfo asyncio.open_connection urllib3 pycurl wget.download torch.hub.download_url_to_file
        torch.hub.load_state_dict_from_url boto3 docker.from_env docker.DockerClient kubernetes ssl.wrap_socket dns.resolver dns.query scapy telegram
    """,
    "file-write": """
        os.remove os.unlink os.rename os.replace os.rmdir os.removedirs os.chmod os.chown os.symlink os.link os.truncate
        os.mkfifo os.mknod shutil.move shutil.copy shutil.copy2 shutil.copyfile shutil.copytree
        shutil.unpack_archive zipfile.ZipFile.extractall tarfile.open
    """,
    "file-removal": "shutil.rmtree os.removedirs",
    "dynamic-code": """
        exec eval compile runpy types.FunctionType types.CodeType code.InteractiveInterpreter code.interact
        codeop.compile_command marshal.loads marshal.load importlib.util.spec_from_file_location
        importlib.machinery.SourceFileLoader imp.load_source imp.load_dynamic builtins.exec builtins.eval builtins.compile
        transformers.dynamic_module_utils.get_class_from_dynamic_module
        transformers.dynamic_module_utils.get_class_in_module diffusers.utils.dynamic_modules_utils torch.jit.CompilationUnit torch.hub.load
        code.InteractiveConsole doctest.debug_src doctest.debug_script doctest.testsource site.addsitedir site.addpackage
        distutils.core.run_setup zipimport.zipimporter pdb.run bdb.Bdb profile.run cProfile.run trace.Trace doctest.run_docstring_examples
        doctest.testmod gettext.c2py torch.package.PackageImporter importlib.machinery.SourcelessFileLoader
    """,
    "native-code": """
        ctypes.CDLL ctypes.cdll ctypes.PyDLL ctypes.WinDLL ctypes.windll ctypes.OleDLL ctypes.CFUNCTYPE ctypes.memmove
        ctypes.pythonapi cffi torch.ops.load_library torch.classes.load_library torch.utils.cpp_extension tensorflow.load_op_library
        tensorflow.load_library _ctypes numpy.ctypeslib.load_library onnxruntime.SessionOptions.register_custom_ops_library
        importlib.machinery.ExtensionFileLoader sqlite3.Connection.load_extension cupy.RawModule pycuda.compiler
    """,
    "deserialisation": """
        pickle.load pickle.loads pickle.Unpickler _pickle.load _pickle.loads cPickle.load cPickle.loads dill.load dill.loads
        cloudpickle.load cloudpickle.loads joblib.load shelve.open jsonpickle.decode torch.load numpy.load pandas.read_pickle
        yaml.load yaml.unsafe_load yaml.full_load keras.models.load_model tensorflow.keras.models.load_model
        torch.serialization.load skops.io.load sklearn.externals.joblib.load
    """,
    "credential-read": """
        keyring.get_password netrc.netrc getpass.getpass huggingface_hub.get_token huggingface_hub.HfFolder.get_token
        huggingface_hub.utils.get_token google.auth.default browser_cookie3
    """,
    "hooks": """
        atexit.register sys.settrace sys.setprofile sys.addaudithook signal.signal threading.Timer sys.meta_path.append
        sys.meta_path.insert sys.path_hooks.append gc.get_objects gc.get_referrers
        sys.path.insert sys.path.append site.getsitepackages site.getusersitepackages os.kill os.killpg
    """,
}

# Functions that run what they are given: naming one, to call it later or elsewhere, is as telling as calling it.
REFERENCES = {
    name: capability
    for capability, names in {
        "process": """os.system os.popen subprocess.run subprocess.call subprocess.check_call subprocess.check_output
            subprocess.Popen subprocess.getoutput subprocess.getstatusoutput pty.spawn posix.system nt.system os.execv
            os.execve os.execvp os.execl os.spawnl os.spawnv os.posix_spawn commands.getoutput""",
        "dynamic-code": "eval exec marshal.loads",
        "server": "http.server.test",
        "deserialisation": "pickle.loads _pickle.loads dill.loads cloudpickle.loads",
    }.items()
    for name in names.split()
}
# Modules of which an attribute with a computed name is likely to be one of these functions.
ACTING_MODULES = frozenset(
    """os posix nt subprocess builtins __builtins__ importlib ctypes marshal pty runpy pickle _pickle commands code
    shutil socket""".split()  # noqa: SIM905 - a list of quoted names is harder to read
)
# Methods that load native code, whatever object they are called on: sqlite's connections are made by many libraries.
NATIVE_METHODS = frozenset({"load_extension", "enable_load_extension"})
# Variables of the environment that make other programs load code or talk to another host.
STEERING = frozenset(
    """LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES PYTHONSTARTUP PYTHONPATH PYTHONHOME PYTHONINSPECT BASH_ENV
    PROMPT_COMMAND GIT_SSH_COMMAND HTTPS_PROXY HTTP_PROXY ALL_PROXY https_proxy http_proxy HF_ENDPOINT SSL_CERT_FILE
    REQUESTS_CA_BUNDLE PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE BROWSER""".split()  # noqa: SIM905 - as above
)
# Folders nobody means to remove.
HOMES = frozenset({"/", "~", "/home", "/root", "/usr", "/etc", "/var", "$HOME", "C:\\"})
# Where attackers put modules: everybody may write there, and no package manager does.
_STRAY = ("/tmp/", "/var/tmp/", "/dev/shm/")  # noqa: S108 - looked for, not used
_PACKED = (".zip", ".egg", ".whl", ".pyz")

# What sends, whatever object it is called on.
SENDING = frozenset(
    {
        "post",
        "put",
        "patch",
        "send",
        "sendall",
        "sendto",
        "sendmail",
        "request",
        "upload_file",
        "put_object",
        "upload_fileobj",
    }
)

SECRET_FILES = (
    ".ssh/", "id_rsa", "id_ed25519", ".aws/credentials", ".netrc", ".git-credentials", ".kube/config", ".docker/config.json",
    ".huggingface/token", "huggingface/token", "/etc/shadow", "/etc/passwd", ".bash_history", ".npmrc", ".pypirc", ".gnupg",
    "Login Data", "cookies.sqlite", "wallet.dat", "/proc/self/environ", "application_default_credentials",
)  # fmt: skip
# The same, as parts of a path that is put together.
SECRET_PARTS = frozenset({".ssh", ".aws", ".kube", ".gnupg", ".git-credentials", "authorized_keys", ".bashrc", ".zshrc",
                          ".bash_profile", ".bash_history", "sitecustomize.py", "usercustomize.py"})  # fmt: skip
# Files that run, or let somebody in, later on.
PERSISTENT = (".bashrc", ".zshrc", ".bash_profile", "authorized_keys", "/etc/cron", "/etc/rc.local", "LaunchAgents",
              ".config/autostart", "/etc/systemd", "sitecustomize.py", "usercustomize.py", "CurrentVersion\\Run",
              "/etc/ld.so.preload", "/etc/sudoers")  # fmt: skip
SECRET_NAMES = frozenset(
    """HF_TOKEN HUGGING_FACE_HUB_TOKEN HUGGINGFACE_TOKEN AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN GITHUB_TOKEN
    GH_TOKEN OPENAI_API_KEY ANTHROPIC_API_KEY WANDB_API_KEY GOOGLE_APPLICATION_CREDENTIALS AZURE_CLIENT_SECRET NPM_TOKEN
    PYPI_TOKEN DATABASE_URL KAGGLE_KEY""".split()  # noqa: SIM905 - a list of fifty quoted names is harder to read
)


class Capability(NamedTuple):
    """What a function can do, and the dotted prefix that said so."""

    name: str
    prefix: str

    def applies(self, call: ast.Call, names: Names) -> bool:
        """Tell whether this call has the capability: some functions have it only with, or without, an argument."""
        keywords = {keyword.arg: names.fold(keyword.value) for keyword in call.keywords}
        if self.prefix in {"torch.load", "torch.serialization.load"}:
            return keywords.get("weights_only") is not True
        if self.prefix == "numpy.load":
            return keywords.get("allow_pickle") is True
        if self.prefix == "yaml.load":
            loaders = [keyword.value for keyword in call.keywords if keyword.arg == "Loader"] + call.args[1:2]
            return not any("Safe" in names.resolve(loader) for loader in loaders)
        if self.prefix in {"sys.path.insert", "sys.path.append"}:
            folder = names.fold(call.args[-1]) if call.args else None
            return isinstance(folder, str) and (folder.startswith(_STRAY) or folder.endswith(_PACKED))
        if self.prefix == "open":
            mode = keywords.get("mode") or (names.fold(call.args[1]) if len(call.args) > 1 else "r")
            return not isinstance(mode, str) or not set("wax+").isdisjoint(mode)
        return True


class _Table:
    """Capabilities by dotted prefix."""

    def __init__(self) -> None:
        self._by_prefix = {prefix: name for name, text in _NAMES.items() for prefix in text.split()} | {
            "open": "file-write"
        }
        self.modules = frozenset({prefix.split(".")[0] for prefix in self._by_prefix if "." in prefix} | {"builtins"})

    def of(self, path: str) -> Capability | None:
        """Return the capability of a dotted path; the longest prefix of whole parts decides."""
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            prefix = ".".join(parts[:length])
            if prefix in self._by_prefix:
                return Capability(self._by_prefix[prefix], prefix)
        return None


CAPABILITIES = _Table()
