package bench

import (
	"context"
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

	there []dealt // those that shards did, in their order
}

// dealt is a run of a round that is there, and was dealt to a shard.
type dealt struct {
	before int // how many of the missing runs come before it
	cost   float64
	shards int // how many they were dealt out to
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
	if err = m.way.missing(ctx, missing, roundOf(fresh, missing, m.way.sharedBy)); err != nil && results {
		err = withAfter(err, m.exportRuns())
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

// roundOf returns a round of runs some of which are missing, given how many
// shards shared those that are there.
func roundOf(runs, missing []one, sharedBy func(mark string) int) Round {
	r := Round{Begun: len(missing) < len(runs), Runs: make([]Planned, 0, len(missing))}
	for _, o := range runs {
		cost := plan.Cost(o.job.Strategy, o.job.Images)
		if next := len(r.Runs); next == len(missing) || o.mark != missing[next].mark {
			if shards := sharedBy(o.mark); shards > 0 {
				r.there = append(r.there, dealt{next, cost, shards})
			}
			continue
		}
		r.Phase = o.phase
		r.Runs = append(r.Runs, Planned{Strategy: o.key.Strategy, Seed: o.key.Seed, Phase: o.key.Phase, Cost: cost})
	}
	return r
}

// Shards returns which of count shards each run falls to, from 1. Runs that as
// many shards have shared already are dealt out with those that are missing, so
// that each of them keeps its share however often what they found is merged
// meanwhile; among another number of shards the missing runs alone are.
func (r Round) Shards(count int) []int {
	var costs []float64
	var missing []int // where among these costs
	there := r.there
	deal := func(before int) {
		for ; len(there) > 0 && there[0].before <= before; there = there[1:] {
			if there[0].shards == count {
				costs = append(costs, there[0].cost)
			}
		}
	}
	for i, run := range r.Runs {
		deal(i)
		missing = append(missing, len(costs))
		costs = append(costs, run.Cost)
	}
	deal(len(r.Runs))
	all := plan.Shards(costs, count)
	of := make([]int, len(missing))
	for i, at := range missing {
		of[i] = all[at]
	}
	return of
}

// way is how a comparison deals with the runs of a round.
type way struct {
	load     loader                                                  // finds those that are there
	again    bool                                                    // those of them that broke, of which nothing is known, are done again
	taken    func(trainer.Record, one)                               // takes one of these in
	sharedBy func(mark string) int                                   // how many shards shared one of these, 0 for none; see [store.Store.SharedBy]
	missing  func(ctx context.Context, missing []one, r Round) error // does what is to be done about the others, which are those of a round
}

// loader returns the body of a run that is there and that check finds nothing
// wrong with.
type loader func(k store.Key, mark string, check func(body []byte) error) (body []byte, ok bool, err error)
