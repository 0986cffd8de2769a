package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Boxes lie in memory one after the other, four float32 each, and are calculated with as four vectors of float64, one a
// column. Where eight are a vector, the last four are in the upper halves of the rows of the first.

const boxBytes = 16

// columns loads a vector's boxes.
func (c *calculation) columns(base reg.Register) (column [4]*value) {
	var row [4]*value
	for i := range row {
		row[i] = c.step(func(to reg.VecPhysical, _ []Op) {
			VMOVUPS(Mem{Base: base, Disp: boxBytes * i}, to.AsX())
			if c.Wide() {
				VINSERTF32X4(Imm(1), Mem{Base: base, Disp: boxBytes * (4 + i)}, to.AsY(), to.AsY())
			}
		})
	}
	for k, v := range c.turned(row) {
		column[k] = c.long(v)
	}
	return column
}

// put writes a vector's boxes.
func (c *calculation) put(column [4]*value, base reg.Register) {
	var short [4]*value
	for k, v := range column {
		short[k] = c.short(v)
	}
	for i, v := range c.turned(short) {
		c.effect(func(_ reg.VecPhysical, of []Op) {
			row := of[1].(reg.VecPhysical)
			VMOVUPS(row.AsX(), Mem{Base: base, Disp: boxBytes * i})
			if c.Wide() {
				VEXTRACTF32X4(Imm(1), row.AsY(), Mem{Base: base, Disp: boxBytes * (4 + i)})
			}
		}, c.number(0), v)
	}
}

// short is v as float32, and long a short v as float64.
func (c *calculation) short(v *value) *value {
	return c.step(func(to reg.VecPhysical, of []Op) {
		if c.Wide() {
			VCVTPD2PS(of[0], c.half(to))
		} else {
			VCVTPD2PSY(of[0], c.half(to))
		}
	}, v)
}

func (c *calculation) long(v *value) *value {
	return c.step(func(to reg.VecPhysical, of []Op) { VCVTPS2PD(c.half(of[1]), to) }, c.number(0), v)
}

// rounded is what float32 keeps of v.
func (c *calculation) rounded(v *value) *value { return c.long(c.short(v)) }

// half is the half of a vector that holds a float32 for each float64.
func (c *calculation) half(v Op) reg.Register {
	if c.Wide() {
		return v.(reg.VecPhysical).AsY()
	}
	return v.(reg.VecPhysical).AsX()
}

// turned makes rows of columns of float32, four by four, and columns of rows.
func (c *calculation) turned(x [4]*value) [4]*value {
	pair := func(instruction func(ops ...Op), a, b *value) *value {
		return c.step(func(to reg.VecPhysical, of []Op) {
			instruction(c.half(of[2]), c.half(of[1]), c.half(to))
		}, c.number(0), a, b)
	}
	low, lower := pair(VUNPCKLPS, x[0], x[1]), pair(VUNPCKLPS, x[2], x[3])
	high, higher := pair(VUNPCKHPS, x[0], x[1]), pair(VUNPCKHPS, x[2], x[3])
	return [4]*value{
		pair(VUNPCKLPD, low, lower), pair(VUNPCKHPD, low, lower), pair(VUNPCKLPD, high, higher), pair(VUNPCKHPD, high, higher),
	}
}
