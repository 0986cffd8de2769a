package prose

import "fmt"

// Time writes a time in seconds in about two digits: "42 s", "12 min", "5.8 h",
// "3 days".
func Time(seconds float64) string {
	const minute, hour, day = 60, 3600, 24 * 3600
	switch {
	case seconds < 90:
		return fmt.Sprintf("%.0f s", seconds)
	case seconds < 90*minute:
		return fmt.Sprintf("%.0f min", seconds/minute)
	case seconds < 2*day:
		return fmt.Sprintf("%.2g h", seconds/hour)
	}
	return fmt.Sprintf("%.0f days", seconds/day)
}
