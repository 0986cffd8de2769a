package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func measured(goal float64) *measurement {
	return &measurement{
		operation: &operation{name: "decode", size: "200k", peer: "torchvision", goal: goal},
		ours:      []float64{2, 1, 3}, theirs: []float64{11, 10, 9}, ratios: []float64{5, 6},
		ways:       ways{Chosen: "traced", Tried: map[string]float64{"traced": 9, "eager": 12}},
		agreement:  []agreed{{"boxes", 1e-7}, {"kept", 0}},
		bytes:      1e6,
		ourScaling: 1.5, theirScaling: 1.2,
	}
}

func TestTheDocumentShowsWhatIsMissedAndWhatIsAbsent(t *testing.T) {
	missed, reached, absent := measured(6), measured(5), &measurement{operation: &operation{name: "NMS", size: "2000", peer: "torchvision", goal: 2}, absent: true}
	d := &document{plan: plan{rounds: 2, turn: time.Second, threads: 2}, bandwidth: 1e9, measured: []*measurement{missed, reached, absent}}
	text := d.String()
	assert.Contains(t, text, "| decode | 200k | torchvision | 2.00 (1.00-3.00) | 10.0 (9.00-11.0) | **5.00** | 6 **missed** | 50% | 1.50 **missed** | 1.20 |\n")
	assert.Contains(t, text, "**5.00** | 5 reached |")
	assert.Contains(t, text, "| NMS | 2000 | torchvision | - | not installed | - | - | - | - | - |\n")
	assert.Contains(t, text, "1 of 2 goals reached, 0 of 3 rows slower than the peer")
	assert.Contains(t, text, "| decode | 200k | traced | eager 12.0 | boxes within 1e-07, kept equal | 5.00-6.00 |\n")
}

func TestShareIsTheTimeOfACopyByOurs(t *testing.T) {
	m := measured(0)
	for bytes, want := range map[float64]string{0: "-", 1e6: "50%", 1e5: "5.0%", 1e3: "<0.1%"} {
		m.bytes = bytes
		assert.Equal(t, want, m.share(1e9))
	}
}

func TestManyOtherWaysAreCounted(t *testing.T) {
	w := ways{Chosen: "a", Tried: map[string]float64{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}}
	assert.Equal(t, "4, up to 5.00", w.others())
}

func TestWhatIsSlowerThanItsPeerIsMarked(t *testing.T) {
	m := measured(0)
	m.theirs = []float64{1}
	d := &document{measured: []*measurement{m}}
	assert.Contains(t, d.String(), "| **0.500** **slower** | - |")
	assert.Contains(t, d.String(), "0 of 0 goals reached, 1 of 1 rows slower than the peer")
}
