package inspect

import (
	"fmt"

	"detsample/anchors"
)

const finerTopic = "finer level"

// finestStride is the finest that pyramids have in use.
const finestStride = 4

// finerAdvice advises a level of half the finest stride.
func finerAdvice(from *proposal, m *move) Advice {
	first := m.to.pyramid.Levels[0]
	return Advice{
		Topic:   finerTopic,
		Advice:  fmt.Sprintf("Add a level of stride %d, with sizes %s.", first.Stride, numbers(first.Sizes)),
		Because: fmt.Sprintf("With what is recommended so far %s of the objects are out of reach. A level of half the finest stride with half its sizes was measured over all objects.", percent(1-from.share)),
	}
}

// finer returns the pyramid with a level of half the finest stride before it,
// with sizes half as large.
func finer(p anchors.Pyramid) anchors.Pyramid {
	half := anchors.Level{Stride: p.Levels[0].Stride / 2}
	for _, s := range p.Levels[0].Sizes {
		half.Sizes = append(half.Sizes, s/2)
	}
	p.Levels = append([]anchors.Level{half}, p.Levels...)
	return p
}
