// Package study trains what the field's questions are asked of: which experiments a
// study consists of, how they are planned, run, shared among machines and joined, and
// what of them a folder keeps.
//
// An experiment is a comparison like any other, in a folder of its own. What is made of
// the runs is package page's.
package study
