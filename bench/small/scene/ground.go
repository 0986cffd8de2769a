package scene

import "math"

// ground fills the canvas with smooth noise of several octaves about a random
// colour, and strokes.
func (p *painter) ground() {
	base := p.colour(0.25, 0.75)
	tint := p.colour(-0.5, 0.5)
	for i := 0; i < len(p.canvas); i += 3 {
		copy(p.canvas[i:i+3], base[:])
	}
	amplitude := 0.3 * p.c.Texture
	for cell := float64(p.c.Size) / 2; cell >= 3; cell /= 2 {
		p.octave(cell, float32(amplitude), tint)
		amplitude *= 0.65
	}
	for range int(12*p.c.Texture*p.rng.Float64() + 0.5) {
		at := point{p.rng.Float64() * float64(p.c.Size), p.rng.Float64() * float64(p.c.Size)}
		length := (0.15 + 0.6*p.rng.Float64()) * float64(p.c.Size)
		width := 1 + 3*p.rng.Float64()
		p.fill(bar(at, length, width, math.Pi*p.rng.Float64()), 0.4*p.contrast())
	}
}

// octave adds value noise on a lattice of the given cell: uniform values at
// its nodes, blended by smoothstep between them. Grey and tint vary apart.
func (p *painter) octave(cell float64, amplitude float32, tint [3]float32) {
	nodes := int(float64(p.c.Size)/cell) + 2
	p.lattice = p.lattice[:0]
	for range 2 * nodes * nodes {
		p.lattice = append(p.lattice, amplitude*(2*p.rng.Float32()-1))
	}
	grey, hue := p.lattice[:nodes*nodes], p.lattice[nodes*nodes:]
	for y := range p.c.Size {
		j, ty := node(y, cell)
		for x := range p.c.Size {
			i, tx := node(x, cell)
			at := j*nodes + i
			g := blend(grey, at, nodes, tx, ty)
			h := blend(hue, at, nodes, tx, ty)
			px := p.canvas[3*(y*p.c.Size+x):][:3]
			for k := range px {
				px[k] += g + h*tint[k]
			}
		}
	}
}

// node returns the lattice node before a pixel and the smoothstep past it.
func node(pixel int, cell float64) (int, float32) {
	f := (float64(pixel) + 0.5) / cell
	i := int(f)
	t := float32(f - float64(i))
	return i, t * t * (3 - 2*t)
}

func blend(v []float32, at, stride int, tx, ty float32) float32 {
	top := v[at] + tx*(v[at+1]-v[at])
	bottom := v[at+stride] + tx*(v[at+stride+1]-v[at+stride])
	return top + ty*(bottom-top)
}

// colour draws each channel uniformly between lo and hi.
func (p *painter) colour(lo, hi float32) [3]float32 {
	var c [3]float32
	for k := range c {
		c[k] = lo + (hi-lo)*p.rng.Float32()
	}
	return c
}
