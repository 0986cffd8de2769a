#!/usr/bin/env bash
# Runs deploy/slurm.sbatch on a Slurm of one node, which it starts on this
# machine and stops again, and compares what is merged with a single run. Needs
# Debian's slurm-wlm and munge, root or not; nothing of theirs that is running or
# configured already is touched. Skipped where Slurm is not installed.
set -euo pipefail
cd "$(dirname "$0")/.."

for program in munged slurmctld slurmd sbatch scontrol sinfo; do
	PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || {
		echo "skipped: $program is not installed (Debian: apt-get install slurm-wlm munge)"
		exit 0
	}
done
export PATH=$PATH:/usr/sbin

dir=$(mktemp -d)
daemons=()
stop() {
	status=$?
	for pid in "${daemons[@]}"; do kill "$pid" 2>/dev/null || true; done
	wait 2>/dev/null || true
	if [ "$status" != 0 ]; then tail -n 20 "$dir"/*.log "$dir"/slurm-*.out 2>/dev/null >&2 || true; fi
	rm -rf "$dir"
	exit "$status"
}
trap stop EXIT

# A key, a configuration and ports of its own.
head -c 1024 /dev/urandom >"$dir/munge.key"
chmod 700 "$dir"
chmod 400 "$dir/munge.key"
mkdir -p "$dir"/{state,spool}
port=$((20000 + $$ % 20000))
cat >"$dir/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$dir/munge.socket
CredType=cred/munge
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
NodeName=node1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=node1 Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$dir/slurm.conf

munged --foreground --force --key-file="$dir/munge.key" --socket="$dir/munge.socket" --pid-file="$dir/munge.pid" \
	--log-file="$dir/munged.log" --seed-file="$dir/munge.seed" 2>"$dir/munged.err.log" &
daemons+=($!)
for _ in {1..100}; do [ -S "$dir/munge.socket" ] && break; sleep 0.1; done
slurmctld -D -i >"$dir/slurmctld.out.log" 2>&1 &
daemons+=($!)
slurmd -D -N node1 >"$dir/slurmd.out.log" 2>&1 &
daemons+=($!)
for _ in {1..300}; do [ "$(sinfo -h -o %t 2>/dev/null)" = idle ] && break; sleep 0.2; done
[ "$(sinfo -h -o %t)" = idle ] || { echo "Slurm does not start" >&2; exit 1; }
echo "$(slurmctld -V) runs"

go build -o "$dir/detsample" ./cmd/detsample
export DETSAMPLE=$dir/detsample
cat >"$dir/tiny.yaml" <<YAML
title: tiny
scenes: {size: 48, train: 32, test: 12, max_size: 24}
detector: {channels: 8, depth: 1, head_depth: 1, proposals: 40, roi_hidden: 16}
training: {images: 48, batch: 4, warmup: 2, checkpoints: 2}
strategies:
  - {name: focal, dense: {}}
  - {name: ce, dense: {cls: ce}}
  - {name: two-stage, rpn: {}, roi: {}}
  - {name: loud, rpn: {}, roi: {cls_weight: 40}}
YAML
{ echo "scale: matched"; cat "$dir/tiny.yaml"; } >"$dir/rounds.yaml"

same() { # of two folders, apart from times
	diff <(sed 's/,"time":{[^}]*}//' "$1/results.jsonl") <(sed 's/,"time":{[^}]*}//' "$2/results.jsonl")
}
array() { # array, arguments of compare
	sbatch --wait --array="$1" --output="$dir/slurm-%A_%a.out" deploy/slurm.sbatch "${@:2}" >/dev/null
}

for arrays in 1-4 0-7:2 7-7; do
	out=$dir/out-$arrays
	array "$arrays" --config "$dir/tiny.yaml" --seeds 3 --out "$out"
	"$DETSAMPLE" merge "$out" -q
	[ -d "$dir/single" ] || "$DETSAMPLE" compare --config "$dir/tiny.yaml" --seeds 3 --out "$dir/single" -q
	same "$dir/single" "$out"
	echo "array $arrays: $(wc -l <"$out/results.jsonl") runs, as a single run"
done

# An array with gaps is refused, and so is a part of one.
if array 1,3,4 --config "$dir/tiny.yaml" --out "$dir/gaps"; then echo "an array with gaps is not refused" >&2; exit 1; fi
grep -qh "not evenly spaced" "$dir"/slurm-*.out
if array 3 --shard /4 --config "$dir/tiny.yaml" --out "$dir/gaps"; then echo "a part of an array is not refused" >&2; exit 1; fi
grep -qh -- "--shard says 4 shards, the array has 1" "$dir"/slurm-*.out
echo "arrays with gaps are refused"

# A task that is cancelled keeps what it has; the array goes on where it was.
out=$dir/out-cancelled
job=$(sbatch --parsable --array=1-2 --output="$dir/slurm-%A_%a.out" deploy/slurm.sbatch --config "$dir/tiny.yaml" --seeds 3 --budget 20 --out "$out")
for _ in {1..300}; do [ -s "$out/shards/1-of-2/runs.journal" ] && [ "$(grep -c '"kind":"run"' "$out/shards/1-of-2/runs.journal")" -ge 1 ] && break; sleep 0.2; done
scancel "$job"
for _ in {1..150}; do [ -z "$(squeue -h -j "$job" 2>/dev/null)" ] && break; sleep 0.2; done
status=0
"$DETSAMPLE" merge "$out" -q 2>"$dir/missing" || status=$?
[ "$status" = 3 ] && grep -q "are missing in $out" "$dir/missing"
array 1-2 --config "$dir/tiny.yaml" --seeds 3 --budget 20 --out "$out"
"$DETSAMPLE" merge "$out" -q
"$DETSAMPLE" compare --config "$dir/tiny.yaml" --seeds 3 --budget 20 --out "$dir/single-20" -q
same "$dir/single-20" "$out"
echo "cancelled and started again: as a single run"

# A comparison of several rounds.
out=$dir/out-rounds rounds=0
while :; do
	array 1-4 --config "$dir/rounds.yaml" --seeds 2 --out "$out"
	"$DETSAMPLE" merge "$out" -q || [ $? = 3 ] || exit 1
	rounds=$((rounds + 1))
	[ "$("$DETSAMPLE" plan "$out" --format json)" = "[]" ] && break
done
"$DETSAMPLE" compare --config "$dir/rounds.yaml" --seeds 2 --out "$dir/single-rounds" -q
same "$dir/single-rounds" "$out"
[ "$rounds" -gt 1 ]
echo "$rounds rounds: as a single run"
