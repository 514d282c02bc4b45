#!/usr/bin/env bash
# Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
# Builds the fuzz targets and runs each so many seconds, as many at once as there are processors. Prints how many inputs
# each has had; keeps what crashes in BUILD_FOLDER/crashes, and fails then.
# usage: test/fuzz/run.sh SECONDS [BUILD_FOLDER] [TARGET...]      (default: build/fuzz, all targets; $CXX: clang++-19)
set -euo pipefail
folder=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$folder/../.." && pwd)
seconds=${1:?usage: test/fuzz/run.sh SECONDS [BUILD_FOLDER] [TARGET...]}
build=$(mkdir -p "${2:-$root/build/fuzz}" && cd "${2:-$root/build/fuzz}" && pwd)
targets=("${@:3}")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cd "$folder" && printf '%s\n' ./*.cpp | sed 's|^\./||; s|\.cpp$||')

cmake -G Ninja -S "$root" -B "$build" -DDAYPACK_FUZZ=ON -DDAYPACK_TESTS=OFF -DDAYPACK_EXAMPLES=OFF -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_CXX_FLAGS_DEBUG= -DCMAKE_CXX_COMPILER="${CXX:-clang++-19}" >"$build/configure.log" || { cat "$build/configure.log"; exit 1; }
cmake --build "$build" --target "${targets[@]/#/fuzz_}" >"$build/build.log" || { cat "$build/build.log"; exit 1; }
rm -rf "$build/seeds"
mkdir -p "$build/crashes"
python3 "$folder/seeds.py" "$build/seeds"

run_target() {  # what it finds new is kept in BUILD_FOLDER/corpus, for the next run
  local target=$1 longest=8192 options=(-max_total_time="$seconds" -timeout=60 -rss_limit_mb=3000 -print_final_stats=1)
  local corpora=("$build/corpus/$target" "$build/seeds/$target")
  [ ! -d "$folder/corpus/$target" ] || corpora+=("$folder/corpus/$target")
  [ ! -f "$folder/$target.dict" ] || options+=(-dict="$folder/$target.dict")
  case $target in ignore | glob) longest=256 ;; esac
  mkdir -p "${corpora[@]}"
  "$build/bin/fuzz_$target" "${options[@]}" -max_len=$longest -artifact_prefix="$build/crashes/$target-" "${corpora[@]}" >"$build/$target.log" 2>&1
}
export -f run_target
export folder build seconds
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I '{}' bash -c 'run_target {}' || true

total=0
crashed=()
for target in "${targets[@]}"; do
  count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$target.log")
  printf '%-10s %12s executions\n' "$target" "${count:-0}"
  total=$((total + ${count:-0}))
  # A run that ended well says so; whatever else it was, a crash, a leak or no start at all, is a failure.
  grep -aq '^Done ' "$build/$target.log" || crashed+=("$target")
done
printf '%-10s %12s executions\n' all "$total"
for target in "${crashed[@]}"; do
  printf '\n== %s\n' "$target"
  tail -n 60 "$build/$target.log"
done
[ ${#crashed[@]} -eq 0 ] || { printf 'FAILED: %s; inputs in %s\n' "${crashed[*]}" "$build/crashes"; exit 1; }
