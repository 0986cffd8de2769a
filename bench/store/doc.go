// Package store keeps what a comparison has found, so that it is true,
// complete or marked as not, and written by one process at a time.
//
// The folder of a comparison holds
//
//	runs.journal         every run that has ended, a checked line each
//	running/*.state      how far runs under way have come
//	UNFINISHED           from the first moment of a comparison to its last
//	results.jsonl, summary.json, config.yaml, report.html
//	                     exports, written and never read
//	lock                 who writes here
//	shards/              what each machine has found, of a comparison that several
//	                     share: a folder like this one each
//	trainer/             what a program of the user's own was given and has left
//	previous/, previous-2/ ...
//	                     the comparisons that were here before
//	damaged/             what could not be trusted, by name
//	panics/              the stacks of runs that panicked, by name
//
// The journal is the store; the rest of the folder follows from it. It only
// grows: a run is a line that is written at once and synced, so that the work
// for one does not depend on how many there are, and a line that is damaged
// costs that run alone. A run is found by its mark, a digest of all that it
// follows from, so that nothing is ever taken for what it is not. What a run
// is, the store does not know: it keeps JSON, and asks whoever reads it to
// check it.
package store
