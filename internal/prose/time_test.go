package prose

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTimesHaveAboutTwoDigits(t *testing.T) {
	for seconds, want := range map[float64]string{
		0: "0 s", 42.4: "42 s", 89.4: "89 s", 90: "2 min", 12 * 60: "12 min", 5399: "90 min", 5400: "1.5 h",
		5.8 * 3600: "5.8 h", 47 * 3600: "47 h", 48 * 3600: "2 days", 1e15: "11574074074 days",
	} {
		assert.Equal(t, want, Time(seconds))
	}
}
