package summary

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/trainer"
)

func TestRunsThatFailedAlikeAreOneFailure(t *testing.T) {
	var s Study
	assert.Empty(t, s.Failures())
	for _, r := range []trainer.Run{
		{Strategy: "a", Seed: 1, Failed: "no file"}, {Strategy: "a", Seed: 2}, {Strategy: "a", Seed: 3, Failed: "diverged"},
		{Strategy: "a", Seed: 4, Failed: "no file"}, {Strategy: "b", Seed: 1, Failed: "no file"},
	} {
		s.Records = append(s.Records, trainer.Record{Run: r})
	}
	assert.Equal(t, []Failure{{"a", "no file", []uint64{1, 4}}, {"a", "diverged", []uint64{3}}, {"b", "no file", []uint64{1}}}, s.Failures())
}

// A reason may name the run's own folder, in which all that was said is.
func TestRunsThatSaidTheSameFailedAlike(t *testing.T) {
	const said, other = "exit status 1: NameError: k (%s)", "exit status 1: NameError: q (%s)"
	var s Study
	for i, reason := range []string{
		fmt.Sprintf(said, "/a b/out/trainer/runs/focal-1-0123456789ab/stderr-1.txt"),
		fmt.Sprintf(said, "/a b/out/trainer/runs/focal-2-ba9876543210/stderr-1.txt"),
		fmt.Sprintf(said, "/a b/out/trainer/runs/focal-3-00000000000f/stderr-2.txt"),
		fmt.Sprintf(other, "/a b/out/trainer/runs/focal-4-00000000000e/stderr-1.txt"),
		fmt.Sprintf(said, "/a b/out/trainer/runs/focal/stderr-1.txt"),
		`C:\out\trainer\runs\focal-6-00000000000e\out\results.json: empty`,
		`C:\out\trainer\runs\focal-7-00000000000d\out\results.json: empty`,
	} {
		s.Records = append(s.Records, trainer.Record{Run: trainer.Run{Strategy: "focal", Seed: uint64(i + 1), Failed: reason}})
	}
	var seeds [][]uint64
	for _, f := range s.Failures() {
		seeds = append(seeds, f.Seeds)
	}
	assert.Equal(t, [][]uint64{{1, 2, 3}, {4}, {5}, {6, 7}}, seeds)
	assert.Equal(t, s.Records[0].Run.Failed, s.Failures()[0].Reason)
}
