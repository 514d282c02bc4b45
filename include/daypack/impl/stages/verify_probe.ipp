// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <string_view>

namespace daypack::detail {

// What the interpreter of a rehearsal runs: it forks a process for each task, so that each begins with nothing of the
// package imported, and tells how each of them ended. Arguments: folders of sys.path, of them those whose .pth files
// count, how many at once, seconds for one, "block" to refuse connections. Standard input: a line for each task (kind,
// name, more, with tabs between) and an empty one; it has to stay open, its end ends everything. Answers: a line of
// numbers (which task, status of waitpid, whether its time was up, KiB at most, sizes of the report and of the log),
// the report, the log. A report: microseconds, then, unless all went well, the module that is missing, the place and
// the exceptions, the outermost first, parted by "\x1f". Nothing is imported here but what the interpreter has in
// itself, or a child would find it there.
inline constexpr std::string_view rehearsal_probe = R"(
import os
import select
import sys
import time

def described(error):
    missing, place, said, seen = '', '', [], []
    trace = error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        if not code.co_filename.startswith('<'):
            place = '%s:%d' % (code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    while error is not None and error not in seen and len(said) < 8:
        seen.append(error)
        try:
            said.append((type(error).__name__ + ': ' + str(error))[:2000])
        except Exception:
            said.append(type(error).__name__)
        if isinstance(error, ModuleNotFoundError) and not missing:
            missing = str(error.name or '')
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return [missing, place] + said

def handler(module, names):
    __import__(module)
    found = sys.modules[module]
    for name in names.split('.'):
        found = getattr(found, name)
    if not callable(found):
        raise TypeError('%s of %s is not callable' % (names, module))

def metadata(name):
    import importlib.metadata as told
    if not told.version(name):
        raise ValueError('no version')
    for point in told.distribution(name).entry_points:
        if not point.pattern.match(point.value):
            raise ValueError('no such entry point: ' + point.value)

def blocked(event, arguments):
    if event in ('socket.getaddrinfo', 'socket.gethostbyname', 'socket.gethostbyaddr'):
        raise OSError(101, 'Network is unreachable')
    if event in ('socket.connect', 'socket.sendto') and isinstance(arguments[1], tuple):
        raise OSError(101, 'Network is unreachable')

def work(kind, name, more, sites, block):
    if block and hasattr(sys, 'addaudithook'):
        sys.addaudithook(blocked)
    if sites:
        import site
        for folder in sites:
            site.addsitedir(folder)
    if kind == 'module':
        __import__(name)
    elif kind == 'handler':
        handler(name, more)
    elif sys.version_info >= (3, 8):
        metadata(name)

def child(task, sites, block, report, log):
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.dup2(log, 2)
    began = time.perf_counter()
    try:
        work(*task, sites, block)
        said = []
    except BaseException as error:
        said = described(error)
    took = str(int((time.perf_counter() - began) * 1000000))
    os.write(report, '\x1f'.join([took] + said).encode('utf-8', 'backslashreplace'))
    os._exit(0)

def nameless(number):
    path = os.path.join(os.environ['TMPDIR'], '.daypack-%d-%d' % (os.getpid(), number))
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    os.unlink(path)
    return file

def content(file, most):
    size = min(os.fstat(file).st_size, most)
    text = os.pread(file, size, 0)
    os.close(file)
    return text

def tell(index, status, late, usage, report, log):
    report, log = content(report, 1 << 16), content(log, 1 << 23)
    numbers = (index, status, late, usage.ru_maxrss, len(report), len(log))
    data = (' '.join(map(str, numbers)) + '\n').encode() + report + log
    while data:
        data = data[os.write(1, data):]

def asked():
    text = b''
    while not text.endswith(b'\n\n'):
        more = os.read(0, 65536)
        if not more:
            os._exit(1)
        text += more
    return [line.split('\t') for line in text.decode().splitlines() if line]

def main(search, sites, jobs, patience, block):
    tasks = asked()
    sys.path[:0] = search
    running, begun = {}, 0
    while begun < len(tasks) or running:
        while begun < len(tasks) and len(running) < jobs:
            report, log = nameless(2 * begun), nameless(2 * begun + 1)
            pid = os.fork()
            if pid == 0:
                child(tasks[begun], sites, block, report, log)
            running[pid] = [begun, report, log, time.monotonic() + patience, 0]
            begun += 1
        if select.select([0], [], [], 0.002)[0]:
            os._exit(1)
        for pid in list(running):
            index, report, log, deadline, late = running[pid]
            if not late and time.monotonic() > deadline:
                running[pid][4] = late = 1
                os.kill(pid, 9)
            ended, status, usage = os.wait4(pid, os.WNOHANG)
            if ended:
                del running[pid]
                tell(index, status, late, usage, report, log)

def parts(text):
    return [part for part in text.split(os.pathsep) if part]

main(parts(sys.argv[1]), parts(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), sys.argv[5] == 'block')
)";

// Makes a file system in which the package lies at its own place, and nothing of this machine but its programs and
// libraries is seen; then runs a command in it. $1 package, $2 layers, $3 Python's prefix, $4 where the package lies,
// $5 where layers lie, $6 "drop" when a real root may give up its rights for good. The folders are held open, because
// /tmp is about to become the new root. Python is at its own place too, as that is where it may look for its library.
inline constexpr std::string_view rehearsal_room_script = R"sh(set -e
exec 3<"$1" 4<"$2" 5<"$3"
prefix=$3 task=$4 layers=$5 rights=$6
shift 6
mount -t tmpfs -o mode=755 none /tmp
shown() {
  mkdir -p "/tmp$2"
  mount -c --rbind "$1" "/tmp$2"
  mount -o remount,bind,ro "/tmp$2"
}
for place in /bin /sbin /lib /lib32 /lib64 /libx32 /usr /etc /sys /nix /gnu; do
  if [ -L "$place" ]; then cp -P "$place" "/tmp$place"
  elif [ -d "$place" ]; then shown "$place" "$place" 2>/dev/null || :
  fi
done
mkdir /tmp/dev /tmp/proc /tmp/tmp
mount --rbind /dev /tmp/dev
mount -t proc none /tmp/proc 2>/dev/null || mount --rbind /proc /tmp/proc
mount -t tmpfs -o size=512m,mode=1777 none /tmp/tmp
shown /proc/self/fd/5 /var/lang
[ -e "/tmp$prefix" ] || shown /proc/self/fd/5 "$prefix"
[ "$layers" = "$task" ] || shown /proc/self/fd/4 "$layers"
shown /proc/self/fd/3 "$task"
mount -o remount,bind,ro /tmp
exec 3<&- 4<&- 5<&-
if [ "$rights" = drop ]; then set -- --reuid 993 --regid 990 --clear-groups -- "$@"; else set -- -- "$@"; fi
exec chroot /tmp /bin/sh -c 'cd "$0"; unset OLDPWD; exec setpriv --no-new-privs --bounding-set -all --inh-caps -all "$@"' "$task" "$@"
)sh";

}  // namespace daypack::detail
