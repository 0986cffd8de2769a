// Package inspect says what a dense detector would learn from, for a set of
// annotations and a pyramid of anchors, without pixels and without training:
// which objects anchors reach and why others are missed, how positives and
// negatives divide, what each sampler would keep, and what to change.
//
// Every figure is exact, over all images and all anchors. [Analyse] computes
// them, in parallel with the same result for any number of processors.
package inspect
