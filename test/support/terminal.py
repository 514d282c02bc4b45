# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
"""The program at a terminal: a pty whose bytes are kept, and tmux, which shows what a person would see."""
import fcntl
import os
import pty
import re
import shlex
import shutil
import struct
import subprocess
import tempfile
import termios
import time


class Terminal:
    """A program whose standard error is a terminal of so many columns; standard output is a pipe."""

    def __init__(self, command, columns, **options):
        self._ours, theirs = pty.openpty()
        self.resize(columns)
        self.program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, stdin=subprocess.DEVNULL, **options)
        os.close(theirs)

    def resize(self, columns):
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def shown(self, each=lambda text: None):
        """All that was shown; `each` is called with the text so far whenever there is more."""
        text = b""
        while True:
            try:
                more = os.read(self._ours, 4096)
            except OSError:  # nobody has it open any more
                more = b""
            if not more:
                break
            text += more
            each(text.decode(errors="replace"))
        os.close(self._ours)
        self.out = self.program.communicate()[0].decode()
        return text.decode(errors="replace")


def lines_of(shown):
    """What stood in one row of the terminal at a time, without what takes it back."""
    return [re.sub(r"\033\[K", "", line) for line in re.split(r"[\r\n]+", shown) if line]


class Tmux:
    """A shell in a terminal of its own server, which ends with it."""

    def __init__(self, columns, rows, folder, environment):
        self._socket = tempfile.mkdtemp(prefix="daypack-tmux-") + "/socket"
        shell = ["env", "PS1=$ ", "HISTFILE=/dev/null", "bash", "--norc", "--noprofile"]
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(folder), shlex.join(shell), env=environment)

    def _tmux(self, *arguments, **options):
        return subprocess.run(["tmux", "-S", self._socket, *arguments], capture_output=True, text=True, check=True, **options).stdout

    def resize(self, columns, rows):
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def type(self, line, within=60):
        """Types a line and waits until the shell asks for the next one."""
        before = self.screen().count("$ ")
        self._tmux("send-keys", "-l", line)
        self._tmux("send-keys", "Enter")
        until = time.monotonic() + within
        while time.monotonic() < until:
            time.sleep(0.1)
            text = self.screen()
            if text.count("$ ") > before and text.rstrip("\n").endswith("$"):
                return text
        raise TimeoutError(f"no end of: {line}\n{self.screen()}")

    def screen(self, joined=False):
        """What stands there, with what has scrolled away; joined: rows that the terminal has wrapped are one line."""
        return self._tmux("capture-pane", "-p", "-S", "-", *(["-J"] if joined else []))

    def close(self):
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True)
        shutil.rmtree(os.path.dirname(self._socket), ignore_errors=True)
