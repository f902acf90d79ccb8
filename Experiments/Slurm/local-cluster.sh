#!/bin/sh
# Starts Slurm on this machine alone, as root, to try job arrays where there is no cluster; `stop`
# ends it. Needs Debian's slurm-wlm and munge. Everything it writes is in FOLDER.
#
#   local-cluster.sh start|stop [FOLDER]
set -eu
action=${1:?start or stop}
folder=${2:-/tmp/specdecode-slurm}
here=$(cd "$(dirname "$0")" && pwd)
export SLURM_CONF="$folder/slurm.conf"

stop() {
  for name in slurmd slurmctld munged; do
    [ -s "$folder/$name.pid" ] || continue
    kill "$(cat "$folder/$name.pid")" 2>/dev/null || true
  done
}

start() {
  mkdir -p "$folder/state" "$folder/spool"
  # munge takes no folder that others may write to.
  chmod 755 "$folder"
  chown -R munge "$folder"
  [ -s /etc/munge/munge.key ] || mungekey --create
  mkdir -p /run/munge
  chown munge /run/munge
  chown root "$folder" "$folder/state" "$folder/spool"
  munged --force --pid-file="$folder/munged.pid" --log-file="$folder/munged.log"
  memory=$(awk '/^MemAvailable/ { print int($2 / 1024 / 2) }' /proc/meminfo)
  sed -e "s|@HOST@|$(hostname -s)|g" -e "s|@USER@|$(id -un)|" -e "s|@FOLDER@|$folder|" \
    -e "s|@CPUS@|$(nproc)|" -e "s|@MEMORY@|$memory|" "$here/slurm.conf.in" > "$SLURM_CONF"
  slurmctld -f "$SLURM_CONF"
  slurmd -f "$SLURM_CONF"
  waited=0
  until sinfo -h -o %T 2>/dev/null | grep -q idle; do
    waited=$((waited + 1))
    [ $waited -lt 30 ] || { echo "the node is not ready; see $folder/slurmctld.log" >&2; exit 1; }
    sleep 1
  done
  echo "export SLURM_CONF=$SLURM_CONF"
}

case $action in
  start) start ;;
  stop) stop ;;
  *) echo "start or stop, not $action" >&2; exit 64 ;;
esac
