// Package claims judges what the field says of strategies by a study's kept runs: what each
// claim of the literature predicts of them, and what comes of it.
//
// What is claimed is code: contrasts between strategies, and a rule from their intervals,
// which package stats makes, to an outcome at each budget and to a verdict. A verdict is a
// value, which package page has the sentences for.
package claims
