package jsonstream

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// build reads a value of any kind as encoding/json does.
func build(d *Reader) (any, error) {
	kind, err := d.Kind()
	if err != nil {
		return nil, err
	}
	switch kind {
	case "object":
		m := map[string]any{}
		return m, d.Object(func(key []byte) error {
			name := string(key)
			v, err := build(d)
			m[name] = v
			return err
		})
	case "array":
		list := []any{}
		err := d.Array(func() error {
			v, err := build(d)
			list = append(list, v)
			return err
		})
		return list, err
	case "string":
		return d.String()
	case "number":
		return d.Float64()
	case "null":
		return nil, d.Skip()
	}
	return kind == "true", d.Skip()
}

func document(data io.Reader) (any, error) {
	d := New(data)
	v, err := build(d)
	if err == nil {
		err = d.End()
	}
	return v, err
}

func TestReadsWhatEncodingJSONReads(t *testing.T) {
	for _, text := range []string{
		`{}`, ` [ ] `, `{"a": [1, -2.5e3, 0, -0.0, 1e-400, 123456789012345678901234567890, 0.1, 3.14159265358979]}`,
		`"a\u00e9\n\"\\b"`, `{"a\"b": {"c": null, "d": [true, false, [[[]]]]}}`, `"` + strings.Repeat("long ", 40000) + `"`,
	} {
		var want any
		require.NoError(t, json.Unmarshal([]byte(text), &want))
		for _, r := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader("\ufeff" + text))} {
			got, err := document(r)
			require.NoError(t, err, "%.50s", text)
			assert.Equal(t, want, got)
		}
		d := New(iotest.OneByteReader(strings.NewReader(text)))
		require.NoError(t, d.Skip())
		require.NoError(t, d.End())
	}
}

func TestNumbersHaveTheBitsOfStrconv(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64().Draw(t, "v")
		format := rapid.SampledFrom([]byte("efg")).Draw(t, "format")
		text := strconv.FormatFloat(v, format, rapid.IntRange(-1, 20).Draw(t, "digits"), 64)
		want, err := strconv.ParseFloat(text, 64)
		if err != nil || len(text) > 900 {
			return
		}
		got, err := New(strings.NewReader(text)).Float64()
		if err != nil || math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%s: %v, %v; want %v", text, got, err, want)
		}
	})
}

func TestPythonsNumbersAreRead(t *testing.T) {
	d := New(strings.NewReader(`[NaN, Infinity, -Infinity, 1e999]`))
	var got []string
	require.NoError(t, d.Array(func() error {
		v, err := d.Float64()
		got = append(got, fmt.Sprint(v))
		return err
	}))
	assert.Equal(t, []string{"NaN", "+Inf", "-Inf", "+Inf"}, got)
}

func TestAValueOfAnotherTypeIsSkippedAndReadingGoesOn(t *testing.T) {
	d := New(strings.NewReader(`["x", [1, {"a": 2}], 1.5, null, 7.0, 8]`))
	var got []int64
	var wrong []string
	err := d.Array(func() error {
		v, err := d.Int64()
		if IsType(err) {
			wrong = append(wrong, err.Error())
		} else {
			got = append(got, v)
		}
		return err
	})
	assert.ErrorContains(t, err, "want a whole number, got string")
	assert.True(t, IsType(err))
	assert.Equal(t, []int64{7, 8}, got)
	assert.Equal(t, []string{"want a whole number, got string", "want a whole number, got array", "want a whole number, got 1.5", "want a whole number, got null"}, wrong)
	assert.NoError(t, d.End())
}

func TestBrokenDocumentsAreErrorsWithTheirPlace(t *testing.T) {
	for text, want := range map[string]struct {
		line    int
		message string
	}{
		"{\n\"a\":\n[1,\n2":            {4, "is it truncated?"},
		"{\"a\" 1}":                    {1, "want a colon"},
		"[1 2]":                        {1, "where a comma or"},
		"[1,\n}":                       {2, "where a JSON value starts"},
		"{\"a\": 1,}":                  {1, "where the name of a member starts"},
		"\n\n[01]":                     {3, "no JSON number"},
		"[1.]":                         {1, "no JSON number"},
		"[nul]":                        {1, "no JSON value"},
		"\"a\nb\"":                     {1, "control character"},
		"\"\\x\"":                      {1, "wrong escape"},
		"[] []":                        {1, "follows the end"},
		strings.Repeat("[", 1_000_000): {1, "nested deeper than 1000"},
	} {
		_, err := document(strings.NewReader(text))
		var at *SyntaxError
		require.True(t, errors.As(err, &at), "%.40q: %v", text, err)
		assert.Equal(t, want.line, at.Line, "%.40q", text)
		assert.Contains(t, at.Message, want.message)
	}
	assert.ErrorContains(t, New(strings.NewReader(strings.Repeat("[", 1_000_000))).Skip(), "nested deeper")
	assert.ErrorContains(t, New(strings.NewReader("[[1, 2}]")).Skip(), "'}' where ']' closes")
	_, err := New(strings.NewReader(`"` + strings.Repeat("a", maxString+10))).String()
	assert.ErrorContains(t, err, "a string of more than")
	_, err = New(strings.NewReader(strings.Repeat("1", 5000))).Float64()
	assert.ErrorContains(t, err, "a number of more than")
}

func TestErrorsOfTheSourceAreKept(t *testing.T) {
	broken := errors.New("disk on fire")
	_, err := document(io.MultiReader(strings.NewReader(`{"a": [1`), iotest.ErrReader(broken)))
	assert.ErrorIs(t, err, broken)
}

// endless claims to hold more than any memory.
type endless struct{ io.Reader }

func (endless) Len() int { return math.MaxInt }

func TestForeseesAsManyElementsAsTheRestHasRoomFor(t *testing.T) {
	text := "[" + strings.Repeat("12345678,", 99_999) + "12345678]"
	for _, c := range []struct {
		r         io.Reader
		low, high int
	}{
		{strings.NewReader(text), 98_900, 99_100},
		{io.MultiReader(strings.NewReader(text)), 0, 0},
		{endless{strings.NewReader(text)}, 1 << 58, math.MaxInt},
	} {
		d, n := New(c.r), 0
		require.NoError(t, d.Array(func() error {
			_, err := d.Int64()
			if n++; n == 1000 {
				assert.GreaterOrEqual(t, d.Foresee(n), c.low)
				assert.LessOrEqual(t, d.Foresee(n), c.high)
			}
			return err
		}))
		require.NoError(t, d.End())
		if c.low < 1<<58 {
			assert.Zero(t, d.Foresee(n))
		}
	}
}

func FuzzReader(f *testing.F) {
	for _, text := range []string{`{"a": [1, "b", {"c": null}]}`, `[NaN, 1e5, -0]`, `"\ud800"`, `[[[{`, `{"a":1,"a":2}`, "\ufeff[]"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := document(bytes.NewReader(data))
		var want any
		if json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &want) == nil && len(data) < 1000 {
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
		if err == nil {
			d := New(iotest.OneByteReader(bytes.NewReader(data)))
			require.NoError(t, d.Skip())
			require.NoError(t, d.End())
		}
	})
}

// One megabyte of annotations, of which most is segmentation.
func BenchmarkSkip(b *testing.B) {
	text := []byte("[" + strings.TrimSuffix(strings.Repeat(`{"segmentation": [[510.66,423.01,511.72,420.03,510.45,416.0]], "area": 702.1},`, 13000), ",") + "]")
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if err := New(bytes.NewReader(text)).Skip(); err != nil {
			b.Fatal(err)
		}
	}
}
