package cocoeval

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// golden is a case of testdata/pycocotools.json.gz, written by
// bench/peers/cocoeval/generate.py.
type golden struct {
	Kind     string
	Images   []int64
	Classes  []int32
	GTs      []tuple
	DTs      []tuple
	Agnostic bool
	Params   *struct {
		IoU, Recall []float64
		MaxDets     []int `json:"max_dets"`
		Areas       [][3]any
	}
	Stats []float64
	// Row-major (K, A, M, T), run-length encoded.
	AP, Curve, Scores, Recall runs
}

type tuple []json.RawMessage

// runs is [value, times, value, times, ...].
type runs []float64

func (r runs) expand() []float64 {
	var s []float64
	for i := 0; i < len(r); i += 2 {
		for range int(r[i+1]) {
			s = append(s, r[i])
		}
	}
	return s
}

func (c *golden) params() Params {
	p := DefaultParams()
	p.Images, p.Classes, p.ClassAgnostic = c.Images, c.Classes, c.Agnostic
	if c.Agnostic {
		p.Classes = nil
	}
	if c.Params != nil {
		p.IoU, p.Recall, p.MaxDets = c.Params.IoU, c.Params.Recall, c.Params.MaxDets
		p.Areas = nil
		for _, a := range c.Params.Areas {
			p.Areas = append(p.Areas, AreaRange{a[0].(string), a[1].(float64), a[2].(float64)})
		}
	}
	return p
}

func (c *golden) annotations(t *testing.T) ([]GroundTruth, []Detection) {
	field := func(from json.RawMessage, to any) { require.NoError(t, json.Unmarshal(from, to)) }
	gts := make([]GroundTruth, len(c.GTs))
	for i, g := range c.GTs {
		var crowd, ignore int
		field(g[0], &gts[i].Image)
		field(g[1], &gts[i].Class)
		field(g[2], &gts[i].Box)
		field(g[3], &gts[i].Area)
		field(g[4], &crowd)
		field(g[5], &ignore)
		gts[i].Crowd, gts[i].Ignore = crowd == 1, ignore == 1
	}
	dts := make([]Detection, len(c.DTs))
	for i, d := range c.DTs {
		field(d[0], &dts[i].Image)
		field(d[1], &dts[i].Class)
		field(d[2], &dts[i].Box)
		field(d[3], &dts[i].Score)
	}
	return gts, dts
}

func readGolden(t *testing.T) (cases []golden) {
	readCases(t, "testdata/pycocotools.json.gz", &cases)
	return cases
}

func readCases(t *testing.T, file string, cases any) {
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	require.NoError(t, json.NewDecoder(z).Decode(cases))
}

// near asserts agreement to 1e-12, relative above 1.
func near(t *testing.T, want, got float64, what ...any) {
	t.Helper()
	if !(math.Abs(want-got) <= 1e-12*max(1, math.Abs(want))) {
		t.Errorf("%v: got %v, want %v", fmt.Sprintln(what...), got, want)
	}
}

func TestEqualsPycocotools(t *testing.T) {
	cases := readGolden(t)
	require.GreaterOrEqual(t, len(cases), 300)
	for i := range cases {
		c := &cases[i]
		t.Run(fmt.Sprintf("%s/%d", c.Kind, i), func(t *testing.T) {
			gts, dts := c.annotations(t)
			r, err := Evaluate(c.params(), gts, dts)
			require.NoError(t, err)
			require.Equal(t, c.Classes, r.Classes)
			compareRows(t, c, r)
			if c.Stats != nil {
				s := r.Summary()
				for i, want := range c.Stats {
					near(t, want, *s.figure(i), "figure", i)
				}
			}
		})
	}
}

func compareRows(t *testing.T, c *golden, r *Result) {
	ap, curve, scores, recall := c.AP.expand(), c.Curve.expand(), c.Scores.expand(), c.Recall.expand()
	i := 0
	for k := range r.Classes {
		for a := range r.Params.Areas {
			for m := range r.Params.MaxDets {
				for th := range r.Params.IoU {
					at := []any{"t", th, "k", k, "a", a, "m", m}
					near(t, ap[i], r.AP(th, k, a, m), append(at, "ap")...)
					near(t, recall[i], r.Recall(th, k, a, m), append(at, "recall")...)
					precision, score := 0.0, 0.0
					for level := range r.Params.Recall {
						weight := float64(level + 1)
						precision += weight * r.Precision(th, level, k, a, m)
						score += weight * r.Score(th, level, k, a, m)
					}
					near(t, curve[i], precision, append(at, "curve")...)
					near(t, scores[i], score, append(at, "scores")...)
					i++
				}
			}
		}
	}
	require.Len(t, ap, i)
}
