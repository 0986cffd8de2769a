package losses

import (
	"fmt"
	"iter"
	"math"
	"strconv"

	"detsample/anchors"
)

// Scarcity counts what a stage lacked: objects without a candidate, and images
// of which the sampler kept too little of one kind, with a weight above 0.
// Each step's is in its [Balance]; over a training they add up.
type Scarcity struct {
	Images int `json:"images"`
	Truths int `json:"truths"` // ground truths in them

	// Unmatched ground truths are those that no candidate was assigned to,
	// before sampling. Of these, by the first that holds, Smaller and Larger
	// have an area beyond that of all candidates, and Narrower are more
	// elongated, upright or lying, than any; what made the others lose is not
	// known (overlap too low, another object took their candidate).
	Unmatched int `json:"unmatched"`
	Smaller   int `json:"smaller"`
	Larger    int `json:"larger"`
	Narrower  int `json:"narrower"`

	// FewPositives are images with ground truth of which the sampler kept no
	// positive, or under a tenth of those it asks for; Asked is how many it
	// asked for in them, Kept how many positives it kept, and Beside how many
	// negatives.
	FewPositives int `json:"few_positives"`
	Asked        int `json:"asked"`
	Kept         int `json:"kept"`
	Beside       int `json:"beside"`

	NoNegatives int `json:"no_negatives"` // images of which the sampler kept no negative

	// Repeated are images whose random sample was drawn with a key that had been
	// used already: in the same place of the batch before, or by the image
	// before.
	Repeated int `json:"repeated,omitempty"`
}

// All returns every count by its name in JSON.
func (s Scarcity) All() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for _, c := range [...]struct {
			name string
			n    int
		}{
			{"images", s.Images}, {"truths", s.Truths},
			{"unmatched", s.Unmatched}, {"smaller", s.Smaller}, {"larger", s.Larger}, {"narrower", s.Narrower},
			{"few_positives", s.FewPositives}, {"asked", s.Asked}, {"kept", s.Kept}, {"beside", s.Beside},
			{"no_negatives", s.NoNegatives}, {"repeated", s.Repeated},
		} {
			if !yield(c.name, c.n) {
				return
			}
		}
	}
}

// Add adds what other images or steps lacked.
func (s *Scarcity) Add(o Scarcity) {
	s.Images += o.Images
	s.Truths += o.Truths
	s.Unmatched += o.Unmatched
	s.Smaller += o.Smaller
	s.Larger += o.Larger
	s.Narrower += o.Narrower
	s.FewPositives += o.FewPositives
	s.Asked += o.Asked
	s.Kept += o.Kept
	s.Beside += o.Beside
	s.NoNegatives += o.NoNegatives
	s.Repeated += o.Repeated
}

// Sampled adds what the sampler kept of an image that has so many ground
// truths, when asked positives were wanted (0: as many as there are).
func (s *Scarcity) Sampled(truths, asked, positives, negatives int) {
	s.Images++
	s.Truths += truths
	if truths > 0 && (positives == 0 || positives*scarce < asked) {
		s.FewPositives++
		s.Asked += asked
		s.Kept += positives
		s.Beside += negatives
	}
	if negatives == 0 {
		s.NoNegatives++
	}
}

// scarce is the factor by which a sampler's positives must fall short to count
// as few: a ratio is then one in name only.
const scarce = 10

// Shares from which a training is warned of.
const (
	unmatchedShare = 0.01 // of the ground truths
	imageShare     = 0.1  // of the images
)

