// Package sift finds the few that matter among very many candidates: those of
// a label, those above a threshold, the k largest, and the order of what is
// found. It is what samplers, suppression and detection have in common.
//
// Nothing here sorts all of what it is given, and no order of the candidates
// is worse than another: a selection reads them once or twice, whatever k is.
//
// The filters have vector code, AVX-512 or AVX2 chosen at run time, and a
// portable twin that finds the same; the assembly is written by
// internal/kernels, and go generate reproduces it.
package sift

//go:generate go -C ../kernels run ./sift -out ../sift/kernels_amd64.s -stubs ../sift/kernels_amd64.go -pkg sift
