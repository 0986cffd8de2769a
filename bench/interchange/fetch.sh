#!/bin/sh
# Brings the published configurations that published_test.go reads into the
# folder given, by git: sparse, so that only the folders of configurations come.
#
#   sh fetch.sh /somewhere
#   export DETSAMPLE_MMDETECTION=/somewhere/mmdetection/configs
#   export DETSAMPLE_DETECTRON2=/somewhere/detectron2/configs
#   go test ./bench/interchange -run Published
set -eu
mkdir -p "$1"
cd "$1"
fetch() { # owner/name, tag or branch
	folder=${1#*/}
	[ -d "$folder" ] && return
	git clone --quiet --depth 1 --branch "$2" --filter=blob:none --sparse "https://github.com/$1.git" "$folder"
	git -C "$folder" sparse-checkout set configs
}
fetch open-mmlab/mmdetection v3.3.0
fetch facebookresearch/detectron2 main
