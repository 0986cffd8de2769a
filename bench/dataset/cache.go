package dataset

import "sync"

// cache keeps the pixels of images, up to a number of bytes. What is in it stays:
// a run comes by all images before it comes by one again, so that the last used
// would be the last to be wanted.
type cache struct {
	room int64

	mu   sync.Mutex
	used int64
	held map[int]Pixels // by the index of the image
}

func (c *cache) get(i int) (Pixels, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.held[i]
	return p, ok
}

// put keeps pixels if there is room for them.
func (c *cache) put(i int, p Pixels) {
	c.mu.Lock()
	defer c.mu.Unlock()
	size := int64(len(p.Pix))
	if _, here := c.held[i]; here || c.used+size > c.room {
		return
	}
	if c.held == nil {
		c.held = map[int]Pixels{}
	}
	c.held[i] = p
	c.used += size
}
