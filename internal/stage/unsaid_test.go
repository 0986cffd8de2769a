package stage

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/sampling"
)

func TestTheSamplerThatLeavesItUnsaidIsFound(t *testing.T) {
	quiet, mining := struct{ sampling.Sampler }{sampling.All{}}, sampling.OHEM{Num: 8}
	for s, want := range map[sampling.Sampler]sampling.Sampler{
		sampling.All{}: nil, quiet: quiet, sampling.NewISRP(quiet): quiet,
		&sampling.ISRP{Sampler: sampling.Combined{Positive: mining, Negative: quiet}}:    quiet,
		&sampling.Combined{Positive: mining, Negative: quiet}:                            quiet,
		sampling.Combined{Positive: quiet, Negative: mining}:                             nil,
		sampling.Combined{Positive: quiet, Negative: struct{ sampling.Sampler }{mining}}: struct{ sampling.Sampler }{mining},
	} {
		assert.Equal(t, want, UnsaidBy(s), "%#v", s)
	}
}
