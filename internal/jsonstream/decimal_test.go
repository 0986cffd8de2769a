package jsonstream

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// sameBits asserts that the texts are read as strconv reads them.
func sameBits(t require.TestingT, texts ...string) {
	for _, form := range []struct{ comma, end string }{{",", "]"}, {" ,\n  ", " ]"}} {
		d, i := New(strings.NewReader("["+strings.Join(texts, form.comma)+form.end)), 0
		require.NoError(t, d.Array(func() error {
			got, err := d.Float64()
			want, _ := strconv.ParseFloat(texts[i], 64)
			if math.Float64bits(want) != math.Float64bits(got) {
				require.Equal(t, want, got, texts[i])
			}
			i++
			return err
		}))
		require.Len(t, texts, i)
	}
}

func TestDecimalsHaveTheBitsOfStrconv(t *testing.T) {
	number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,24})?([eE][-+]?[0-9]{1,3})?`)
	rapid.Check(t, func(t *rapid.T) {
		sameBits(t, rapid.SliceOfN(number, 1, 20).Draw(t, "texts")...)
	})
}

// Midway between two float64s the even one is right, and a unit more or less
// in the last digit decides otherwise.
func TestDecimalsNextToTheMiddleRoundRight(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var texts []string
	for range 20_000 {
		shift := 1 + rng.IntN(10) // of 53+shift bits
		v := rng.Uint64N(1<<52) | 1<<52
		middle := v<<shift | 1<<(shift-1)
		for _, m := range []uint64{middle - 1, middle, middle + 1} {
			digits := fmt.Sprint(m)
			point := 1 + rng.IntN(len(digits)-1)
			texts = append(texts, digits, digits[:point]+"."+digits[point:])
		}
		texts = append(texts, fmt.Sprintf("%d.5", v), fmt.Sprintf("%d.25", v>>1), fmt.Sprintf("%d.75", v>>1))
	}
	sameBits(t, texts...)
}

func TestDecimalsOfEveryLengthAndPlaceOfThePoint(t *testing.T) {
	var texts []string
	for length := 1; length <= 25; length++ {
		for _, digit := range []string{"1", "5", "9"} {
			text := strings.Repeat(digit, length)
			texts = append(texts, text, "-0."+text)
			for point := 1; point < length; point++ {
				texts = append(texts, text[:point]+"."+text[point:], "0."+strings.Repeat("0", point)+text[point:])
			}
		}
	}
	sameBits(t, texts...)
	for _, text := range texts {
		want, _ := strconv.ParseFloat(text, 64)
		if p, ok := scanDecimal([]byte(text + ",")); ok {
			require.Equal(t, want, p.float64(), text)
			require.Equal(t, len(text), p.length, text)
		} else {
			require.Greater(t, len(strings.Trim(text, "-.")), 19, text)
		}
		_, ok := scanDecimal([]byte(text))
		require.False(t, ok, "%s may go on in what is read next", text)
	}
}

func TestDigitsEndAtTheFirstOtherCharacter(t *testing.T) {
	for i := range 16 {
		for c := range 256 {
			text := []byte("1234567890123456,.......")
			text[i] = byte(c)
			text[15-i/2] = byte(0xff - c)
			v, n := digits(text, 0, 0)
			want, end := uint64(0), 0
			for text[end] >= '0' && text[end] <= '9' {
				want, end = 10*want+uint64(text[end]-'0'), end+1
			}
			require.Equal(t, end, n, "%q", text)
			require.Equal(t, want, v, "%q", text)
		}
	}
}

func TestWholeNumbersAreExactToTheLimits(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "-0": 0, "7.0": 7, "1e3": 1000, "9223372036854775807": math.MaxInt64, "-9223372036854775807": -math.MaxInt64,
		"-9223372036854775808": math.MinInt64, "9007199254740993": 1<<53 + 1, "-12345678.000": -12345678,
	} {
		got, err := New(strings.NewReader(text + "]")).Int64()
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"9223372036854775808", "9999999999999999999", "1e19", "0.5", "NaN", "-Infinity"} {
		_, err := New(strings.NewReader(text + "]")).Int64()
		require.True(t, IsType(err), "%s: %v", text, err)
	}
	for _, text := range []string{"01", "-", "+1", "1.", ".5", "1e", "--1", "1_000", "0x10", "1-2", "00", "-01.5", "1.5.2"} {
		_, err := New(strings.NewReader(text + "]")).Int64()
		require.Error(t, err, text)
		require.False(t, IsType(err), "%s: %v", text, err)
		_, err = New(strings.NewReader(text + "]")).Float64()
		require.Error(t, err, text)
	}
}

func BenchmarkDecimals(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	var text []byte
	for range 10_000 {
		text = append(strconv.AppendFloat(text, rng.Float64()*640, 'f', -1, 64), ", "...)
	}
	text = append(text, "0]"...)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		d := New(io.MultiReader(strings.NewReader("["), bytes.NewReader(text)))
		if err := d.Array(func() error { _, err := d.Float64(); return err }); err != nil {
			b.Fatal(err)
		}
	}
}
