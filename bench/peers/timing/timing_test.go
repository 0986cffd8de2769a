package timing

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMedianIsTheMiddleOrTheMeanOfTheTwoMiddleOnes(t *testing.T) {
	assert.Equal(t, 2.0, Median([]float64{9, 1, 2}))
	assert.Equal(t, 2.5, Median([]float64{9, 1, 2, 3}))
	assert.True(t, math.IsNaN(Median(nil)))
}

func TestNumbersHaveThreeDigitsThatCount(t *testing.T) {
	for v, want := range map[float64]string{
		0.000123456: "0.000123", 0.012345: "0.0123", 0.5: "0.500", 1: "1.00", 9.999: "10.00", 12.34: "12.3", 123.4: "123", 12345: "12345",
	} {
		assert.Equal(t, want, Digits(v))
	}
	assert.Equal(t, "2.00 (1.00-10.0)", Spread([]float64{2, 10, 1}))
	assert.Equal(t, "-", Spread(nil))
}
