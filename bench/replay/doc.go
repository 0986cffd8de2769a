// Package replay asks what strategies would learn from a detector's own numbers,
// as package dump reads them: where each puts its gradient, which of them look at
// the same candidates, and says so in words. Nothing is trained.
package replay
