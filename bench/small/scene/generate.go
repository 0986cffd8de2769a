package scene

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"detsample/bench/dataset"
)

// Generate draws the set that the configuration and the seed determine. Where
// its training images are [Fresh], the set's Train is a sample of their like,
// for what is counted in them, and its Fresh draws them. It returns an error
// for a configuration out of range, and where an image has no room for
// MinObjects objects.
func Generate(c Config, seed uint64) (*dataset.Set, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	s := &dataset.Set{Name: "scene", Classes: classNames(c.Classes), Width: c.Size, Height: c.Size}
	count := int(c.Train)
	if c.Train == Fresh {
		count = sampled
		s.Fresh = func(run uint64) dataset.Stream { return newStream(c, seed, run) }
	}
	var err error
	if s.Train, err = draw(c, seed, train, count); err != nil {
		return nil, err
	}
	s.Test, err = draw(c, seed, test, c.Test)
	return s, err
}

// sampled is the number of training images in a set whose runs draw their own.
const sampled = 300

// Validation draws images to choose settings by, learning rates for instance:
// as many as there are test images, and none of those. It fails as [Generate]
// does.
func Validation(c Config, seed uint64) ([]dataset.Image, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return draw(c, seed, validation, c.Test)
}

// draw draws the first images of a split.
func draw(c Config, seed uint64, from split, count int) ([]dataset.Image, error) {
	images, errs := make([]dataset.Image, count), make([]error, count)
	var next atomic.Int64
	var failed atomic.Bool
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), count) {
		workers.Go(func() {
			p := newPainter(c)
			for !failed.Load() {
				i := int(next.Add(1)) - 1
				if i >= count {
					return
				}
				if errs[i] = p.image(&images[i], from.key(seed), uint64(i)); errs[i] != nil {
					errs[i] = fmt.Errorf("scene: %v image %d: %w", from, i, errs[i])
					failed.Store(true)
				}
				if from == train {
					p.forget(&images[i], from.key(seed), uint64(i))
				}
				images[i].Name, images[i].ID = fmt.Sprintf("%v/%05d", from, i), int64(i+1)
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
	return images, nil
}

// split keys the splits' streams of random numbers apart.
type split uint64

const (
	train      split = 1
	test       split = 2
	validation split = 3
	fresh      split = 4
)

func (s split) String() string {
	return [...]string{"", "train", "test", "validation", "fresh"}[s]
}

// key returns the key of a split's images.
func (s split) key(seed uint64) uint64 { return mix(mix(seed) + uint64(s)) }

// image draws an image into dst, whose memory it takes over.
func (p *painter) image(dst *dataset.Image, key, index uint64) error {
	p.rng = rand.New(rand.NewPCG(key, index))
	shapes, err := p.arrange()
	if err != nil {
		return err
	}
	p.ground()
	objects := dst.Objects[:0]
	for _, s := range shapes {
		p.draw(s)
		if s.class >= 0 {
			objects = append(objects, dataset.Object{Box: s.box, Class: s.class})
		}
	}
	pix := dst.Pix
	if len(pix) != len(p.canvas) {
		pix = make([]uint8, len(p.canvas))
	}
	p.develop(pix)
	*dst = dataset.Image{Pix: pix, Width: p.c.Size, Height: p.c.Size, Scale: 1, Objects: objects}
	return nil
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood, 2014): seeds that
// differ in one bit give unrelated streams.
func mix(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
