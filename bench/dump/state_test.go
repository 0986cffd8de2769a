package dump

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/losses"
)

// trained is a dump of random logits such as a detector in training has: most
// negatives easy, positives rare.
func trained(images, n, classes int, link losses.Link) []Array {
	rng := rand.New(rand.NewPCG(uint64(images), uint64(n)))
	columns := link.Columns(classes)
	logits := Array{Name: "logits", Shape: []int{images, n, columns}}
	labels := Array{Name: "labels", Shape: []int{images, n}}
	boxes := Array{Name: "boxes", Shape: []int{n, 4}}
	for range n {
		x, y := 100*rng.Float32(), 100*rng.Float32()
		boxes.Float = append(boxes.Float, x, y, x+10+20*rng.Float32(), y+10+20*rng.Float32())
	}
	for range images * n {
		label := int64(anchors.Negative)
		switch u := rng.Float64(); {
		case u < 0.02:
			label = rng.Int64N(int64(classes))
		case u < 0.05:
			label = int64(anchors.Ignored)
		}
		labels.Int = append(labels.Int, label)
		for k := range columns {
			x := -4 + 2*rng.NormFloat64()
			if label == int64(k) || label < 0 && k == classes {
				x += 5
			}
			logits.Float = append(logits.Float, float32(x))
		}
	}
	return []Array{logits, labels, boxes, {Name: "link", Text: link.String()}}
}

// with returns arrays with others in place of those of the same names; one
// without elements or text takes them out.
func with(arrays []Array, others ...Array) []Array {
	var all []Array
	for _, a := range arrays {
		for _, o := range others {
			if o.Name == a.Name {
				a.Name = ""
			}
		}
		if a.Name != "" {
			all = append(all, a)
		}
	}
	for _, o := range others {
		if o.Float != nil || o.Int != nil || o.Text != "" {
			all = append(all, o)
		}
	}
	return all
}

// loaded writes arrays and loads them.
func loaded(t testing.TB, o Options, arrays ...Array) *Dump {
	t.Helper()
	d, err := tryLoad(t, o, arrays...)
	require.NoError(t, err)
	return d
}

func tryLoad(t testing.TB, o Options, arrays ...Array) (*Dump, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "d.npz")
	require.NoError(t, Write(path, arrays...))
	d, err := Load(path, o)
	if err == nil {
		t.Cleanup(func() { d.Close() })
	}
	return d, err
}

func replayed(t testing.TB, d *Dump, p Plan) *Result {
	t.Helper()
	r, err := Replay(d, p)
	require.NoError(t, err)
	return r
}
