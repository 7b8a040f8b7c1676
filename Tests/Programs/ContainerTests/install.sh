#!/bin/bash
# Run by scripts/test-containers in fresh containers of Debian, with out/package at /package: installs a package as a user
# would and tries what it brought.
#
#   install.sh deb VERSION       in a container where the lab may work: all of it, and that nothing stays behind
#   install.sh tarball VERSION   with the shared libraries alone: tslab doctor must name what else the lab takes
#   install.sh unprivileged      the .deb where namespaces are forbidden: tslab doctor must say so
set -euo pipefail

kind=$1 version=${2:-}
export DEBIAN_FRONTEND=noninteractive
work=$(mktemp -d)
fail() { echo "FAILED: $kind: $*"; exit 1; }
get() { apt-get install -y -qq "$@" >"$work/apt.log" 2>&1 || { tail -n 20 "$work/apt.log"; fail "apt-get install $*"; }; }
says() { grep -qF -- "$2" "$1" || { cat "$1"; fail "$3: nobody says '$2'"; }; }

programs_work() {
  for program in $(dpkg-deb -c /package/*.deb | sed -n 's|.* \./usr/bin/\(.\)|\1|p'); do
    [ "$($program --version)" = "$version" ] || fail "$program --version is not $version"
  done
  # The network is the host's: a port that the kernel chooses.
  tsserver --listen 127.0.0.1:0 >"$work/server" 2>&1 &
  server=$!
  for _ in $(seq 50); do grep -q listening "$work/server" && break; sleep 0.1; done
  tsclient "$(sed -n 's/^listening //p' "$work/server")" --user anna --script 'type hello; wait 300ms; logoff' >"$work/client" 2>&1 \
    || { cat "$work/server" "$work/client"; fail "tsclient cannot log on"; }
  kill $server
  wait $server || fail "tsserver does not end well"
  says "$work/server" "tsserver $version" "tsserver's first line"
}

# What bash offers for a command line, its last word unfinished.
offers() {
  bash -c 'source "$1"; shift; COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    "_$1" "$1" "${@: -1}" "${@: -2:1}"; printf "%s\n" "${COMPREPLY[@]}"' - "$completions/$1" "$@"
}
completions_work() {
  offers tslab reproduce --fault power-off,ha >"$work/offered"
  says "$work/offered" power-off,hang "completion of a fault"
  offers tsserver --liveness heart >"$work/offered"
  says "$work/offered" heartbeat "completion of a policy"
  offers tslab do >"$work/offered"
  says "$work/offered" doctor "completion of a command"
}

apt-get update -qq
case $kind in
  deb)
    get man-db
    get /package/*.deb
    programs_work
    completions=/usr/share/bash-completion/completions
    completions_work
    for page in tsserver tsclient tsload tslab tslab-reproduce tslab-doctor; do
      # debian:12-slim drops manual pages on installation.
      grep -rqs 'path-exclude.*/usr/share/man' /etc/dpkg/dpkg.cfg.d || man -w $page >/dev/null || fail "no manual page $page"
    done
    tslab doctor >"$work/doctor" || { cat "$work/doctor"; fail "something is missing after the installation"; }
    tslab reproduce --clients 20 --horizon 15s --transport tcp --fault power-off --policy 'none;heartbeat:interval=2s,misses=2' \
      --out "$work/results" >"$work/reproduce" 2>&1 || { cat "$work/reproduce"; fail "tslab reproduce"; }
    says "$work/reproduce" heartbeat "tslab reproduce"
    apt-get purge -y -qq tslab >/dev/null 2>&1
    for left in /usr/lib/tslab /usr/bin/tslab /usr/share/doc/tslab; do [ ! -e $left ] || fail "$left stays behind"; done
    ;;
  tarball)
    # The libraries are those that the .deb depends on; both are built on one system.
    mapfile -t libraries < <(dpkg-deb -f /package/*.deb Depends | tr ',' '\n' | sed 's/(.*//; s/ //g')
    get --no-install-recommends xz-utils "${libraries[@]}"
    tar -C /usr/local --strip-components=1 --no-same-owner -xJf /package/tslab-*.tar.xz
    programs_work
    completions=/usr/local/share/bash-completion/completions
    completions_work
    if tslab doctor >"$work/doctor"; then fail "tslab doctor misses nothing where iproute2 is not"; fi
    says "$work/doctor" "apt-get install iproute2" "tslab doctor"
    says "$work/doctor" "apt-get install wireshark-common" "tslab doctor"
    ;;
  unprivileged)
    get --no-install-recommends /package/*.deb
    if tslab doctor >"$work/doctor"; then fail "tslab doctor finds namespaces where none may be made"; fi
    says "$work/doctor" "MISSING  namespaces" "tslab doctor"
    says "$work/doctor" "--cap-add SYS_ADMIN" "tslab doctor"
    ;;
esac
echo "$kind: installed and tried"
