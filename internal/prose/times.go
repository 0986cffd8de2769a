package prose

import (
	"fmt"
	"math"
)

// Times writes a factor in front of what it is of, as about 120 times, about a quarter
// of, or about alone where it is nearly 1: "takes about 120 times what it takes now".
func Times(factor float64) string {
	switch {
	case factor >= 100:
		unit := math.Pow(10, math.Floor(math.Log10(factor))-1) // two digits
		return fmt.Sprintf("about %.0f times", math.Round(factor/unit)*unit)
	case factor >= 9.95:
		return fmt.Sprintf("about %.0f times", factor)
	case factor >= 1.15:
		return fmt.Sprintf("about %.2g times", factor)
	case factor >= 0.87:
		return "about"
	}
	nearest := parts[0]
	for _, p := range parts {
		if math.Abs(math.Log(p.share/factor)) < math.Abs(math.Log(nearest.share/factor)) {
			nearest = p
		}
	}
	if factor < nearest.share/1.05 && nearest.share == 0.1 {
		return fmt.Sprintf("about 1/%.0f of", 1/factor)
	}
	return "about " + nearest.words + " of"
}

var parts = []struct {
	share float64
	words string
}{
	{3. / 4, "three quarters"}, {2. / 3, "two thirds"}, {1. / 2, "half"}, {1. / 3, "a third"}, {1. / 4, "a quarter"}, {1. / 5, "a fifth"},
	{1. / 6, "a sixth"}, {1. / 7, "a seventh"}, {1. / 8, "an eighth"}, {1. / 9, "a ninth"}, {1. / 10, "a tenth"},
}
