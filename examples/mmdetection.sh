#!/bin/sh
# Trains a configuration of mmdetection 3.x for one run of a comparison:
#
#   detsample compare --config mine.yaml --data coco --gpus 0,1 --input examples/mmdetection.sh \
#     --trainer 'sh examples/mmdetection.sh configs/retinanet/retinanet_r18_fpn_1x_coco.py'
#
# To be called in mmdetection's folder; what a strategy changes is below, by its
# name. Classes come from the annotations, by a file of a line each: in values of its
# command line mmdetection drops blanks, and would find no object of "traffic light".
set -eu
config=$1
out=$DETSAMPLE_OUT data=$DETSAMPLE_DATA

case $DETSAMPLE_NAME in
focal) strategy= ;;
ce) strategy='model.bbox_head.loss_cls.gamma=0 model.bbox_head.loss_cls.alpha=0.5' ;;
ghm) strategy='model.bbox_head.loss_cls._delete_=True model.bbox_head.loss_cls.type=GHMC model.bbox_head.loss_cls.bins=30
	model.bbox_head.loss_cls.momentum=0.75 model.bbox_head.loss_cls.use_sigmoid=True model.bbox_head.loss_cls.loss_weight=1.0' ;;
*) echo "mmdetection.sh has no options for the strategy $DETSAMPLE_NAME" >&2; exit 2 ;;
esac

counts=$(python - "$data/annotations/instances_train.json" "$out/classes.txt" <<'PY'
import json, sys
with open(sys.argv[1], encoding="utf-8") as f:
    coco = json.load(f)
names = [c["name"] for c in coco["categories"]]
for name in names:
    if "\n" in name or "\r" in name:
        sys.exit(f"mmdetection.sh: the category {name!r} has a line break, which a list of classes by lines cannot have: rename it")
with open(sys.argv[2], "w", encoding="utf-8", newline="") as f:
    f.writelines(name + "\n" for name in names)
print(len(coco["images"]), len(names))
PY
)
images=${counts% *} count=${counts#* }
epochs=$(((DETSAMPLE_BUDGET + images - 1) / images))
set --
for split in train val test; do
	part=test
	[ $split = train ] && part=train
	set -- "$@" "${split}_dataloader.dataset.data_root=$data/" "${split}_dataloader.dataset.data_prefix.img=$part/" \
		"${split}_dataloader.dataset.ann_file=annotations/instances_$part.json" "${split}_dataloader.dataset.metainfo.classes=$out/classes.txt"
	[ $split = train ] || set -- "$@" "${split}_evaluator.ann_file=$data/annotations/instances_test.json"
done
# shellcheck disable=SC2086 # options are words
python tools/train.py "$config" --work-dir "$out/work" --resume --cfg-options "$@" $strategy "model.bbox_head.num_classes=$count" \
	"train_cfg.max_epochs=$epochs" "train_cfg.val_interval=$epochs" "randomness.seed=$DETSAMPLE_SEED"
# shellcheck disable=SC2086
python tools/test.py "$config" "$(cat "$out/work/last_checkpoint")" --work-dir "$out/work" --cfg-options "$@" $strategy \
	"model.bbox_head.num_classes=$count" test_evaluator.format_only=True "test_evaluator.outfile_prefix=$out/found"
mv "$out/found.bbox.json" "$out/results.json"
