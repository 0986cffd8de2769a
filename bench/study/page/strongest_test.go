package page

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

// trainedWith is an experiment with runs of so many seeds that see so many images.
func trainedWith(name string, seeds, images int) evidence.Experiment {
	s := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: name}}}
	for seed := range seeds {
		s.Runs = append(s.Runs, trainer.Run{Strategy: "ce", Seed: uint64(seed + 1), Images: images})
	}
	return s
}

func TestAClaimInShortIsOfTheStrongestExperimentOfAPlace(t *testing.T) {
	v := claims.Verdict{}
	for _, x := range []claims.Contrast{
		{Experiment: "rpn", A: "512 + focal", B: "512 + ce"}, {Experiment: "rpn", A: "all + focal", B: "512 + ce"},
		{Experiment: "rpn-long", A: "512 + focal", B: "512 + ce"}, {Experiment: "roi", A: "512 + focal", B: "512 + ce"},
	} {
		for _, j := range judgedAs(x, 1, -2) {
			v.Judged = append(v.Judged, *j)
		}
	}
	const both = "512 + focal is behind 512 + ce by 2.0 ± 1.0 AP; all + focal is behind 512 + ce by 2.0 ± 1.0 AP (`rpn`, 200 images, 4 seeds); 512 + focal is behind 512 + ce by 2.0 ± 1.0 AP (`roi`, 200 images, 4 seeds)"
	const each = "all + focal is behind 512 + ce by 2.0 ± 1.0 AP (`rpn`, 200 images, 4 seeds); " +
		"512 + focal is behind 512 + ce by 2.0 ± 1.0 AP (`rpn-long`, 200 images, 4 seeds); 512 + focal is behind 512 + ce by 2.0 ± 1.0 AP (`roi`, 200 images, 4 seeds)"
	for _, c := range []struct {
		seeds, images, longSeeds, longImages int
		want                                 string
	}{
		{6, 100, 12, 800, each},
		{6, 100, 6, 800, each},
		{30, 100, 12, 800, each}, // enough are as good as more
		{6, 100, 4, 800, both},
		{12, 800, 12, 100, both},
	} {
		list := []evidence.Experiment{trainedWith("rpn", 12, c.images), trainedWith("rpn-long", 12, c.longImages), trainedWith("roi", 12, 200)}
		assert.Equal(t, c.want, fourSeeds(strongestIn(paired(&v, map[string]int{"rpn": c.seeds, "rpn-long": c.longSeeds}), list)), "%+v", c)
	}
}

// The default comparison names what it has of the region proposal network by that.
func TestTheDefaultComparisonIsOfTheRegionProposalNetworkToo(t *testing.T) {
	v := claims.Verdict{}
	for _, x := range []claims.Contrast{{Experiment: "default", A: "rpn all + focal", B: "rpn 512 + ce"}, {Experiment: "rpn-long", A: "all + focal", B: "512 + ce"}} {
		for _, j := range judgedAs(x, 2) {
			v.Judged = append(v.Judged, *j)
		}
	}
	const long = "all + focal is ahead of 512 + ce by 2.0 ± 1.0 AP (`rpn-long`, 100 images, 4 seeds)"
	list := []evidence.Experiment{trainedWith("default", 30, 100), trainedWith("rpn-long", 12, 800)}
	assert.Equal(t, long, fourSeeds(strongestIn(paired(&v, map[string]int{"default": 30, "rpn-long": 12}), list)))
	assert.Equal(t, "rpn all + focal is ahead of rpn 512 + ce by 2.0 ± 1.0 AP (`default`, 100 images, 4 seeds); "+long,
		fourSeeds(strongestIn(paired(&v, map[string]int{"default": 30, "rpn-long": 3}), list)))
}

// paired gives so many seeds to the differences of experiments.
func paired(v *claims.Verdict, seeds map[string]int) *claims.Verdict {
	for i := range v.Judged {
		if n := seeds[v.Judged[i].Experiment]; n > 0 {
			v.Judged[i].Estimate.Seeds = n
		}
	}
	return v
}

// fourSeeds calls any number of seeds four.
func fourSeeds(text string) string {
	return regexp.MustCompile(`\d+ seeds`).ReplaceAllString(text, "4 seeds")
}

// A difference is told apart by the interval that decides, not by its own alone.
func TestTheStrongestEvidenceIsToldByWhatDecides(t *testing.T) {
	for want, j := range map[string]claims.Judged{
		"":                 {Estimate: stats.Estimate{Mean: 2, Low: 1, High: 3, Seeds: 4}, All: stats.Range{Low: 0.5, High: 3.5}},
		", not told apart": {Estimate: stats.Estimate{Mean: 2, Low: -1, High: 5, Seeds: 4}, All: stats.Range{Low: -2, High: 6}},
		", not told apart beside the claim's others": {Estimate: stats.Estimate{Mean: 2, Low: 1, High: 3, Seeds: 4}, All: stats.Range{Low: -1, High: 5}},
		", of fewer than 3 seeds":                    {Estimate: stats.Estimate{Mean: 2, Low: 1, High: 3, Seeds: 2}},
	} {
		assert.Equal(t, want, unless(&j))
	}
}

// strongestIn says what the strongest evidence of a claim came to.
func strongestIn(v *claims.Verdict, list []evidence.Experiment) string {
	return strings.Join(cameToAtEnd(strongest(v, list)), "; ")
}
