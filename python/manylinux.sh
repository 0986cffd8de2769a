#!/usr/bin/env bash
# Wheels for every Linux since glibc 2.17 (manylinux2014), without a container:
# Go for the library, Zig's C compiler for the C library's old versions.
#
#     python/manylinux.sh [amd64|arm64 ...]
#
# writes them to python/dist. Needs Go and a Python 3 with venv.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

${PYTHON:-python3} -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet ziglang==0.13.0 auditwheel setuptools wheel

for arch in "${@:-amd64}"; do
	case $arch in
	amd64) machine=x86_64 ;;
	arm64) machine=aarch64 ;;
	*) echo "$arch: expected amd64 or arm64" >&2; exit 1 ;;
	esac
	cat >"$work/cc" <<-CC
		#!/bin/sh
		exec "$work/venv/bin/python" -m ziglang cc -target $machine-linux-gnu.2.17 "\$@"
	CC
	chmod +x "$work/cc"
	CGO_ENABLED=1 GOOS=linux GOARCH=$arch CC=$work/cc go -C "$here/../capi" build \
		-buildmode=c-shared -trimpath -ldflags='-s -w' -o "$work/libdetsample.so" .
	DETSAMPLE_LIBRARY=$work/libdetsample.so DETSAMPLE_PLATFORM=manylinux2014_$machine \
		"$work/venv/bin/pip" wheel --quiet --no-deps --no-build-isolation --wheel-dir "$here/dist" "$here"
	wheel=$(ls -t "$here"/dist/*"$machine".whl | head -1)
	"$work/venv/bin/auditwheel" show "$wheel"
done
