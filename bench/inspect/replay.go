package inspect

import (
	"context"
	"fmt"
	"math"
	"slices"

	"detsample/bench/dump"
)

// Replay is what losses and samplers make of a detector's own numbers.
type Replay struct {
	Path       string                `json:"path"`
	Images     int                   `json:"images"`
	Candidates int                   `json:"candidates"`
	Positives  int                   `json:"positives"`
	Negatives  int                   `json:"negatives"`
	Ignored    int                   `json:"ignored"`
	Edges      []float64             `json:"decile_edges"` // of difficulty, 1-p_t
	Counts     [dump.Deciles]Divided `json:"candidates_by_decile"`
	Classes    []string              `json:"classes"` // of the shares by class, the background last
	Losses     []ReplayedLoss        `json:"losses"`
	Samplers   []ReplayedSampler     `json:"samplers"`
	Likeness   Likeness              `json:"likeness"`
	Notes      []string              `json:"notes,omitempty"`
}

// Divided is a quantity of positives and of negatives.
type Divided struct {
	Positives float64 `json:"positives"`
	Negatives float64 `json:"negatives"`
}

// Total returns the sum of both.
func (d Divided) Total() float64 { return d.Positives + d.Negatives }

// ReplayedLoss says where a loss puts its weight: shares of its sum by decile
// of difficulty, the easiest first, and by class.
type ReplayedLoss struct {
	Name            string                `json:"name"`
	Loss            [dump.Deciles]Divided `json:"loss_by_decile"`
	Gradient        [dump.Deciles]Divided `json:"gradient_by_decile"`
	LossClass       []float64             `json:"loss_by_class"`
	GradientClass   []float64             `json:"gradient_by_class"`
	Weight          [dump.Deciles]Divided `json:"effective_weight_by_decile"` // mean, beside cross entropy
	NegativesLoss   float64               `json:"negatives_share_of_loss"`
	NegativesWeight float64               `json:"negatives_share_of_gradient"`
}

// ReplayedSampler says what a sampler picks of an actual state.
type ReplayedSampler struct {
	Name      string                `json:"name"`
	Positives float64               `json:"positives_per_image"`
	Negatives float64               `json:"negatives_per_image"`
	Decile    [dump.Deciles]Divided `json:"picks_by_decile"`
	Mass      []float64             `json:"gradient_in_picks"` // of each loss, in the order of Losses
}

// Likeness is how much of the heaviest 1% two weightings share, and their rank
// correlation; nil where one is constant.
type Likeness struct {
	Names    []string     `json:"names"`
	Top      [][]*float64 `json:"top_1_percent_overlap"`
	Spearman [][]*float64 `json:"rank_correlation"`
}

// ReplayDump replays every loss and sampler that a dump has what it takes for,
// with their defaults, and adds what came of it to the report.
func (r *Report) ReplayDump(ctx context.Context, path string) error {
	type outcome struct {
		replay *Replay
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		replay, err := replayOf(path, r)
		done <- outcome{replay, err}
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case o := <-done:
		r.Replay = o.replay
		return o.err
	}
}

func replayOf(path string, r *Report) (*Replay, error) {
	d, err := dump.Load(path, dump.Options{})
	if err != nil {
		return nil, err
	}
	defer d.Close()
	result, err := dump.Replay(d, dump.AllOf(d))
	if err != nil {
		return nil, err
	}
	out := &Replay{
		Path: path, Images: result.Images, Candidates: result.Candidates, Positives: result.Positives, Negatives: result.Negatives,
		Ignored: result.Ignored, Edges: result.Edges[:], Counts: divided(result.Counts), Notes: slices.Concat(d.Notes, result.Notes),
	}
	for c := range d.Classes {
		name := fmt.Sprintf("class %d", c)
		if d.Classes == len(r.Classes) {
			name = r.Classes[c].Name
		}
		out.Classes = append(out.Classes, name)
	}
	out.Classes = append(out.Classes, "background")
	for _, l := range result.Losses {
		out.Losses = append(out.Losses, ReplayedLoss{
			Name: l.Name, Loss: divided(l.Loss.Decile), Gradient: divided(l.Gradient.Decile), LossClass: l.Loss.Classes, GradientClass: l.Gradient.Classes,
			Weight: divided(l.Weight), NegativesLoss: negatives(l.Loss.Decile), NegativesWeight: negatives(l.Gradient.Decile),
		})
	}
	images := float64(max(1, result.Images))
	for _, s := range result.Samplers {
		out.Samplers = append(out.Samplers, ReplayedSampler{
			Name: s.Name, Positives: float64(s.Positives) / images, Negatives: float64(s.Negatives) / images, Decile: divided(s.Decile), Mass: s.Mass,
		})
	}
	out.Likeness = Likeness{Names: result.Similar.Names, Top: defined(result.Similar.Top), Spearman: defined(result.Similar.Spearman)}
	return out, nil
}

func divided(splits [dump.Deciles]dump.Split) (out [dump.Deciles]Divided) {
	for i, s := range splits {
		out[i] = Divided{s.Positives, s.Negatives}
	}
	return out
}

func negatives(deciles [dump.Deciles]dump.Split) (sum float64) {
	for _, d := range deciles {
		sum += d.Negatives
	}
	return sum
}

// defined returns a matrix with nil in place of NaN, which JSON cannot hold.
func defined(m [][]float64) [][]*float64 {
	out := make([][]*float64, len(m))
	for i, row := range m {
		out[i] = make([]*float64, len(row))
		for k, v := range row {
			if !math.IsNaN(v) {
				out[i][k] = &v
			}
		}
	}
	return out
}

// Pair returns the overlap of the heaviest 1% of two weightings by name, and
// false if it is not known.
func (l *Likeness) Pair(a, b string) (overlap float64, ok bool) {
	i, k := slices.Index(l.Names, a), slices.Index(l.Names, b)
	if i < 0 || k < 0 || l.Top[i][k] == nil {
		return 0, false
	}
	return *l.Top[i][k], true
}
