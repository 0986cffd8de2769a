package study

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatMadeRunsIsKnownByAllOfItsCommands(t *testing.T) {
	e := experiment(t, "dense")
	for command, want := range map[string][2]bool{
		"":                                       {false, false},
		"detsample compare dense":                {false, false},
		"detsample study":                        {true, false},
		"detsample study dense":                  {true, false},
		"detsample study dense/dense --jobs 1":   {true, true},
		"detsample study --out runs/dense dense": {true, false},
		"'my study' study rpn dense/dense":       {true, true},
	} {
		o := Origin{Command: command}
		assert.Equal(t, want, [2]bool{o.OfStudy(), o.Names(&e)}, command)
		both := Origin{Command: "detsample compare x.yaml"}.and(Origin{Command: command, Machine: "another"})
		assert.Equal(t, want, [2]bool{both.OfStudy(), both.Names(&e)}, "after a comparison: %s", command)
	}
}
