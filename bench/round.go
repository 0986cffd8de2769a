package bench

import (
	"context"
	"errors"
	"fmt"

	"detsample/bench/plan"
	"detsample/bench/store"
	"detsample/bench/trainer"
)

// Round is the runs of a comparison that come next: they follow from what has
// been found before, and not from each other.
type Round struct {
	Phase string    // what its runs are for: a setting that is chosen by them, "" for the comparison itself
	Runs  []Planned // that are not there yet, in their order; none if the comparison is complete
	Begun bool      // others of the same round are there already
}

// Planned is a run that comes next.
type Planned struct {
	Strategy string  `json:"strategy"`
	Seed     uint64  `json:"seed"`
	Phase    string  `json:"phase,omitempty"` // what the run alone is for, where it is not the comparison itself
	Cost     float64 `json:"cost"`            // about what it takes, in images of a one-stage detector
}

// unfinished is the error with which a round ends that leaves it at that.
type unfinished struct{ Round }

func (u *unfinished) Error() string {
	return fmt.Sprintf("%d runs of a round are missing", len(u.Runs))
}

// round deals with runs that follow from what earlier rounds have found, and
// not from each other: it takes over those that are there, and trains the
// others, or does what else m.way says. Whatever a comparison trains comes by
// here, a round after the other; runs of an earlier round are passed over. The
// lines of results that have ended are in the folder before it trains, and
// after it, however it ends; while there is nothing to train, those of an
// earlier process stay, which may be of more rounds.
func (m *comparison) round(ctx context.Context, runs []one) error {
	fresh := m.fresh(runs)
	m.begin(len(fresh))
	missing, err := m.takeOver(ctx, fresh, m.way)
	if err != nil {
		return err
	}
	results := len(missing) > 0 && missing[0].phase == ""
	if results {
		if err := m.exportRuns(); err != nil {
			return err
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if err = m.way.missing(ctx, missing, len(missing) < len(fresh)); err != nil && results {
		err = errors.Join(err, m.exportRuns())
	}
	return err
}

// fresh returns the runs that were in no round before.
func (m *comparison) fresh(runs []one) (fresh []one) {
	for _, o := range runs {
		if !m.known[o.mark] {
			m.known[o.mark] = true
			fresh = append(fresh, o)
		}
	}
	return fresh
}

// roundOf returns runs as the part of a round that is missing.
func roundOf(missing []one, begun bool) Round {
	r := Round{Begun: begun, Runs: make([]Planned, len(missing))}
	for i, o := range missing {
		r.Phase = o.phase
		r.Runs[i] = Planned{Strategy: o.key.Strategy, Seed: o.key.Seed, Phase: o.key.Phase, Cost: plan.Cost(o.job.Strategy, o.job.Images)}
	}
	return r
}

// Shards returns which of count shards each run falls to, from 1.
func (r Round) Shards(count int) []int {
	costs := make([]float64, len(r.Runs))
	for i, run := range r.Runs {
		costs[i] = run.Cost
	}
	return plan.Shards(costs, count)
}

// way is how a comparison deals with the runs of a round.
type way struct {
	load    loader                                                     // finds those that are there
	again   bool                                                       // those of them that broke, of which nothing is known, are done again
	taken   func(trainer.Record, one)                                  // takes one of these in
	missing func(ctx context.Context, missing []one, begun bool) error // does what is to be done about the others; begun if some are there
}

// loader returns the body of a run that is there and that check finds nothing
// wrong with.
type loader func(k store.Key, mark string, check func(body []byte) error) (body []byte, ok bool, err error)
