// Package roi is the second stage of a detector: it takes the proposals of
// the first, decides which of them the head learns from, and refines their
// boxes and classes.
//
// The stage needs its sample before its head runs, since running the head on
// every proposal is what sampling saves. So [Config.Step] is given the head, and
// runs it on the sample; a strategy that mines by hardness (OHEM) has it run on
// every candidate before. A program that runs its head by itself takes the step
// in its pieces:
//
//	work.Reset(classes)
//	for each image:
//		config.Join(work, image) // ground truth joins the proposals, candidates are assigned
//	config.Sample(work, logits, deltas, key) // the head's output for work.Candidates(), if config.Mines()
//	... the head runs on work.ROIs() ...
//	value := config.Loss(work, batch)
package roi
