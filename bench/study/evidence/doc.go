// Package evidence says in figures what a study's kept runs say of its strategies:
// measures of runs and of weightings, strategies compared by them at each budget, who may
// be the best, and how AP rises along training. It has no words for any of it.
//
// AP, and what is written in its points, is from 0 to 100; shares are in percent. An
// interval is of 95%, of package stats.
package evidence