// The traps of a training.
const (
	// unmatchedTruth: ground truths that no candidate stands for, which the stage
	// therefore never learns. All peers pass over them in silence.
	unmatchedTruth anchors.Trap = "unmatched_truth"

	// fewPositives: images with objects of which a sampler keeps no positive,
	// or so few that its ratio is one in name only. All peers fill up with
	// negatives, so that "1:1" trains at 1:50.
	fewPositives anchors.Trap = "few_positives"

	// noNegatives: images of which a sampler keeps no negative, as hard
	// negative mining at a ratio does where it has no positive (SSD and its
	// peers), so that nothing is learned from background.
	noNegatives anchors.Trap = "no_negatives"

	// repeatedKey: a random sampler is given the same key at every step (a Step
	// left at 0) or for all images (an ID left at 0), and so draws the same
	// candidates each time: a training on 256 of 200 000 anchors.
	repeatedKey anchors.Trap = "repeated_key"
)

// Warnings returns the traps that a training was in: 1% of ground truths
// unmatched, or a tenth of the images with few positives, without negatives or
// drawn with a repeated key. Where is "assigner" or "sampler".
func (s Scarcity) Warnings() []anchors.Warning {
	var list []anchors.Warning
	if part(s.Unmatched, s.Truths) >= unmatchedShare {
		list = append(list, s.unmatched())
	}
	if part(s.FewPositives, s.Images) >= imageShare {
		list = append(list, s.fewPositives())
	}
	if part(s.NoNegatives, s.Images) >= imageShare {
		list = append(list, anchors.Warning{
			Trap: noNegatives, Where: "sampler",
			Detail: percent(s.NoNegatives, s.Images) + " of images gave no negative: background there taught nothing",
			Remedy: "min_negatives above 0 (hard_negative), no budget per_batch (ohem), or a higher neg_iou if none is assigned",
		})
	}
	if part(s.Repeated, s.Images) >= imageShare {
		list = append(list, anchors.Warning{
			Trap: repeatedKey, Where: "sampler",
			Detail: percent(s.Repeated, s.Images) + " of images were sampled with a random key used just before, which draws the same candidates again",
			Remedy: "count the key's Step up with every step, and give each image an ID of its own",
		})
	}
	return list
}

func (s Scarcity) unmatched() anchors.Warning {
	w := anchors.Warning{
		Trap: unmatchedTruth, Where: "assigner",
		Detail: percent(s.Unmatched, s.Truths) + " of objects matched no candidate",
		Remedy: "lower pos_iou or min_pos_iou, or force matches; in a second stage join_truth",
	}
	for _, cause := range []struct {
		count         int
		words, remedy string
	}{
		{s.Smaller, "smaller", "smaller anchors on a finer stride"},
		{s.Larger, "larger", "larger anchors"},
		{s.Narrower, "more elongated", "anchors of more ratios"},
	} {
		if 2*cause.count >= s.Unmatched {
			w.Detail += fmt.Sprintf(", %s of these %s than all candidates", percent(cause.count, s.Unmatched), cause.words)
			w.Remedy = cause.remedy + ", or an assigner by distance (atss, rfla)"
			break
		}
	}
	return w
}

func (s Scarcity) fewPositives() anchors.Warning {
	images := float64(s.FewPositives)
	w := anchors.Warning{
		Trap: fewPositives, Where: "sampler",
		Detail: fmt.Sprintf("%s of images: %s positives found", percent(s.FewPositives, s.Images), figure(float64(s.Kept)/images)),
		Remedy: "match more candidates (lower pos_iou), or bound the negatives (negatives_per_positive)",
	}
	if s.Asked > 0 {
		w.Detail += " for " + figure(float64(s.Asked)/images) + " places"
	}
	if s.Kept > 0 {
		w.Detail += fmt.Sprintf("; used 1:%.0f", float64(s.Beside)/float64(s.Kept))
	} else {
		w.Detail += fmt.Sprintf(" beside %s negatives", figure(float64(s.Beside)/images))
	}
	return w
}

func part(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

func percent(n, of int) string { return rounded(100*part(n, of), 2) + "%" }

// figure writes a number to three digits.
func figure(v float64) string { return rounded(v, 3) }

func rounded(v float64, digits int) string {
	if v >= math.Pow10(digits-1) {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', digits, 64)
}
