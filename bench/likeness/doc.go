// Package likeness says how alike weightings of the same candidates are: by rank,
// by which they weigh heaviest, and by divergence. Its rank correlation orders
// figures of other kinds as well.
package likeness
