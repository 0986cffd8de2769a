// Package roi is the second stage of a detector: it takes the proposals of
// the first, decides which of them the head learns from, and refines their
// boxes and classes.
//
// The stage needs its sample before its head runs, since running the head on
// every proposal is what sampling saves. So a step has three parts:
//
//	work.Reset(classes)
//	for each image:
//		config.Join(work, proposals, image) // ground truth joins, candidates are assigned
//	config.Sample(work, logits, deltas, key) // the head's output for all, if config.Mines
//	... the caller runs the head on work.ROIs() ...
//	value := config.Loss(work, batch)
//
// A strategy that mines by hardness (OHEM) wants the head's output for every
// candidate first; the caller runs the head forward on work.Candidates().
package roi
