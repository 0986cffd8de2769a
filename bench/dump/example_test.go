package dump_test

import (
	"fmt"
	"os"
	"path/filepath"

	"detsample/bench/dump"
	"detsample/losses"
	"detsample/sampling"
)

// A state of six candidates, of which one is an object: what would OHEM pick,
// and where does focal loss's gradient lie?
func Example() {
	dir, err := os.MkdirTemp("", "dump")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "state.npz")
	err = dump.Write(path,
		dump.Array{Name: "logits", Shape: []int{6, 1}, Float: []float32{-1, -5, -5, 0.5, -6, -4}},
		dump.Array{Name: "labels", Shape: []int{6}, Int: []int64{0, -1, -1, -1, -1, -1}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}

	state, err := dump.Load(path, dump.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer state.Close()
	r, err := dump.Replay(state, dump.Plan{
		Losses:   []dump.Loss{{Name: "ce", Cls: losses.CE{}}, {Name: "focal", Cls: losses.Focal{Alpha: 0.25, Gamma: 2}}},
		Samplers: []dump.Sampler{{Name: "ohem", Sampler: sampling.OHEM{Num: 2}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range r.Losses {
		fmt.Printf("%s: a negative weighs %.3f on average\n", l.Name, l.Mean.Negatives)
	}
	ohem := r.Samplers[0]
	fmt.Printf("ohem picks 1:%.0f, %.0f%% of ce's gradient and %.1f%% of focal's\n", ohem.Ratio, 100*ohem.Mass[0], 100*ohem.Mass[1])
	// Output:
	// ce: a negative weighs 1.000 on average
	// focal: a negative weighs 0.127 on average
	// ohem picks 1:1, 98% of ce's gradient and 100.0% of focal's
}
