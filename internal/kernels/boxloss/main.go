// Command boxloss writes the assembly of package boxloss and its Go stubs.
// Run it through go generate in that package.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

func main() { isa.Write(avx2().rows, avx512().rows) }

// block is the most boxes of a call, and the distance of the numbers beside the boxes.
const block = 64

// rows writes one function that holds all kernels.
func (m *machine) rows() {
	TEXT("rows"+m.Name, 0, "func(kernel int, value *float64, grad, pred, truth *float32, more *float64, n int, parameters *float64) int")
	Pragma("noescape")
	Doc(
		fmt.Sprintf("rows%s evaluates up to n boxes, a positive multiple of %d, and returns how many it did: all, or those", m.Name, m.boxes),
		"before a vector of which one has no area to compare.",
	)
	f := &function{machine: m, done: GP64()}
	f.kernel = isa.Parameter("kernel")
	f.value, f.grad, f.pred, f.truth = isa.Parameter("value"), isa.Parameter("grad"), isa.Parameter("pred"), isa.Parameter("truth")
	f.more, f.n, f.parameters = isa.Parameter("more"), isa.Parameter("n"), isa.Parameter("parameters")
	XORQ(f.done, f.done)
	for i := range kernels {
		CMPQ(f.kernel, Imm(uint64(i)))
		JEQ(LabelRef(loop(i)))
	}
	for i, k := range kernels {
		f.write(i, k)
	}
	Label("done")
	VZEROUPPER()
	Store(f.done, ReturnIndex(0))
	RET()
}

func loop(kernel int) string { return fmt.Sprint("loop", kernel) }

type function struct {
	*machine
	frame
	kernel, value, grad, pred, truth, more, n, parameters, done reg.Register
}

// write writes a kernel's loop.
func (f *function) write(i int, kernel func(o *operands)) {
	c := &calculation{machine: f.machine, constants: map[uint64]*value{}}
	o := &operands{calculation: c}
	more := func(k int) Mem { return Mem{Base: f.more, Disp: 8 * block * k} }
	o.pred, o.truth = c.columns(f.pred), c.columns(f.truth)
	for k := range o.parameters {
		o.parameters[k] = c.same(Mem{Base: f.parameters, Disp: 8 * k})
	}
	o.more = func(k int) *value { return c.numbers(more(k)) }
	o.keep = func(k int, v *value) { c.store(v, more(k)) }
	o.finish = func(loss *value, grad [4]*value) {
		c.store(loss, Mem{Base: f.value})
		c.put(grad, f.grad)
	}
	Label(loop(i))
	kernel(o)
	c.write(&f.frame)
	for _, p := range []reg.Register{f.grad, f.pred, f.truth} {
		ADDQ(Imm(uint64(boxBytes*f.boxes)), p)
	}
	for _, p := range []reg.Register{f.value, f.more} {
		ADDQ(Imm(uint64(8*f.boxes)), p)
	}
	ADDQ(Imm(uint64(f.boxes)), f.done)
	CMPQ(f.done, f.n)
	JLT(LabelRef(loop(i)))
	JMP(LabelRef("done"))
}
