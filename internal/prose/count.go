package prose

import "strconv"

// Count writes a number with its noun: "1 run", "2 runs".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
