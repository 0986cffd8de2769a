package report

import (
	"fmt"

	"detsample/bench/summary"
)

// lossScale says how far the sizes of losses differ between strategies, "" if
// none can be compared.
func lossScale(s *summary.Spread) string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("It differs by up to %.3g times: %s of %s over that of %s.", s.Times, s.Where, s.Largest, s.Smallest)
}
