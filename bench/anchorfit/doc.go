// Package anchorfit fits the sizes and ratios of an anchor pyramid to a data
// set's boxes.
//
// [Fit] never returns a pyramid that reaches fewer of the boxes than the one it
// is given: the boxes are counted, one by one, with the anchors where the grid
// puts them. It is what `compare` trains with and what `inspect` advises.
package anchorfit
