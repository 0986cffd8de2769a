package report

import (
	"fmt"
	"html/template"

	"detsample/bench/summary"
)

// hues is the number of colours that the style sheet gives strategies, --s0
// and so on: after Okabe and Ito (2008), whose the colour-blind tell apart, as dark
// as thin lines must be on white.
const hues = 8

// dashes is the number of dashes, of which the first is none.
const dashes = 4

// style is how a strategy is drawn: by its place in the configuration. Lines
// differ by their dashes too, and not by colour alone.
type style int

func (s style) hue() int { return int(s) % hues }

func (s style) line() string {
	return fmt.Sprintf("curve h%d d%d", s.hue(), (int(s)+int(s)/hues)%dashes)
}

func (s style) band() string { return fmt.Sprintf("band h%d", s.hue()) }

func (s style) dot() string { return fmt.Sprintf("dot h%d", s.hue()) }

// Swatch is a piece of the strategy's line for a legend.
func (s style) Swatch() template.HTML {
	return template.HTML(fmt.Sprintf(
		`<svg xmlns="http://www.w3.org/2000/svg" class="swatch" viewBox="0 0 28 10"><path class="%s" d="M1 5L27 5"/></svg>`, s.line()))
}

// key is an entry of a legend.
type key struct {
	Name  string
	Style style
}

// kind returns the class of a detector's kind: bars are coloured by it.
func kind(detector string) string {
	if detector == twoStage {
		return "two"
	}
	return "one"
}

// The detectors' kinds, as runs name them.
const (
	oneStage = "one-stage"
	twoStage = "two-stage"
)

// starred returns a strategy's name, or a part of it, with a star if it may be the
// best.
func starred(s *summary.Strategy, name string) string {
	if s.MayBeBest {
		return name + " *"
	}
	return name
}

// marked returns the number of failed runs for beside a name, or nothing.
func marked(s *summary.Strategy) string {
	if len(s.Failed) == 0 {
		return ""
	}
	if s.Runs == 1 {
		return "failed"
	}
	return fmt.Sprintf("%d of %d failed", len(s.Failed), s.Runs)
}
