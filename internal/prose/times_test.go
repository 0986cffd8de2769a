package prose

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAFactorIsWrittenForASentence(t *testing.T) {
	for factor, want := range map[float64]string{
		117.6: "about 120 times", 1234: "about 1200 times", 184: "about 180 times", 59.2: "about 59 times", 9.98: "about 10 times", 2.54: "about 2.5 times", 2: "about 2 times",
		1.05: "about", 1: "about", 0.9: "about", 0.72: "about three quarters of", 0.5: "about half of", 0.13: "about an eighth of", 0.1: "about a tenth of", 0.04: "about 1/25 of",
	} {
		assert.Equal(t, want, Times(factor), "%v", factor)
	}
}
