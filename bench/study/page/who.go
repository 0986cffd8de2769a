package page

import (
	"fmt"
	"strings"

	"detsample/bench/study/evidence"
	"detsample/internal/prose"
)

// inCell says in a cell who leads, and by how much, who shares no seed, and who did not
// get to the end.
func inCell(c *evidence.Contest) string {
	ahead := fmt.Sprintf(", ahead of %s by %s", c.Next, interval(c.Ahead, toldDecimals(c.Ahead, 1)))
	untold := "not told apart"
	if c.Close {
		untold = fmt.Sprintf("all within %g AP", evidence.AP.Least)
	}
	return who(c, untold, ahead, "") + why(c)
}

// inSentence says the same in a sentence, without by how much.
func inSentence(c *evidence.Contest) string {
	untold := "no difference is significant among " + prose.List(c.May, "and")
	if c.Close {
		untold = fmt.Sprintf("all of %s are within %g AP of each other", prose.List(c.May, "and"), evidence.AP.Least)
	}
	return who(c, untold, " leads", " may be the best")
}

// either says who may be the best by those who may, or by the others where these are
// fewer.
func either(c *evidence.Contest) string {
	if others := c.Others(); len(others) > 0 && len(others) < len(c.May) {
		return "any but " + prose.List(others, "and")
	}
	return prose.List(c.May, "or")
}

// who says who may be the best, with what is said where none of several can be told apart,
// and behind a single one or several.
func who(c *evidence.Contest, untold, leads, may string) string {
	switch {
	case len(c.May) == 0:
		return "nothing is known"
	case len(c.May) == 1 && c.Next == "":
		return "only " + c.May[0] + " got to the end"
	case c.Anyone():
		return untold
	case len(c.May) == 1:
		return "**" + c.May[0] + "**" + leads
	}
	return either(c) + may
}

// why says what more there is to know of that: that the others are not far behind, who
// shares no seed, so that nothing tells them apart, and who stopped.
func why(c *evidence.Contest) (text string) {
	if c.Close && !c.Anyone() {
		text = fmt.Sprintf("; all are within %g AP", evidence.AP.Least)
	}
	for _, says := range []string{sayUnpaired(c.Unpaired), stopped(c.Gone)} {
		if says != "" {
			text += "; " + says
		}
	}
	return text
}

// sayUnpaired says which strategies share no seed; "" where there are none.
func sayUnpaired(list []evidence.Stranger) string {
	says := make([]string, len(list))
	for i, s := range list {
		says[i] = s.Strategy + " " + sharesNoSeed(s.To)
	}
	return strings.Join(says, ", ")
}

func sharesNoSeed(others []string) string { return "shares no seed with " + prose.List(others, "or") }
