package command

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestAStepSaysHowLongItWillTakeYet(t *testing.T) {
	var w strings.Builder
	p := newStepProgress(&w, false)
	clock := time.Unix(0, 0)
	p.now = func() time.Time { return clock }
	p.last = clock
	p.step("inspecting")
	clock = clock.Add(3 * time.Second)
	p.share(0.1)
	assert.Empty(t, w.String(), "a short step writes no line")
	clock = clock.Add(9 * time.Second)
	p.follow("inspecting", 0.25)
	assert.Equal(t, "inspecting, 25%, 36 s left\n", w.String())
	clock = clock.Add(9 * time.Second)
	p.share(0.5)
	p.follow("fitting anchors\x1b", 0)
	clock = clock.Add(100 * time.Second)
	p.follow("fitting anchors\x1b", 0.5)
	assert.Equal(t, "inspecting, 25%, 36 s left\nfitting anchors\\u001b, 50%, 1:40 min left\n", w.String())
}

func TestTheTimeLeftIsNotGuessedFromNothing(t *testing.T) {
	p := newStepProgress(&strings.Builder{}, false)
	clock := time.Unix(0, 0)
	p.now = func() time.Time { return clock }
	p.step("reading")
	clock = clock.Add(time.Minute)
	assert.Empty(t, p.left(0, " "))
	assert.Empty(t, p.left(1, " "))
	assert.Equal(t, " 1:00 min left", p.left(0.5, " "))
	p.step("next")
	assert.Empty(t, p.left(0.5, " "))
}

func TestALineOfProgressFitsTheTerminal(t *testing.T) {
	p := newStepProgress(&strings.Builder{}, false)
	p.width = 80
	p.step("replaying " + strings.Repeat("a long path/", 10))
	p.start = p.start.Add(-time.Hour)
	for _, width := range []int{40, 60, 80, 200} {
		p.width = width
		assert.LessOrEqual(t, len([]rune(p.describe(p.what, 0.25)))+barWidth+percentWidth, max(width, barWidth+percentWidth+len("…  3:00 h left")))
		assert.Contains(t, p.describe(p.what, 0.25), "3:00 h left")
	}
}
