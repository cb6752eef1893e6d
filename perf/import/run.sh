#!/usr/bin/env bash
# Measures the import of generated fleets into a new SQLite store: seconds, lines a second, peak memory. Prints a Markdown table.
# Needs GNU time. Says something about the program only on a machine that does nothing else: the load before each run is printed.
#   ./perf/import/run.sh                     100,000 and 1,000,000 terminals
#   ./perf/import/run.sh 100000 43000000     other sizes
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
[[ $# -gt 0 ]] || set -- 100000 1000000

dotnet build -c Release -v quiet -nologo src/VerifyGateway.Cli > /dev/null
vgctl=src/VerifyGateway.Cli/bin/Release/net10.0/vgctl
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Runs a command; prints its seconds and its peak memory in MiB.
measure() {
  if ! /usr/bin/time -f '%e %M' -o "$folder/time" "$@" > "$folder/out" 2> "$folder/err"; then
    cat "$folder/err" >&2
    kill -TERM $$
  fi
  awk '{ printf "%s %d", $1, $2 / 1024 }' "$folder/time"
}
trap 'exit 1' TERM

echo "Machine: $(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1); commit $(git rev-parse --short HEAD)$(git diff --quiet HEAD || echo ', changed')"
echo "Command: ./perf/import/run.sh $*"
echo
echo "| terminals | lines | file, MiB | generate, s | peak, MiB | import, s | lines/s | peak, MiB | again, s | export, s | store, MiB | load before |"
echo "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
for terminals in "$@"; do
  rm -f "$folder"/*.db* "$folder"/*.ndjson
  read -r load _ < /proc/loadavg
  read -r generate generate_peak <<< "$(measure "$vgctl" fleet generate --seed 1 --terminals "$terminals" --out "$folder/a.ndjson")"
  read -r import import_peak <<< "$(measure "$vgctl" fleet import "$folder/a.ndjson" --store "$folder/a.db")"
  lines=$(tail -n 1 "$folder/a.ndjson" | sed -E 's/.*"lines":"([0-9]+)".*/\1/')
  read -r again _ <<< "$(measure "$vgctl" fleet import "$folder/a.ndjson" --store "$folder/a.db")"
  read -r export _ <<< "$(measure "$vgctl" fleet export --store "$folder/a.db" --out "$folder/b.ndjson")"
  echo "| $terminals | $lines | $(($(stat -c %s "$folder/a.ndjson") / 1048576)) | $generate | $generate_peak | $import | $(awk "BEGIN { printf \"%d\", $lines / $import }") | $import_peak | $again | $export | $(($(stat -c %s "$folder/a.db") / 1048576)) | $load |"
done
