#!/usr/bin/env bash
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
# From a fresh Debian or Ubuntu to a packaged function that answers: installs what is missing, builds the command line,
# packages examples/lithops for AWS Lambda and the local Python, deploys it to this machine, invokes it.
# usage: examples/quickstart.sh [BUILD_FOLDER]      (default: build)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(mkdir -p "${1:-$root/build}" && cd "${1:-$root/build}" && pwd)/quickstart
mkdir -p "$build"
# shellcheck source=../.ci/install.sh
. "$root/.ci/install.sh"

times=()
timed() {  # timed NAME COMMAND...
  local name=$1 began
  began=$(date +%s%N)
  shift
  say "$name"
  "$@"
  times+=("$(awk -v n="$name" -v b="$began" -v e="$(date +%s%N)" 'BEGIN { printf "%-22s %7.2f s", n, (e - b) / 1e9 }')")
}

prepare() {
  install_packages "${library_packages[@]}"
  provide_uv "$build/venv"
}
compile() {
  cmake -G Ninja -S "$root" -B "$build/cmake" -DCMAKE_BUILD_TYPE=Release -DDAYPACK_TESTS=OFF >"$build/configure.log" ||
    { cat "$build/configure.log" >&2; return 1; }
  cmake --build "$build/cmake" --target daypack-cli -j "$(build_jobs)" >&2
}
daypack=$build/cmake/bin/daypack
zip=$build/plot.zip
package() {
  "$daypack" build -b aws_lambda -r "$root/examples/lithops/requirements.txt" --add "$root/examples/lithops/app.py=app.py" \
    --handler app.handler --json -o "$zip" >"$build/build.json"
}
deploy() { "$daypack" deploy "$zip" -b aws_lambda plot --to local --quiet --json >"$build/deploy.json"; }
invoke() {
  "$daypack" invoke plot -d '{"values": [1, 4, 9, 16, 25]}' --quiet --json >"$build/answer.json" ||
    { cat "$build/answer.json" >&2; return 1; }
}

cat >&2 <<WORDS
What the build needs and is not here comes as Debian packages (as root), uv by pip into $build/venv;
wheels go to ${XDG_CACHE_HOME:-$HOME/.cache}/daypack, the function and AWS's runtime client to ${XDG_DATA_HOME:-$HOME/.local/share}/daypack.
WORDS
timed "install what is missing" prepare
timed "build the command line" compile
timed "package" package
timed "deploy to this machine" deploy
timed "invoke" invoke

printf '\n'
python3 - "$build" "${times[@]}" <<'SHOW'
import json, sys
folder, *times = sys.argv[1:]
built, answer = (json.load(open(f"{folder}/{name}.json")) for name in ("build", "answer"))
target, budget = built["target"], built["budget"]
print("The function answers:", json.dumps(answer["payload"], indent=2))
print(f"in {answer['run_seconds'] * 1000:.0f} ms, after a cold start of {answer['init_seconds']:.2f} s; "
      f"{answer['memory'] / 1e6:.0f} MB of memory\n")
print(f"package   {built['path']}\n"
      f"target    {target['backend']}, Python {target['python']}, {target['arch']}\n"
      f"contents  {len(built['distributions'])} distributions, {built['entries']:,} files\n"
      f"size      {built['size'] / 1e6:.1f} MB zipped, {built['unpacked'] / 1e6:.1f} MB unpacked "
      f"({budget['unzipped_limit'] / 1e6:.1f} MB allowed)\n"
      f"sha256    {built['sha256']}\n")
for line in times:
    print(line)
    if line.startswith("package "):
        for stage in built["stages"]:
            print(f"  {stage['name']:<20} {stage['seconds']:7.2f} s")
SHOW
