package registry

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

type wrapped struct{ sampler }

type wrappedPointer struct {
	*random
	Num int
}

type deeper struct{ wrapped }

// tolerant has methods of its pointer alone, which may be nil.
type tolerant struct{ n int }

func (p *tolerant) Sample() int {
	if p == nil {
		return 0
	}
	return p.n
}

func TestWhatIsEmbeddedAndNilIsNamed(t *testing.T) {
	const why = " embeds is nil, and its methods are called: set it, or write the methods"
	for want, v := range map[string]any{
		"sampler: the registry.sampler that registry.wrapped" + why:          wrapped{},
		"random: the *registry.random that registry.wrappedPointer" + why:    wrappedPointer{Num: 3},
		"part.sampler: the registry.sampler that registry.wrapped" + why:     struct{ Part any }{&wrapped{}},
		"wrapped.sampler: the registry.sampler that registry.wrapped" + why:  deeper{},
		"part.stringer: the fmt.Stringer that struct { fmt.Stringer }" + why: struct{ Part any }{struct{ fmt.Stringer }{}},
	} {
		assert.EqualError(t, Check(v), want)
	}
	assert.NoError(t, Check(wrapped{random{1, 0}}))
	assert.NoError(t, Check(wrappedPointer{random: &random{1, 0}}))
	assert.NoError(t, Check(struct{ *tolerant }{}))
	assert.NoError(t, Check(struct{ *time.Location }{}))
	assert.NoError(t, Check(struct{ Named sampler }{}), "a field may be left out")
}
