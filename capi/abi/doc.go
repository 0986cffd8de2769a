// Package abi is libdetsample behind its C functions: it reads the caller's
// structs and buffers where they lie, as detsample.h describes them, and turns
// every panic into an error. It does without cgo, so that it is built, vetted
// and tested where there is no C compiler.
//
// Its structs have the layout of those in detsample.h, which the importing
// package checks as it is compiled.
package abi
