package scene

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"detsample/bench/dataset"
)

// Generate draws the set that the configuration and the seed determine. It
// returns an error for a configuration out of range, and where an image has no
// room for MinObjects objects.
func Generate(c Config, seed uint64) (*dataset.Set, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	s := &dataset.Set{
		Name: "scene", Classes: classNames(c.Classes), Width: c.Size, Height: c.Size,
		Train: make([]dataset.Image, c.Train), Test: make([]dataset.Image, c.Test),
	}
	errs := make([]error, c.Train+c.Test)
	var next atomic.Int64
	var failed atomic.Bool
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(errs)) {
		workers.Go(func() {
			p := newPainter(c)
			for !failed.Load() {
				i := int(next.Add(1)) - 1
				if i >= len(errs) {
					return
				}
				if i < c.Train {
					s.Train[i], errs[i] = p.image(seed, train, i)
				} else {
					s.Test[i-c.Train], errs[i] = p.image(seed, test, i-c.Train)
				}
				if errs[i] != nil {
					failed.Store(true)
				}
			}
		})
	}
	workers.Wait()
	// Indices are taken in order, so the first failure is always among them.
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// split keys the two splits' streams of random numbers apart.
type split uint64

const (
	train split = 1
	test  split = 2
)

func (s split) String() string { return [...]string{"", "train", "test"}[s] }

// image draws image index of a split.
func (p *painter) image(seed uint64, from split, index int) (dataset.Image, error) {
	p.rng = rand.New(rand.NewPCG(mix(mix(seed)+uint64(from)), uint64(index)))
	shapes, err := p.arrange()
	if err != nil {
		return dataset.Image{}, fmt.Errorf("scene: %v image %d: %w", from, index, err)
	}
	p.ground()
	var objects []dataset.Object
	for _, s := range shapes {
		p.draw(s)
		if s.class >= 0 {
			objects = append(objects, dataset.Object{Box: s.box, Class: s.class})
		}
	}
	return dataset.Image{
		Name: fmt.Sprintf("%v/%05d", from, index), ID: int64(index + 1),
		Pix: p.develop(), Width: p.c.Size, Height: p.c.Size, Scale: 1,
		Objects: objects,
	}, nil
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood, 2014): seeds that
// differ in one bit give unrelated streams.
func mix(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
