package summary

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/trainer"
)

func TestRunsOfSeveralProgramsAreSaidToBe(t *testing.T) {
	run := func(strategy string, seed uint64, stopped bool, code ...string) *trainer.Run {
		r := &trainer.Run{Strategy: strategy, Seed: seed, Broken: stopped}
		for i := 0; i < len(code); i += 2 {
			r.Code = append(r.Code, trainer.CodeFile{Name: code[i], Digest: code[i+1]})
		}
		return r
	}
	assert.Empty(t, mixed(nil))
	assert.Empty(t, mixed([]*trainer.Run{
		run("a", 1, false, "v.py", "1"), run("a", 2, false, "v.py", "1"), run("a", 3, false), run("a", 4, true, "v.py", "2"),
	}), "nothing is known of one, and one has no part in a mean")
	assert.Equal(t, []string{
		"The figures are of several programs: v.py, which the trainer's command names, changed between runs, of which " +
			"3 are of one version (first a #1), 1 is of another (first a #3) and 1 is of another (first b #3). " +
			"Compare without --resume for figures of one; with --input v.py, such a change is refused.",
	}, mixed([]*trainer.Run{
		run("a", 1, false, "m.py", "5", "v.py", "1"), run("a", 2, false, "m.py", "5", "v.py", "1"), run("a", 3, false, "m.py", "5", "v.py", "2"),
		run("b", 1, false, "m.py", "5", "v.py", "1"), run("b", 3, false, "m.py", "5", "v.py", "1", "v.py", "2"),
	}))
}
