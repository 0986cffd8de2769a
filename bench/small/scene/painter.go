package scene

import (
	"math"
	"math/rand/v2"
)

// painter draws one image at a time; its buffers serve every image.
type painter struct {
	c       Config
	rng     *rand.Rand
	canvas  []float32 // HWC, 0 to 1
	lattice []float32
	lines   []float32 // see across
	mask    mask
}

func newPainter(c Config) *painter {
	return &painter{c: c, canvas: make([]float32, 3*c.Size*c.Size)}
}

// contrastSpan is how far above its lowest value a shape's contrast reaches.
const contrastSpan = 0.3

// contrast draws how far a shape stands out from its ground.
func (p *painter) contrast() float64 {
	return min(1, p.c.Contrast+contrastSpan*p.rng.Float64())
}

// Contrasts returns the lowest and the highest contrast of a shape with the ground
// about it, of full range.
func (c Config) Contrasts() (low, high float64) { return c.Contrast, min(1, c.Contrast+contrastSpan) }

// draw paints a shape and, with probability Occlusion, a bar across it.
// Objects and look-alikes are painted alike, so that only the outline tells
// them apart.
func (p *painter) draw(s shape) {
	p.fill(s.outline, p.contrast())
	if p.rng.Float64() >= p.c.Occlusion {
		return
	}
	cx, cy := s.box.Center()
	size := float64(max(s.box.Width(), s.box.Height()))
	shift := 0.3 * size * (2*p.rng.Float64() - 1)
	sin, cos := math.Sincos(math.Pi * p.rng.Float64())
	at := point{float64(cx) - shift*sin, float64(cy) + shift*cos}
	p.fill(bar(at, (1.2+p.rng.Float64())*size, (0.15+0.2*p.rng.Float64())*size, math.Atan2(sin, cos)), p.contrast())
}

// fill paints an outline lighter or darker than the mean of what it covers by
// the given contrast, with a slight random hue and a slight gradient.
func (p *painter) fill(o outline, contrast float64) {
	p.mask.render(o, p.c.Size)
	mean, ok := p.covered()
	if !ok {
		return
	}
	light := (mean[0] + mean[1] + mean[2]) / 3
	amount := float32(contrast)
	// Away from the limit that would swallow the contrast, else at random.
	if up := light+amount <= 0.95; light-amount >= 0.05 && (!up || p.rng.IntN(2) == 0) || !up && light > 0.5 {
		amount = -amount
	}
	hue := p.colour(0.7, 1.3)
	slope := 0.3 * amount * (2*p.rng.Float32() - 1)
	m := &p.mask
	for row := range m.h {
		shade := amount + slope*(float32(row)/float32(m.h)-0.5)
		for col := range m.w {
			a := m.cover[row*m.w+col]
			px := p.canvas[3*((m.y+row)*p.c.Size+m.x+col):][:3]
			for k := range px {
				px[k] += a * (mean[k] + hue[k]*shade - px[k])
			}
		}
	}
}

// covered returns the mean colour under the mask, weighted by its coverage.
func (p *painter) covered() (mean [3]float32, ok bool) {
	m := &p.mask
	var total float32
	for row := range m.h {
		for col := range m.w {
			a := m.cover[row*m.w+col]
			total += a
			px := p.canvas[3*((m.y+row)*p.c.Size+m.x+col):][:3]
			for k := range mean {
				mean[k] += a * px[k]
			}
		}
	}
	if total == 0 {
		return mean, false
	}
	for k := range mean {
		mean[k] /= total
	}
	return mean, true
}

// develop adds the noise and writes the canvas as bytes.
func (p *painter) develop(pix []uint8) {
	sigma := float32(p.c.Noise)
	for i, v := range p.canvas {
		if sigma > 0 {
			v += sigma * float32(p.rng.NormFloat64())
		}
		if v < 0 {
			v = 0
		} else if v > 1 {
			v = 1
		}
		pix[i] = uint8(255*v + 0.5)
	}
}
