package main

import (
	"fmt"
	"math"
	"slices"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// machine is an instruction set: vectors of float64, one number a box.
type machine struct {
	isa.Set
	boxes   int // in a vector
	vectors []reg.VecPhysical
}

func avx2() *machine {
	return &machine{isa.AVX2, 4, []reg.VecPhysical{
		reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7, reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15,
	}}
}

func avx512() *machine {
	return &machine{isa.AVX512, 8, []reg.VecPhysical{
		reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7, reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23, reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
	}}
}

// calculation is what a kernel does with a vector of boxes, step by step. Steps whose values nothing needs are left out.
type calculation struct {
	*machine
	steps     []*value
	constants map[uint64]*value
}

// value is the vector that a step leaves.
type value struct {
	write func(to reg.VecPhysical, of []Op) // nil for a constant
	of    []*value                          // operands, of which the first may be memory
	held  reg.VecPhysical                   // where it is, nil if only in memory
	home  Op                                // its memory, nil if it has none yet
	uses  []int                             // steps that still need it
	acts  bool                              // the step is done for what it does, not for its value
}

// step adds one that writes a value. What it writes may not be one of its operands, unless one instruction does it all.
func (c *calculation) step(write func(to reg.VecPhysical, of []Op), of ...*value) *value {
	v := &value{write: write, of: of}
	c.steps = append(c.steps, v)
	return v
}

// effect adds a step that is done for what it does. It may use the vector that it is given.
func (c *calculation) effect(write func(scratch reg.VecPhysical, of []Op), of ...*value) {
	c.step(write, of...).acts = true
}

// bits is a constant in every lane.
func (c *calculation) bits(v uint64) *value {
	if k, ok := c.constants[v]; ok {
		return k
	}
	k := &value{home: isa.Table(fmt.Sprintf("all%016x%s", v, c.Name), slices.Repeat([]Constant{U64(v)}, c.boxes)...)}
	c.constants[v] = k
	return k
}

func (c *calculation) number(v float64) *value { return c.bits(math.Float64bits(v)) }

// two is an instruction of two operands: of Go's, the first comes last.
func (c *calculation) two(instruction func(ops ...Op), a, b *value) *value {
	return c.step(func(to reg.VecPhysical, of []Op) { instruction(of[0], of[1], to) }, b, a)
}

func (c *calculation) add(a, b *value) *value { return c.two(VADDPD, a, b) }
func (c *calculation) sub(a, b *value) *value { return c.two(VSUBPD, a, b) }
func (c *calculation) mul(a, b *value) *value { return c.two(VMULPD, a, b) }
func (c *calculation) div(a, b *value) *value { return c.two(VDIVPD, a, b) }
func (c *calculation) and(a, b *value) *value { return c.two(VANDPD, a, b) }
func (c *calculation) xor(a, b *value) *value { return c.two(VXORPD, a, b) }
func (c *calculation) or(a, b *value) *value  { return c.two(VORPD, a, b) }

// least and most return b where one is NaN.
func (c *calculation) least(a, b *value) *value { return c.two(VMINPD, a, b) }
func (c *calculation) most(a, b *value) *value  { return c.two(VMAXPD, a, b) }

func (c *calculation) sqrt(a *value) *value {
	return c.step(func(to reg.VecPhysical, of []Op) { VSQRTPD(of[0], to) }, a)
}

const signBit = 1 << 63

func (c *calculation) minus(a *value) *value { return c.xor(a, c.bits(signBit)) }

// signed is 1 with the sign of a.
func (c *calculation) signed(a *value) *value { return c.or(c.number(1), c.and(a, c.bits(signBit))) }

func (c *calculation) abs(a *value) *value { return c.and(a, c.bits(^uint64(signBit))) }

// when is x where a compares with b, else 0.
func (c *calculation) when(a *value, compares uint64, b, x *value) *value {
	return c.step(func(to reg.VecPhysical, of []Op) {
		if c.Wide() {
			VCMPPD(Imm(compares), of[0], of[1], reg.K1)
			VMOVAPD_Z(of[2], reg.K1, to)
		} else {
			VCMPPD(Imm(compares), of[0], of[1], to)
			VANDPD(of[2], to, to)
		}
	}, b, a, x)
}

// either is x where a compares with b, else y.
func (c *calculation) either(a *value, compares uint64, b, x, y *value) *value {
	return c.step(func(to reg.VecPhysical, of []Op) {
		if c.Wide() {
			VCMPPD(Imm(compares), of[0], of[1], reg.K1)
			VBLENDMPD(of[2], of[3], reg.K1, to)
		} else {
			VCMPPD(Imm(compares), of[0], of[1], to)
			VBLENDVPD(to, of[2], of[3], to)
		}
	}, b, a, x, y)
}

// unless leaves for a label unless all a compare with b.
func (c *calculation) unless(a *value, compares uint64, b *value, label string) {
	c.effect(func(scratch reg.VecPhysical, of []Op) {
		all := GP32()
		if c.Wide() {
			VCMPPD(Imm(compares), of[0], of[1], reg.K1)
			KMOVW(reg.K1, all)
		} else {
			VCMPPD(Imm(compares), of[0], of[1], scratch)
			VMOVMSKPD(scratch, all)
		}
		CMPL(all, Imm(1<<c.boxes-1))
		JNE(LabelRef(label))
	}, b, a)
}

// numbers loads one float64 a box.
func (c *calculation) numbers(at Mem) *value {
	return c.step(func(to reg.VecPhysical, _ []Op) { VMOVUPD(at, to) })
}

// same loads a float64 for all boxes.
func (c *calculation) same(at Mem) *value {
	return c.step(func(to reg.VecPhysical, _ []Op) { VBROADCASTSD(at, to) })
}

// store writes one float64 a box.
func (c *calculation) store(v *value, at Mem) {
	c.effect(func(_ reg.VecPhysical, of []Op) { VMOVUPD(of[1], at) }, c.number(0), v)
}
