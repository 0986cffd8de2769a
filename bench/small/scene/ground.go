package scene

import (
	"math"
	"slices"
)

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
	size := p.c.Size
	p.across(cell, nodes)
	for y := range size {
		j, t := node(y, cell)
		grey, hue := p.lines[j*size:][:2*size], p.lines[(nodes+j)*size:][:2*size]
		row := p.canvas[3*y*size:][:3*size]
		for x := range size {
			g := grey[x] + t*(grey[size+x]-grey[x])
			h := hue[x] + t*(hue[size+x]-hue[x])
			px := row[3*x:][:3]
			px[0] += g + h*tint[0]
			px[1] += g + h*tint[1]
			px[2] += g + h*tint[2]
		}
	}
}

// across blends every row of the two lattices, grey's before hue's, to the
// width of the image.
func (p *painter) across(cell float64, nodes int) {
	p.lines = slices.Grow(p.lines[:0], 2*nodes*p.c.Size)[:2*nodes*p.c.Size]
	for x := range p.c.Size {
		i, t := node(x, cell)
		for row := range 2 * nodes {
			v := p.lattice[row*nodes+i:][:2]
			p.lines[row*p.c.Size+x] = v[0] + t*(v[1]-v[0])
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

// colour draws each channel uniformly between lo and hi.
func (p *painter) colour(lo, hi float32) [3]float32 {
	var c [3]float32
	for k := range c {
		c[k] = lo + (hi-lo)*p.rng.Float32()
	}
	return c
}
