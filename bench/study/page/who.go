package page

import (
	"fmt"
	"strings"

	"detsample/internal/prose"
)

// says says in a cell who leads, and by how much, who shares no seed, and who did not
// get to the end.
func inCell(c *contest) string {
	ahead := fmt.Sprintf(", before %s by %s", c.next, interval(c.ahead, toldDecimals(c.ahead, 1)))
	untold := "not told apart"
	if c.close {
		untold = fmt.Sprintf("all within %g AP", ap.least)
	}
	return who(c, untold, ahead, "") + why(c)
}

// best says the same in a sentence, without by how much.
func inSentence(c *contest) string {
	untold := "none of " + prose.List(c.may, "and") + " is told from the others"
	if c.close {
		untold = fmt.Sprintf("all of %s are within %g AP of each other", prose.List(c.may, "and"), ap.least)
	}
	return who(c, untold, " leads", " may be the best")
}

// either says who may be the best by those who may, or by the others where these are
// fewer.
func either(c *contest) string {
	if others := c.others(); len(others) > 0 && len(others) < len(c.may) {
		return "any but " + prose.List(others, "and")
	}
	return prose.List(c.may, "or")
}

// who says who may be the best, with what is said where none is told from the others,
// and behind a single one or several.
func who(c *contest, untold, leads, may string) string {
	switch {
	case len(c.may) == 0:
		return "nothing is known"
	case len(c.may) == 1 && c.next == "":
		return "only " + c.may[0] + " got to the end"
	case c.anyone():
		return untold
	case len(c.may) == 1:
		return "**" + c.may[0] + "**" + leads
	}
	return either(c) + may
}

// why says what more there is to know of that: that the others are not far behind, who
// shares no seed, so that nothing tells them apart, and who stopped.
func why(c *contest) (text string) {
	if c.close && !c.anyone() {
		text = fmt.Sprintf("; all are within %g AP", ap.least)
	}
	for _, says := range []string{sayUnpaired(c.unpaired), stopped(c.gone)} {
		if says != "" {
			text += "; " + says
		}
	}
	return text
}

// sayUnpaired says which strategies share no seed; "" where there are none.
func sayUnpaired(list []stranger) string {
	says := make([]string, len(list))
	for i, s := range list {
		says[i] = s.strategy + " " + sharesNoSeed(s.to)
	}
	return strings.Join(says, ", ")
}

func sharesNoSeed(others []string) string { return "shares no seed with " + prose.List(others, "or") }
