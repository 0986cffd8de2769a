#!/bin/sh
# Trains a detector of Ultralytics for one run of a comparison:
#
#   detsample compare --config mine.yaml --data coco --gpus 0,1 --input examples/ultralytics.sh \
#     --trainer 'sh examples/ultralytics.sh yolo11n.yaml'
#
# Needs yolo and detsample on PATH. What a strategy changes is below, by its name.
set -eu
model=$1
out=$DETSAMPLE_OUT data=$DETSAMPLE_DATA yolo=$DETSAMPLE_OUT/yolo

case $DETSAMPLE_NAME in
default) strategy= ;;
'strong classes') strategy='cls=1.0' ;;
'strong boxes') strategy='box=15' ;;
*) echo "ultralytics.sh has no options for the strategy $DETSAMPLE_NAME" >&2; exit 2 ;;
esac

# Pictures by links, labels beside them, and the names of classes by their order.
# Each picture has a link of its own: a linked folder would be followed, and
# labels looked for beside the originals.
mkdir -p "$yolo"
for split in train test; do
	[ -d "$yolo/$split" ] || detsample convert "$data/annotations/instances_$split.json" --to yolo --out "$yolo/$split"
	mkdir -p "$yolo/$split/images"
	(cd "$data/$split" && find . -type d -exec mkdir -p "$yolo/$split/images/{}" ';' &&
		find . ! -type d -exec ln -sf "$data/$split/{}" "$yolo/$split/images/{}" ';')
done
{
	echo "path: $yolo"
	echo "train: train/images"
	echo "val: test/images"
	sed -n '/^names/,$p' "$yolo/train/data.yaml"
} >"$yolo/data.yaml"

images=$(find "$yolo/train/labels" -name '*.txt' | wc -l)
epochs=$(((DETSAMPLE_BUDGET + images - 1) / images))
last=$out/work/weights/last.pt
if [ -f "$out/trained" ]; then # and only what follows failed
	:
elif [ -f "$last" ]; then # the run was ended in the middle
	yolo detect train resume=True model="$last"
else
	# shellcheck disable=SC2086 # options are words
	yolo detect train model="$model" data="$yolo/data.yaml" epochs=$epochs seed="$DETSAMPLE_SEED" project="$out" name=work exist_ok=True $strategy
fi
touch "$out/trained"
rm -rf "$out/found" # of an attempt that failed: yolo appends to the files that are there
yolo detect predict model="$last" source="$data/test" conf=0.001 save_txt=True save_conf=True project="$out" name=found exist_ok=True
detsample convert "$out/found/labels" --to results --gt "$data/annotations/instances_test.json" --out "$out/results.json" --force
