package plan

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"detsample/bench/strategy"
)

// Shard is a share of the runs of every round: the Index-th, from 1, of Count.
type Shard struct{ Index, Count int }

// maxShards is beyond any machine, and not yet a mistake.
const maxShards = 1_000_000

var shardText = regexp.MustCompile(`^([0-9]+)/([0-9]+)$`)

// ParseShard reads a shard as I/N.
func ParseShard(text string) (Shard, error) {
	parts := shardText.FindStringSubmatch(text)
	if parts == nil {
		return Shard{}, fmt.Errorf("%q: expected I/N, the I-th of N shards, from 1/N to N/N", text)
	}
	index, _ := strconv.Atoi(parts[1]) // of too many digits it is the largest int
	count, err := strconv.Atoi(parts[2])
	if err != nil || count > maxShards {
		return Shard{}, fmt.Errorf("%q: expected at most %d shards", text, maxShards)
	}
	s := Shard{index, count}
	return s, s.Validate()
}

// Validate reports a shard that is not one of its count.
func (s Shard) Validate() error {
	switch {
	case s.Count < 1 || s.Count > maxShards:
		return fmt.Errorf("%d shards: expected 1 to %d", s.Count, maxShards)
	case s.Index < 1 || s.Index > s.Count:
		return fmt.Errorf("shard %d of %d: expected 1 to %d", s.Index, s.Count, s.Count)
	}
	return nil
}

// String writes the shard as I/N.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Count) }

// Cost is about what a run takes, in images of a one-stage detector.
func Cost(s *strategy.Strategy, images int) float64 {
	if s.TwoStage() {
		return twoStageCost * float64(images)
	}
	return float64(images)
}

// twoStageCost is what a two-stage detector takes beside a one-stage one.
const twoStageCost = 1.5

// Shards deals runs out to shards, given their costs, so that the shards end at
// about the same time: the dearest first, each to the shard that has least so
// far (longest processing time, Graham 1969, at most a third longer than the
// best), the first of several. It returns the shard of each run, from 1. It
// follows from the costs and their order alone, so that machines that know the
// same deal alike without a word.
func Shards(costs []float64, count int) []int {
	order := make([]int, len(costs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(costs[b], costs[a]) })
	load, of := make([]float64, min(count, len(costs))), make([]int, len(costs))
	for _, i := range order {
		least := 0
		for k, l := range load {
			if l < load[least] {
				least = k
			}
		}
		load[least] += costs[i]
		of[i] = least + 1
	}
	return of
}
