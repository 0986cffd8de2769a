// Package boxloss evaluates box losses of many rows at once, as package losses
// defines them for one: with the same bits.
//
// The vector code (AVX-512 or AVX2, chosen at run time) takes as many boxes as a
// vector has float64, step by step in the order of the code for one row, and never
// multiplies and adds at once. Logarithms, exponentials and angles are package
// math's, between two kernels. Pairs of boxes without an area to compare, or with
// one that is infinite or NaN, are left to the code for one row.
//
// The assembly is written by internal/kernels: go generate reproduces it.
package boxloss

//go:generate go -C ../kernels run ./boxloss -out ../boxloss/kernels_amd64.s -stubs ../boxloss/kernels_amd64.go -pkg boxloss
