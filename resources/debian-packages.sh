# SPDX-License-Identifier: GPL-3.0-or-later
# What KernelScope needs of Debian 12, named in this one place; sourced by app/run and tests/run.

# To build and to run the program; gtest and benchmark are headers that configuring asks for.
kscope_build_packages=(
  g++ cmake ninja-build ccache pkg-config
  qt6-base-dev libqt6opengl6-dev qt6-charts-dev qt6-svg-dev
  libfmt-dev libexpected-dev libcli11-dev nlohmann-json3-dev
  zlib1g-dev liblzma-dev libzstd-dev
  libgtest-dev libgmock-dev libbenchmark-dev
  fonts-inter fonts-jetbrains-mono
)
# To run every test: an X server without a screen, and the tools that wrote the formats.
kscope_test_packages=(xvfb xauth trace-cmd xz-utils file dpkg-dev)

# kscope_install PACKAGE…: installs what is missing; returns 1, having said how, where it may not.
kscope_install() {
  local package missing=() as_root=()
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is no Debian: these packages, by their Debian names, are taken to be there: $*" >&2
    return 0
  fi
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "Missing packages: ${missing[*]}" >&2
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || { [ ! -t 0 ] && ! sudo -n true 2>/dev/null; }; then
      echo "Install them as root, then start this again:" >&2
      echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  # env, because sudo drops the variable; the lock timeout waits for an unattended upgrade to end.
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
  "${apt[@]}" update -q </dev/null >&2 || echo "apt-get update failed; trying with the package lists that are there." >&2
  "${apt[@]}" install -y -q --no-install-recommends "${missing[@]}" </dev/null >&2
}

# ccache reuses objects built with a precompiled header only when told that the header's age is no matter.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
export HOME="${HOME:-/tmp}"
