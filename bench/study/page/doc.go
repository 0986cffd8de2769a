// Package page writes what a study's folder says: the page that answers the field's
// questions by its stored runs, and the pictures.
//
// What runs say in figures is package evidence's, and what claims of the literature come to
// is package claims'; the page has the words, the tables and the drawings of both, and
// follows from stored runs alone, so that whoever has them can write it again.
package page
