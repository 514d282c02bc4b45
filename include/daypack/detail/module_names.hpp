// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/python.hpp>

#include <algorithm>
#include <array>
#include <string_view>

// Names of modules that CPython brings, sorted.
namespace daypack::detail {

// sys.builtin_module_names of CPython 3.6 to 3.13 on Linux, read on 2026-11-21: compiled into the interpreter, so no
// file of that name is ever imported.
inline constexpr std::array<std::string_view, 36> builtin_modules{
    "_abc",       "_ast",        "_codecs",      "_collections", "_functools", "_imp",      "_io",          "_locale",
    "_operator",  "_peg_parser", "_signal",      "_sre",         "_stat",      "_string",   "_suggestions", "_symtable",
    "_sysconfig", "_thread",     "_tokenize",    "_tracemalloc", "_typing",    "_warnings", "_weakref",     "atexit",
    "builtins",   "errno",       "faulthandler", "gc",           "itertools",  "marshal",   "posix",        "pwd",
    "sys",        "time",        "xxsubtype",    "zipimport"};

// A module of CPython's standard library, and the first and last minor version of Python 3 that has it.
struct StandardModule {
  std::string_view name = {};
  int since = 0;
  int until = 99;
};

// sys.stdlib_module_names of 3.10 to 3.13 and the folders of 3.6 to 3.9 (2026-11), "What's New" of 3.14. Without
// private names, other systems' modules, and those that nothing imports by accident (test, turtle, idlelib, this, ...).
// clang-format off
inline constexpr std::array<StandardModule, 210> modules_by_version{{
    {"abc"}, {"aifc", 0, 12}, {"annotationlib", 14}, {"argparse"}, {"array"}, {"ast"}, {"asynchat", 0, 11},
    {"asyncio"}, {"asyncore", 0, 11}, {"atexit"}, {"audioop", 0, 12}, {"base64"}, {"bdb"}, {"binascii"},
    {"binhex", 0, 10}, {"bisect"}, {"builtins"}, {"bz2"}, {"cProfile"}, {"calendar"}, {"cgi", 0, 12},
    {"cgitb", 0, 12}, {"chunk", 0, 12}, {"cmath"}, {"cmd"}, {"code"}, {"codecs"}, {"codeop"}, {"collections"},
    {"colorsys"}, {"compileall"}, {"compression", 14}, {"concurrent"}, {"configparser"}, {"contextlib"},
    {"contextvars", 7}, {"copy"}, {"copyreg"}, {"crypt", 0, 12}, {"csv"}, {"ctypes"}, {"curses"}, {"dataclasses", 7},
    {"datetime"}, {"dbm"}, {"decimal"}, {"difflib"}, {"dis"}, {"distutils", 0, 11}, {"doctest"},
    {"dummy_threading", 0, 8}, {"email"}, {"encodings"}, {"enum"}, {"errno"}, {"faulthandler"}, {"fcntl"},
    {"filecmp"}, {"fileinput"}, {"fnmatch"}, {"formatter", 0, 9}, {"fractions"}, {"ftplib"}, {"functools"}, {"gc"},
    {"genericpath"}, {"getopt"}, {"getpass"}, {"gettext"}, {"glob"}, {"graphlib", 9}, {"grp"}, {"gzip"}, {"hashlib"},
    {"heapq"}, {"hmac"}, {"html"}, {"http"}, {"imaplib"}, {"imghdr", 0, 12}, {"imp", 0, 11}, {"importlib"},
    {"inspect"}, {"io"}, {"ipaddress"}, {"itertools"}, {"json"}, {"keyword"}, {"linecache"}, {"locale"}, {"logging"},
    {"lzma"}, {"mailbox"}, {"mailcap", 0, 12}, {"marshal"}, {"math"}, {"mimetypes"}, {"mmap"}, {"modulefinder"},
    {"multiprocessing"}, {"netrc"}, {"nis", 0, 12}, {"nntplib", 0, 12}, {"ntpath"}, {"nturl2path"}, {"numbers"},
    {"opcode"}, {"operator"}, {"optparse"}, {"os"}, {"parser", 0, 9}, {"pathlib"}, {"pdb"}, {"pickle"},
    {"pickletools"}, {"pipes", 0, 12}, {"pkgutil"}, {"platform"}, {"plistlib"}, {"poplib"}, {"posix"}, {"posixpath"},
    {"pprint"}, {"profile"}, {"pstats"}, {"pty"}, {"pwd"}, {"py_compile"}, {"pyclbr"}, {"pydoc"}, {"pyexpat"},
    {"queue"}, {"quopri"}, {"random"}, {"re"}, {"readline"}, {"reprlib"}, {"resource"}, {"rlcompleter"}, {"runpy"},
    {"sched"}, {"secrets"}, {"select"}, {"selectors"}, {"shelve"}, {"shlex"}, {"shutil"}, {"signal"}, {"site"},
    {"smtpd", 0, 11}, {"smtplib"}, {"sndhdr", 0, 12}, {"socket"}, {"socketserver"}, {"spwd", 0, 12}, {"sqlite3"},
    {"sre_compile"}, {"sre_constants"}, {"sre_parse"}, {"ssl"}, {"stat"}, {"statistics"}, {"string"}, {"stringprep"},
    {"struct"}, {"subprocess"}, {"sunau", 0, 12}, {"symbol", 0, 9}, {"symtable"}, {"sys"}, {"sysconfig"}, {"syslog"},
    {"tabnanny"}, {"tarfile"}, {"telnetlib", 0, 12}, {"tempfile"}, {"termios"}, {"textwrap"}, {"threading"}, {"time"},
    {"timeit"}, {"tkinter"}, {"token"}, {"tokenize"}, {"tomllib", 11}, {"trace"}, {"traceback"}, {"tracemalloc"},
    {"tty"}, {"types"}, {"typing"}, {"unicodedata"}, {"unittest"}, {"urllib"}, {"uu", 0, 12}, {"uuid"}, {"venv"},
    {"warnings"}, {"wave"}, {"weakref"}, {"webbrowser"}, {"wsgiref"}, {"xdrlib", 0, 12}, {"xml"}, {"xmlrpc"},
    {"zipapp"}, {"zipfile"}, {"zipimport"}, {"zlib"}, {"zoneinfo", 9},
}};
// clang-format on

inline bool is_standard_module(std::string_view name, Python python) {
  const auto found = std::ranges::lower_bound(modules_by_version, name, {}, &StandardModule::name);
  return found != modules_by_version.end() && found->name == name && found->since <= python.minor &&
         python.minor <= found->until;
}

}  // namespace daypack::detail
