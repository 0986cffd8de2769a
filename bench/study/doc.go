// Package study asks the field's questions of stored runs: which experiments a
// study consists of, how it is run, what each claim of the literature predicts
// of it, and the page that follows.
//
// An experiment is a comparison like any other, in a folder of its own. What is
// claimed is code: contrasts between strategies and a rule from their intervals,
// which package stats makes, to a verdict. The page is written from stored runs
// alone, so that whoever has them can write it again.
package study
