package summary

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/stats"
	"detsample/bench/trainer"
)

func measured(strategy string, ar ...trainer.ProposalRecall) trainer.Record {
	return trainer.Record{Run: trainer.Run{Strategy: strategy, Proposals: ar}}
}

func TestProposalsAreAveragedOverTheRunsThatMeasuredThem(t *testing.T) {
	diverged := measured("two", trainer.ProposalRecall{Limit: 100, AR: 0})
	diverged.Run.Diverged = true
	records := []trainer.Record{
		measured("two"), // of a store written before they were measured
		measured("two", trainer.ProposalRecall{Limit: 100, AR: 0.2, ARS: -1, ARM: 0.5, ARL: 0.1}, trainer.ProposalRecall{Limit: 300, AR: 0.6, ARS: -1}),
		measured("two", trainer.ProposalRecall{Limit: 100, AR: 0.4, ARS: -1, ARM: -1, ARL: 0.3}, trainer.ProposalRecall{Limit: 300, AR: 0.8, ARS: -1}),
		measured("two", trainer.ProposalRecall{Limit: 50, AR: 0.9}), // at another limit
		measured("other", trainer.ProposalRecall{Limit: 100, AR: 1}),
		diverged,
	}
	got := proposals(records, "two")
	assert.Len(t, got, 2)
	assert.InDelta(t, 0.3, got[0].AR, 1e-12)
	assert.InDelta(t, 0.5, got[0].ARM, 1e-12)
	assert.InDelta(t, 0.2, got[0].ARL, 1e-12)
	assert.Equal(t, -1.0, got[0].ARS)
	assert.InDelta(t, 0.7, got[1].AR, 1e-12)
	assert.Equal(t, 300, got[1].Limit)
	assert.Nil(t, proposals(records[:1], "two"))
}

func TestTheVerdictsReasonsNameTheRecallOfProposals(t *testing.T) {
	of := func(name string, mean float64, ar ...float64) Strategy {
		s := Strategy{Strategy: name, AP: stats.Estimate{Mean: mean}}
		for i, v := range ar {
			s.Proposals = append(s.Proposals, trainer.ProposalRecall{Limit: []int{100, 300}[i], AR: v})
		}
		return s
	}
	s := &Summary{Strategies: []Strategy{of("dense", 0.6), of("a", 0.3, 0.5, 0.6), of("b", 0.4, 0.52, 0.61), of("c", 0.5, 0.51, 0.7)}}
	assert.Equal(t, "Recall of proposals: AR@100 52.0, AR@300 61.0 under b, the least 50.0, 60.0 under a.", proposed(s, "b"))
	assert.Equal(t, "Recall of proposals: AR@100 51.0, AR@300 70.0 under c, the least 50.0, 60.0 under a.", proposed(s, "dense"), "of the best that has any")
	assert.Equal(t, "Recall of proposals: AR@100 50.0, AR@300 60.0 under a, the most 52.0, 61.0 under b.", proposed(s, "a"))
	assert.Equal(t, "Recall of proposals: AR@100 50.0, AR@300 60.0 under a.", proposed(&Summary{Strategies: s.Strategies[:2]}, "a"))
	assert.Empty(t, proposed(&Summary{Strategies: s.Strategies[:1]}, "dense"))
}
