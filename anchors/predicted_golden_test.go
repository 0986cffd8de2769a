package anchors

import (
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// predictedPeer is a scene and what the peers make of it, written by
// bench/peers/predictive.
type predictedPeer struct {
	Kind            string
	Side            int
	Grid            [][2]int // strides and cells a side
	Labels          []int32
	Truth, Decoded  []float32
	Logits          []float32 // of 3 classes and the background
	Want            map[string]predictedMatch
	candidates      Candidates
	softmax, scores []float32
	truth           Truth
}

// predictedMatch are a peer's positives, in the order of the candidates.
type predictedMatch struct {
	GT          map[int]int32
	IoU, Metric []float32
}

const predictedClasses = 3

func readPredictedPeers(t *testing.T) []predictedPeer {
	file, err := os.Open("testdata/predictive.json.gz")
	require.NoError(t, err)
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	require.NoError(t, err)
	var scenes []predictedPeer
	require.NoError(t, json.NewDecoder(unzipped).Decode(&scenes))
	require.Len(t, scenes, 240)
	for i := range scenes {
		scenes[i].prepare()
	}
	return scenes
}

// prepare builds the candidates, squares of the stride's size around the
// points.
func (s *predictedPeer) prepare() {
	p := Pyramid{Ratios: []float32{1}, Offset: 0.5}
	for _, level := range s.Grid {
		p.Levels = append(p.Levels, Level{Stride: level[0], Sizes: []float32{float32(level[0])}})
	}
	s.candidates = Candidates{
		Box: p.Append(nil, s.Side, s.Side), Grid: p.Grids(s.Side, s.Side),
		Classes: predictedClasses, Decoded: boxesOf(s.Decoded),
	}
	s.truth = Truth{Box: boxesOf(s.Truth), Class: s.Labels}
	for row := range slices.Chunk(s.Logits, predictedClasses+1) {
		sum := 0.0
		for _, x := range row {
			sum += math.Exp(float64(x))
		}
		for _, x := range row[:predictedClasses] {
			s.scores = append(s.scores, float32(1/(1+math.Exp(-float64(x)))))
			s.softmax = append(s.softmax, float32(math.Exp(float64(x))/sum))
		}
	}
	s.candidates.Score = s.scores
}

// labels returns a peer's match as labels of all candidates.
func (s *predictedPeer) labels(peer string) []int32 {
	gt := make([]int32, len(s.candidates.Box))
	for i := range gt {
		gt[i] = Negative
	}
	for i, g := range s.Want[peer].GT {
		gt[i] = g
	}
	return gt
}

// positives returns the candidates that a peer matches, ascending.
func (m predictedMatch) positives() []int {
	var index []int
	for i := range m.GT {
		index = append(index, i)
	}
	slices.Sort(index)
	return index
}

// assignPredictedPeers runs the assigner over every scene and returns the number
// of positives.
func assignPredictedPeers(t *testing.T, a Assigner, check func(s *predictedPeer, dst *Assignment)) {
	var dst Assignment
	positives := 0
	for _, s := range readPredictedPeers(t) {
		a.Assign(&dst, &s.candidates, &s.truth)
		check(&s, &dst)
		positives += dst.Positives()
	}
	assert.Greater(t, positives, 240)
}

func TestSimOTAIsMmdetections(t *testing.T) {
	assignPredictedPeers(t, NewSimOTA(), func(s *predictedPeer, dst *Assignment) {
		require.Equal(t, s.labels("simota"), dst.GT, s.Kind)
		want := s.Want["simota"]
		for k, i := range want.positives() {
			require.InDelta(t, want.IoU[k], dst.IoU[i], 1e-6)
		}
	})
}

func TestDynamicSoftIsMmdetections(t *testing.T) {
	assignPredictedPeers(t, NewDynamicSoft(), func(s *predictedPeer, dst *Assignment) {
		require.Equal(t, s.labels("dynamic_soft"), dst.GT, s.Kind)
		want := s.Want["dynamic_soft"]
		for k, i := range want.positives() {
			require.InDelta(t, want.IoU[k], dst.Quality[i], 1e-6)
		}
	})
}

func TestTaskAlignedIsMmdetections(t *testing.T) {
	assignPredictedPeers(t, NewTaskAligned(), func(s *predictedPeer, dst *Assignment) {
		require.Equal(t, s.labels("task_aligned"), dst.GT, s.Kind)
		want := s.Want["task_aligned"]
		for k, i := range want.positives() {
			require.InDelta(t, want.IoU[k], dst.IoU[i], 1e-6)
			require.InDelta(t, want.quality(k), dst.Quality[i], 3e-6) // six times an IoU's error
		}
	})
}

// quality returns the soft target that TOOD's head makes of the k-th positive.
func (m predictedMatch) quality(k int) float32 {
	var metric, iou float32
	index := m.positives()
	for j, i := range index {
		if m.GT[i] == m.GT[index[k]] {
			metric, iou = max(metric, m.Metric[j]), max(iou, m.IoU[j])
		}
	}
	return m.Metric[k] / (metric + 10e-8) * iou
}

func TestHungarianIsMmdetections(t *testing.T) {
	softmax := NewHungarian()
	softmax.ClassCost, softmax.ClsWeight = CostProbability, 1
	for peer, h := range map[string]Hungarian{"hungarian_focal": NewHungarian(), "hungarian_softmax": softmax} {
		var dst Assignment
		for _, s := range readPredictedPeers(t) {
			if h.ClassCost == CostProbability {
				s.candidates.Score = s.softmax
			}
			h.Assign(&dst, &s.candidates, &s.truth)
			// Which of two equal ground truths gets which candidate is open.
			require.Equal(t, s.firstOfEqual(s.labels(peer)), s.firstOfEqual(dst.GT), "%s: %s", peer, s.Kind)
		}
	}
}

// firstOfEqual returns the labels with each ground truth replaced by the first
// that equals it.
func (s *predictedPeer) firstOfEqual(gt []int32) []int32 {
	gt = slices.Clone(gt)
	for i, g := range gt {
		for first := int32(0); first < g; first++ {
			if s.truth.Box[first] == s.truth.Box[g] && s.truth.Class[first] == s.truth.Class[g] {
				gt[i] = first
				break
			}
		}
	}
	return gt
}

func TestOTAIsThePublishedCodes(t *testing.T) {
	assignPredictedPeers(t, NewOTA(), func(s *predictedPeer, dst *Assignment) {
		require.Equal(t, s.labels("ota"), dst.GT, s.Kind)
	})
}
