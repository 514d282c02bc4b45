# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
# For other scripts to source: installs what is missing on Debian and Ubuntu, and says so.
say() { printf '\n== %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else
    command -v sudo >/dev/null || fail "not root, and there is no sudo: run this first as root: $*"
    sudo "$@"
  fi
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# The Boost to build with, as 1.81: one whose packages stand here already, else the oldest that is enough.
boost_version() {
  { dpkg-query -W -f '${db:Status-Status} ${Package}\n' 'libboost-url1.*-dev' 2>/dev/null | sed -n 's/^installed //p' | sort -V
    apt-cache pkgnames libboost-url1. 2>/dev/null | sort -V
  } | sed -n 's/^libboost-url\(1\.[0-9]*\)-dev$/\1/p' | awk -F. '$2 >= 81 { print; exit }'
}

# Shows what a command printed only when it failed.
quietly() { local output; output=$("$@" 2>&1) || { printf '%s\n' "$output" >&2; return 1; }; }

update_lists() {
  [ -z "${lists_updated:-}" ] || return 0
  say "updating the lists of packages (apt-get update)"
  quietly as_root apt-get update -qq || fail "apt-get update failed"
  lists_updated=1
}

# install_packages PACKAGE...; the Boost libraries are named boost:filesystem, and boost: for the headers.
install_packages() {
  local package boost missing=()
  if ! command -v apt-get >/dev/null; then
    say "not Debian or Ubuntu: what the build needs has to stand already: $*"
    return
  fi
  boost=$(boost_version)
  [ -n "$boost" ] || { update_lists; boost=$(boost_version); }
  [ -n "$boost" ] || fail "this release is too old: no Boost >= 1.81 in its packages; Debian 12 or Ubuntu 24.04 have it"
  for package in "$@"; do
    case $package in
      boost:) package=libboost$boost-dev ;;
      boost:*) package=libboost-${package#boost:}$boost-dev ;;
    esac
    installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
    fail "not root, and there is no sudo: run this first as root: apt-get update && apt-get install ${missing[*]}"
  update_lists
  say "installing ${missing[*]}"
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
    fail "could not install ${missing[*]}"
}

# What the library and its command line need.
library_packages=(g++ cmake ninja-build pkg-config boost: boost:filesystem boost:json boost:url zlib1g-dev libdeflate-dev
                  libssl-dev libelf-dev libpugixml-dev libtomlplusplus-dev libcli11-dev libyaml-cpp-dev python3 python3-venv ca-certificates)

# The clang to fuzz with, for libFuzzer comes with it: 19, else the release's own when that is 16 or newer. Prints its
# command, or nothing.
install_fuzzing_clang() {
  local major=19
  if ! command -v clang++-$major >/dev/null; then
    command -v apt-get >/dev/null || return 0
    update_lists
    [ -n "$(apt-cache pkgnames clang-19 | grep -x clang-19)" ] ||
      major=$(apt-cache policy clang | sed -n 's/^ *Candidate: [0-9]*:\([0-9]*\).*/\1/p')
    [ "${major:-0}" -ge 16 ] || return 0
  fi
  ! command -v apt-get >/dev/null || install_packages "clang-$major" "libclang-rt-$major-dev"
  echo "clang++-$major"
}

# As many compilers at once as there are processors and memory: the largest translation unit takes up to 1.5 GB.
build_jobs() {
  local by_memory
  by_memory=$(awk '/^MemAvailable/ { print int($2 / 1500000) }' /proc/meminfo)
  [ "$by_memory" -ge 1 ] || by_memory=1
  [ "$by_memory" -le "$(nproc)" ] && echo "$by_memory" || nproc
}

# python_tools FOLDER PACKAGE...: a virtual environment that holds these; Debian's own pip refuses to touch the system's.
python_tools() {
  local folder=$1 package missing=()
  shift
  [ -x "$folder/bin/python" ] || python3 -m venv "$folder" || fail "could not make a virtual environment in $folder"
  for package in "$@"; do
    "$folder/bin/python" -c "import importlib.metadata as m; m.version('$package')" 2>/dev/null || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]} into $folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "${missing[@]}" >&2 ||
    fail "could not install ${missing[*]} with pip"
}

# uv resolves requirements. One that stands here already is taken, else one is put into the virtual environment FOLDER.
provide_uv() {
  if [ -n "${DAYPACK_UV:-}" ] || command -v uv >/dev/null; then return; fi
  python_tools "$1" uv
  export DAYPACK_UV=$1/bin/uv
}
