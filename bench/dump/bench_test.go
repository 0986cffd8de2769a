package dump

import (
	"testing"

	"detsample/losses"
	"detsample/sampling"
)

// BenchmarkReplay replays two losses and a sampler on 40 000 candidates of 8
// classes.
func BenchmarkReplay(b *testing.B) {
	d := loaded(b, Options{}, trained(4, 10000, 8, losses.Sigmoid)...)
	plan := Plan{
		Losses:   []Loss{{"ce", losses.CE{}}, {"focal", losses.Focal{Alpha: 0.25, Gamma: 2}}},
		Samplers: []Sampler{{Name: "ohem", Sampler: sampling.OHEM{Num: 64}}},
		Workers:  1,
	}
	b.SetBytes(4 * 4 * 10000 * 8)
	b.ReportAllocs()
	for b.Loop() {
		replayed(b, d, plan)
	}
}
