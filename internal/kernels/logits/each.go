package main

import (
	"slices"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// each is a kernel over lists: what it makes of a number depends on that and on its neighbours in other lists alone. A
// loss of a negative's logit is one, and all of them are written alike: the lists, what is the same for all elements, and
// the calculation.
type each struct {
	name     string   // of the Go function
	lists    []string // parameters that move along with the elements
	integers []string // those of integers, which follow
	fixed    string   // the other parameters' declarations, after n
	load     func()   // loads those
	heavy    bool     // one vector at a time where there are few registers

	// of writes the calculation for some vectors: load and store move vectors of a list.
	of func(vectors int, load func(list string) group, store func(list string, x group))
}

// write writes the kernel.
func (m *machine) write(k each) {
	lists := strings.Join(k.lists, ", ") + " *float32"
	if len(k.integers) > 0 {
		lists += ", " + strings.Join(k.integers, ", ") + " *int32"
	}
	m.begin(k.name, "func("+lists+", n int"+k.fixed+")", k.name+" for n elements, a positive multiple of 16")
	m.keep(signBit)
	at := map[string]reg.GPVirtual{}
	all := slices.Concat(k.lists, k.integers)
	for _, list := range all {
		at[list] = isa.Parameter(list)
	}
	n := isa.Parameter("n")
	if k.load != nil {
		k.load()
	}
	part := func(vectors int) {
		place := func(list string, v int) Mem { return Mem{Base: at[list], Disp: 4 * m.Lanes * v} }
		k.of(vectors, func(list string) group {
			return m.each(vectors, func(v int, x reg.VecVirtual) { VMOVUPS(place(list, v), x) })
		}, func(list string, x group) {
			for v := range x {
				VMOVUPS(x[v], place(list, v))
			}
		})
		if x := at["x"]; x != nil {
			m.bringNear(x, 0, vectors)
		}
		for _, list := range all {
			ADDQ(U32(4*m.Lanes*vectors), at[list])
		}
		SUBQ(U32(m.Lanes*vectors), n)
	}
	vectors := m.chains
	if k.heavy && !m.Wide() {
		vectors = 1
	}
	wide := uint32(vectors * m.Lanes)
	if wide > step { // and a last block may be left over
		CMPQ(n, U32(wide))
		JLT(LabelRef("last"))
	}
	Label("loop")
	part(vectors)
	if wide <= step {
		JNZ(LabelRef("loop"))
	} else {
		CMPQ(n, U32(wide))
		JGE(LabelRef("loop"))
		TESTQ(n, n)
		JZ(LabelRef("done"))
		Label("last")
		part(1)
		Label("done")
	}
	VZEROUPPER()
	RET()
}

// broadcast is a parameter in every lane.
func (m *machine) broadcast(name string) reg.VecVirtual {
	x := m.Vector()
	VBROADCASTSS(isa.Address(name), x)
	return x
}

// same are n times the same register.
func same(n int, x reg.VecVirtual) group {
	g := make(group, n)
	for i := range g {
		g[i] = x
	}
	return g
}
