package looks

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestANameSaysHowAStrategyIsDrawn(t *testing.T) {
	for name, want := range map[string]Look{
		"ce": {byCE, Solid}, "rpn 512 + ce": {byCE, DrawnOut}, "512 + ce": {byCE, DrawnOut}, "all + focal": {byFocal, DotDashed},
		"gamma 2, alpha .25": {byFocal, Solid}, "gamma 0, alpha .25": {byFocal, DrawnOut}, "gamma 5, alpha .75": {byAlpha, DotDashed}, "alpha .9": {byAlpha, Solid}, "64 + ghm": {byHarmony, Solid},
		"focal, weight x.25": {byFocal, Dotted}, "ssd 3:1, weight x4": {byRatio, DrawnOut}, "512 + focal, weight x4": {byFocal, DrawnOut}, "all + focal, weight x4": {byFocal, Dashed},
	} {
		got, ok := Of(name)
		assert.True(t, ok, name)
		assert.Equal(t, want, got, name)
	}
	for _, name := range []string{"", "mine", "mine + yours", "gamma 2, alpha .3", "mine, weight x4"} {
		_, ok := Of(name)
		assert.False(t, ok, name)
	}
}
