"""The names of all modules of Python's standard library, of every version that may load a model.

The list is fixed here rather than taken from the running interpreter, so that a verdict does not depend on its version.
Source: `sys.stdlib_module_names` of CPython 3.11 and 3.13, the modules that PEP 594 and PEP 632 removed, those that 3.14 adds,
and the names that Python 2 had for them.
"""

from __future__ import annotations

STDLIB = frozenset(
    """
    BaseHTTPServer CGIHTTPServer ConfigParser Cookie DocXMLRPCServer HTMLParser MimeWriter Queue SimpleHTTPServer
    SimpleXMLRPCServer SocketServer StringIO Tkinter UserDict UserList UserString __builtin__ __future__ _abc
    _aix_support _android_support _apple_support _ast _ast_unparse _asyncio _bisect _blake2 _bootsubprocess _bz2
    _codecs _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections _collections_abc
    _colorize _compat_pickle _compression _contextvars _crypt _csv _ctypes _curses _curses_panel _datetime _dbm
    _decimal _dummy_thread _elementtree _frozen_importlib _frozen_importlib_external _functools _gdbm _hashlib
    _heapq _hmac _imp _interpchannels _interpqueues _interpreters _io _ios_support _json _locale _lsprof _lzma
    _markupbase _md5 _msi _multibytecodec _multiprocessing _opcode _opcode_metadata _operator _osx_support
    _overlapped _pickle _posixshmem _posixsubprocess _py_abc _py_warnings _pydecimal _pyio _pyrepl _queue _random
    _remote_debugging _scproxy _sha1 _sha256 _sha3 _sha512 _signal _sitebuiltins _socket _sqlite3 _sre _ssl _stat
    _statistics _string _strptime _struct _suggestions _symtable _sysconfig _testexternalinspection _thread
    _threading_local _tkinter _tokenize _tracemalloc _typing _uuid _warnings _weakref _weakrefset _winapi _zoneinfo
    _zstd abc aifc annotationlib antigravity anydbm argparse array ast asynchat asyncio asyncore atexit audioop
    base64 bdb binascii binhex bisect builtins bz2 cPickle cProfile cStringIO calendar cgi cgitb chunk cmath cmd
    code codecs codeop collections colorsys commands compileall compiler compression concurrent configparser
    contextlib contextvars cookielib copy copy_reg copyreg crypt csv ctypes curses dataclasses datetime dbhash dbm
    decimal difflib dis distutils doctest dumbdbm dummy_thread dummy_threading email encodings ensurepip enum errno
    exceptions faulthandler fcntl filecmp fileinput fnmatch formatter fpformat fractions ftplib functools
    future_builtins gc gdbm genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html
    htmllib http httplib idlelib ihooks imaplib imghdr imp importlib imputil inspect io ipaddress itertools json
    keyword lib2to3 linecache locale logging lzma macpath macurl2path mailbox mailcap marshal math md5 mhlib
    mimetools mimetypes mmap modulefinder msilib msvcrt multifile multiprocessing netrc new nis nntplib nt ntpath
    nturl2path numbers opcode operator optparse os os2emxpath ossaudiodev parser pathlib pdb pickle pickletools
    pipes pkgutil platform plistlib popen2 poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr
    pydoc pydoc_data pyexpat queue quopri random re readline repr reprlib resource rfc822 rlcompleter robotparser
    runpy sched secrets select selectors sets sgmllib sha shelve shlex shutil signal site smtpd smtplib sndhdr
    socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics statvfs string
    stringprep struct subprocess sunau symbol symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile
    termios textwrap this thread threading time timeit tkMessageBox tkinter token tokenize tomllib trace traceback
    tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib urllib2 urlparse user uu uuid venv
    warnings wave weakref webbrowser whichdb winreg winsound wsgiref xdrlib xml xmlrpc xmlrpclib zipapp zipfile
    zipimport zlib zoneinfo
    """.split()  # noqa: SIM905 - a list of four hundred quoted names is harder to read
)
