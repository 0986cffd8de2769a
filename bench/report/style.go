package report

import (
	"fmt"
	"html/template"
	"strings"

	"detsample/bench/looks"
	"detsample/bench/summary"
	"detsample/bench/trainer"
)

// hues is the number of colours that the style sheet gives strategies, --s0
// and so on: after Okabe and Ito (2008), whose the colour-blind tell apart, as dark
// as thin lines must be on white.
const hues = 8

// dashes is the number of dashes, of which the first is none.
const dashes = looks.Kinds

// style is how a line is drawn: counted from 0, lines differ by their dashes too,
// and not by colour alone, as far as there are pairs of both.
type style int

func (s style) hue() int { return int(s) % hues }

func (s style) dash() int { return (s.hue() + int(s)/hues) % dashes }

func (s style) line() string { return fmt.Sprintf("curve h%d d%d", s.hue(), s.dash()) }

// styled returns the style of a look.
func styled(l looks.Look) style {
	return style(l.Hue + hues*((int(l.Dashes)+dashes*hues-l.Hue)%dashes))
}

// styles returns how strategies are drawn: as on the study's page where the name
// says how, and otherwise by their place in the configuration, or the next place
// whose hue, or if there is none whose style, is free.
func styles(strategies []summary.Strategy) []style {
	list := make([]style, len(strategies))
	usedHue, used := map[int]bool{}, map[style]bool{}
	take := func(i int, s style) {
		list[i], usedHue[s.hue()], used[s] = s, true, true
	}
	var others []int
	for i := range strategies {
		if l, ok := looks.Of(strategies[i].Strategy); ok && !used[styled(l)] {
			take(i, styled(l))
		} else {
			others = append(others, i)
		}
	}
	for _, i := range others {
		take(i, free(i, func(s style) bool { return !usedHue[s.hue()] }, func(s style) bool { return !used[s] }))
	}
	return list
}

func (s style) band() string { return fmt.Sprintf("band h%d", s.hue()) }

func (s style) dot() string { return fmt.Sprintf("dot h%d", s.hue()) }

// Swatch is a piece of the strategy's line for a legend.
func (s style) Swatch() template.HTML {
	return template.HTML(fmt.Sprintf(
		`<svg xmlns="http://www.w3.org/2000/svg" class="swatch" viewBox="0 0 28 10"><path class="%s" d="M1 5L27 5"/></svg>`, s.line()))
}

// free returns the first style from a place on of which the first rule that any
// keeps is true; that of the place where there is none.
func free(place int, rules ...func(style) bool) style {
	for _, rule := range rules {
		for k := range hues * dashes {
			if s := style((place + k) % (hues * dashes)); rule(s) {
				return s
			}
		}
	}
	return style(place)
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

// marked returns the numbers of failed runs, and of those that learned nothing, for
// beside a name, or nothing.
func marked(s *summary.Strategy) string {
	failed, idle := failedOf(s)
	var words []string
	for _, k := range []struct {
		runs int
		what string
	}{{failed, "failed"}, {idle, "learned nothing"}} {
		switch {
		case k.runs == 0:
		case s.Runs == 1:
			words = append(words, k.what)
		default:
			words = append(words, fmt.Sprintf("%d of %d %s", k.runs, s.Runs, k.what))
		}
	}
	return strings.Join(words, ", ")
}

// failedOf returns how many runs of a strategy failed to train, and how many trained
// to their end for nothing.
func failedOf(s *summary.Strategy) (failed, idle int) {
	for _, reason := range s.Failed {
		if reason == trainer.LearnedNothing {
			idle++
		}
	}
	return len(s.Failed) - idle, idle
}
