package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// Where an extent has what, in bytes.
const (
	extentLow   = 0
	extentHigh  = 16
	extentHull  = 32
	extentBytes = 48
)

// extent writes the kernel that finds the extent of a block.
func (m machine) extent() {
	TEXT("extent"+m.Name, NOSPLIT, "func(boxes *float32, extent *float32) uint32")
	Pragma("noescape")
	Doc(
		"extent"+m.Name+" does what extentOf does for a block of boxes that are numbers, and returns the largest of their",
		"coordinates' magnitudes as bits.",
	)
	boxes, extent := isa.Parameter("boxes"), isa.Parameter("extent")
	mask, half := m.broadcast(sign), m.broadcast(half)
	var low, high, least, most, magnitude reg.VecVirtual
	for v := range block * boxBytes / m.Bytes() {
		b, swapped, sum, shape, size := m.Vector(), m.Vector(), m.Vector(), m.Vector(), m.Vector()
		VMOVUPS(Mem{Base: boxes, Disp: v * m.Bytes()}, b)
		VPERMILPD(Imm(0b0101), b, swapped)
		VADDPS(swapped, b, sum)
		VMULPS(half, sum, sum)
		VSUBPS(b, swapped, size)
		VUNPCKLPD(size, sum, shape)
		VPAND(mask, b, size)
		if v == 0 {
			low, high, least, most, magnitude = b, m.Vector(), shape, m.Vector(), size
			VMOVAPS(b, high)
			VMOVAPS(shape, most)
			continue
		}
		VMINPS(b, low, low)
		VMAXPS(b, high, high)
		VMINPS(shape, least, least)
		VMAXPS(shape, most, most)
		VPMAXUD(size, magnitude, magnitude)
	}
	m.reduce(low, VMINPS)
	m.reduce(high, VMAXPS)
	m.reduce(least, VMINPS)
	m.reduce(most, VMAXPS)
	m.reduce(magnitude, VPMAXUD)
	VBLENDPS(Imm(0b1100), high.AsX(), low.AsX(), low.AsX())
	VMOVUPS(least.AsX(), Mem{Base: extent, Disp: extentLow})
	VMOVUPS(most.AsX(), Mem{Base: extent, Disp: extentHigh})
	VMOVUPS(low.AsX(), Mem{Base: extent, Disp: extentHull})
	other, largest := XMM(), GP32()
	for _, order := range []uint8{0b01_00_11_10, 0b10_11_00_01} {
		VPSHUFD(U8(order), magnitude.AsX(), other)
		VPMAXUD(other, magnitude.AsX(), magnitude.AsX())
	}
	VMOVD(magnitude.AsX(), largest)
	Store(largest, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// columns loads four numbers of each of eight extents, from an offset of the
// first on, and returns those columns of them that are asked for.
func (m machine) columns(extents reg.Register, offset int, wanted ...int) (columns [4]reg.VecVirtual) {
	var row [4]reg.VecVirtual
	for k := range row {
		row[k] = m.Vector()
		VBROADCASTF128(Mem{Base: extents, Disp: offset + k*extentBytes}, row[k])
		VINSERTF128(Imm(1), Mem{Base: extents, Disp: offset + (k+4)*extentBytes}, row[k], row[k])
	}
	var pairs [2][2]reg.VecVirtual // of columns, and of rows
	for _, c := range wanted {
		columns[c] = m.Vector()
		p := &pairs[c/2]
		if p[0] == nil {
			unpack := []func(ops ...Op){VUNPCKLPS, VUNPCKHPS}[c/2]
			p[0], p[1] = m.Vector(), m.Vector()
			unpack(row[1], row[0], p[0])
			unpack(row[3], row[2], p[1])
		}
		[]func(ops ...Op){VUNPCKLPD, VUNPCKHPD}[c%2](p[1], p[0], columns[c])
	}
	return columns
}

// mostIoU writes the kernel that bounds what the boxes of extents overlap.
func (m machine) mostIoU() {
	TEXT("mostIoU"+m.Name, NOSPLIT, "func(extents, truth, most *float32)")
	Pragma("noescape")
	Doc("mostIoU" + m.Name + " does what Extent.mostIoU does for a block of extents.")
	extents, truth, most := isa.Parameter("extents"), isa.Parameter("truth"), isa.Parameter("most")
	none, area, slack := m.Vector(), m.broadcast(Mem{Base: truth, Disp: truthArea}), m.broadcast(slack)
	zero(none)
	for part := range block / m.Lanes {
		at := part * m.Lanes * extentBytes
		hull := m.columns(extents, at+extentHull, 0, 1, 2, 3)
		corner := func(k int) reg.VecVirtual { return m.broadcast(Mem{Base: truth, Disp: 4 * k}) }
		for k := range 2 {
			VMINPS(corner(k+2), hull[k+2], hull[k+2])
			VMAXPS(corner(k), hull[k], hull[k])
			VSUBPS(hull[k], hull[k+2], hull[k+2])
			VMAXPS(none, hull[k+2], hull[k+2])
		}
		inter := hull[2]
		VMULPS(hull[3], inter, inter)
		size := m.columns(extents, at+extentHigh, 2, 3)
		VMULPS(size[3], size[2], size[2])
		VMINPS(size[2], inter, inter)
		size = m.columns(extents, at+extentLow, 2, 3)
		least, union := size[2], m.Vector()
		VMAXPS(none, least, least)
		VMULPS(size[3], least, least)
		VADDPS(least, area, union)
		VSUBPS(inter, union, union)
		VMAXPS(least, union, union)
		VMAXPS(area, union, union)
		VDIVPS(union, inter, inter)
		VMULPS(slack, inter, inter)
		VMAXPS(none, inter, inter) // none where nothing is divided by nothing
		VMOVUPS(inter, Mem{Base: most, Disp: part * m.Bytes()})
	}
	VZEROUPPER()
	RET()
}

// leastDistance writes the kernel that bounds how near the boxes of extents are.
func (m machine) leastDistance() {
	TEXT("leastDistance"+m.Name, NOSPLIT, "func(extents, shape, weight, least *float32)")
	Pragma("noescape")
	Doc("leastDistance" + m.Name + " does what LeastDistance does for a block of extents.")
	extents, shape, weight, least := isa.Parameter("extents"), isa.Parameter("shape"), isa.Parameter("weight"), isa.Parameter("least")
	none := m.Vector()
	zero(none)
	for part := range block / m.Lanes {
		at := part * m.Lanes * extentBytes
		var sum reg.VecVirtual
		for _, two := range [][]int{{0, 1}, {2, 3}} {
			low, high := m.columns(extents, at+extentLow, two...), m.columns(extents, at+extentHigh, two...)
			for _, k := range two {
				v, away := m.broadcast(Mem{Base: shape, Disp: 4 * k}), low[k]
				VSUBPS(v, away, away)
				VSUBPS(high[k], v, high[k])
				VMAXPS(high[k], away, away)
				VMAXPS(none, away, away)
				VMULPS(m.broadcast(Mem{Base: weight, Disp: 4 * k}), away, away)
				if k == 0 {
					sum = away
				} else {
					VADDPS(away, sum, sum)
				}
			}
		}
		VMOVUPS(sum, Mem{Base: least, Disp: part * m.Bytes()})
	}
	VZEROUPPER()
	RET()
}

var half, slack Mem

// boundConstants lays out what the kernels of extents multiply by.
func boundConstants() {
	half = isa.Table("half", U32(math.Float32bits(0.5)))
	slack = isa.Table("beyondRoundingBits", U32(math.Float32bits(1+1e-5)))
}
