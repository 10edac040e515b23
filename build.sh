#!/usr/bin/env bash
# Publishes the native executables: ./build.sh [linux-x64|linux-arm64]
# This machine's kind goes to out/bin/, the other to out/bin-<kind>/. What did not change is not built again.
set -euo pipefail
cd "$(dirname "$0")"
. scripts/common.sh

host=$(host_rid)
rid=${1:-$host}
case $rid in
  linux-x64 | linux-arm64) ;;
  *) fail "unknown runtime \"$rid\": linux-x64 or linux-arm64" ;;
esac
if [ "$rid" = "$host" ]; then bin=out/bin; else bin=out/bin-$rid; fi
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

strip=strip
packages=(clang lld binutils zlib1g-dev libc6-dev libseccomp2)
[ "$rid" = "$host" ] || case $rid in
  linux-arm64) packages+=(gcc-aarch64-linux-gnu libc6-dev-arm64-cross); strip=aarch64-linux-gnu-strip ;;
  linux-x64) packages+=(gcc-x86-64-linux-gnu libc6-dev-amd64-cross); strip=x86_64-linux-gnu-strip ;;
esac

# Executable, project, and the most it may weigh (bytes). A growth past it is a decision, not an accident.
table="hello Gantry.Hello 3000000
gantry-runtime Gantry.Runtime 8000000
gantry Gantry.Cli 20000000
gantryd Gantry.Server 45000000"

# A project and what it references, as directories below src/.
closure() {
  local project=src/$1/$1.csproj reference
  echo "src/$1"
  sed -n 's/.*ProjectReference Include="[^"]*\/\(Gantry\.[A-Za-z]*\)\.csproj".*/\1/p' "$project" |
    while read -r reference; do closure "$reference"; done
}

# One hash for everything that goes into an executable: sources, settings, compiler.
stamp() {
  {
    echo "$rid"; dotnet --version
    closure "$1" | sort -u | xargs -I{} find {} -type f -not -path '*/bin/*' -not -path '*/obj/*'
    ls Directory.Build.props Directory.Packages.props global.json src/*.props build.sh scripts/*.sh
    [ "$1" != Gantry.Server ] || echo "$hello_archive"
  } | while read -r item; do
    if [ -f "$item" ]; then sha256sum "$item"; else echo "$item"; fi
  done | sort | sha256sum | cut -d' ' -f1
}

publish() {
  local name=$1 project=$2 budget=$3 target=$4
  local mark=out/stamps/$rid/$name now
  now=$(stamp "$project")
  if [ -x "$target/$name" ] && [ "$(cat "$mark" 2>/dev/null)" = "$now" ]; then return; fi
  need_packages "${packages[@]}"
  say "publishing $name for $rid"
  local work=out/publish/$rid/$name
  rm -rf "$work"
  # --close: the compiler's server outlives this build and would keep the lock with the descriptor it inherits.
  flock --close "${GANTRY_BUILD_LOCK:-out/publish.lock}" \
    dotnet publish "src/$project" -c Release -r "$rid" -o "$work" -v quiet -p:HelloArchive="$PWD/$hello_archive" >&2
  mkdir -p "$target" "$(dirname "$mark")"
  # Replaced by rename: a program that runs from there keeps its file.
  local file
  for file in "$name" libe_sqlite3.so; do
    [ -f "$work/$file" ] || continue
    cp "$work/$file" "$target/.$file.new"
    [ "$name" != hello ] || "$strip" -s "$target/.$file.new"
    mv -f "$target/.$file.new" "$target/$file"
  done
  local size
  size=$(stat -c %s "$target/$name")
  [ "$size" -le "$budget" ] || fail "$name is $size bytes, more than its budget of $budget"
  changed=yes
  echo "$now" >"$mark"
}

# Runs each program once, where it can run here.
smoke() {
  [ "$rid" = "$host" ] || { say "$rid: not run here"; return; }
  "$bin/gantry" --version >/dev/null || fail "gantry does not start"
  "$bin/gantryd" --version >/dev/null || fail "gantryd does not start"
  "$bin/gantry-runtime" --version >/dev/null || fail "gantry-runtime does not start"
}

need_dotnet
mkdir -p out
changed=
hello_archive=out/hello/$rid/gantry-hello.tar
while read -r name project budget; do
  case $name in
    hello)
      publish hello Gantry.Hello "$budget" "out/hello/$rid"
      if [ ! -f "$hello_archive" ] || [ "out/hello/$rid/hello" -nt "$hello_archive" ]; then
        scripts/pack-hello.sh "out/hello/$rid/hello" "$rid" "$hello_archive"
      fi ;;
    *) publish "$name" "$project" "$budget" "$bin" ;;
  esac
done <<<"$table"
if [ -n "$changed" ]; then
  smoke
  say "built: $(cd "$bin" && ls -s --block-size=k gantry gantryd gantry-runtime libe_sqlite3.so | tr '\n' ' ')"
else
  say "$bin is up to date"
fi
