// Package page asks the field's questions of a study's stored runs, and writes the
// answers: what each claim of the literature predicts of them, what they say, and the
// pictures.
//
// What is claimed is code: contrasts between strategies and a rule from their intervals,
// which package stats makes, to a verdict. The page follows from stored runs alone, so
// that whoever has them can write it again.
package page
