// Package cocoeval computes COCO bounding-box average precision and recall
// from memory, with the results of pycocotools.
//
// The semantics are those of COCOeval(iouType="bbox") in pycocotools 2.0.11
// (Lin et al., "Microsoft COCO", 2014; Piotr Dollár and Tsung-Yi Lin, 2015):
// greedy matching by descending score, crowd regions matched by intersection
// over detection area and any number of times, boxes outside the area range
// ignored, precision made monotone and read at 101 recall levels. Every
// number is float64 and computed in the same order; precisions and recalls
// have the same bits and their means agree to better than 1e-12.
//
// Four differences, all where pycocotools is of no use: annotations need no
// id (pycocotools loses a match with id 0, as [GroundTruth.Unmatched] says); [GroundTruth.Ignore] is honoured
// (pycocotools overwrites it with the crowd flag); average precision is taken
// at the largest of [Params.MaxDets], where pycocotools insists on 100; and
// an overlap whose area underflows is 0, not NaN, which matches anything.
package cocoeval
