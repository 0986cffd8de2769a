// Command simd writes the assembly of package simd and its Go stubs.
// Run it through go generate in that package.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

const (
	lanes  = 8
	vector = 4 * lanes // bytes
)

func main() {
	isa.Write(add, reluBackward, func() {
		addBias("addBiasAVX", "x[i*stride+j] += bias[j]", nil)
		addBias("reluBiasAVX", "x[i*stride+j] = relu(x[i*stride+j] + bias[j])", relu)
	}, func() {
		columns("addColumnSumsAVX", "dst[j] += x[i*stride+j]", addTo)
		columns("raiseToColumnsAVX", "dst[j] = max(dst[j], x[i*stride+j]), where NaN is none,", raiseTo)
	}, adam, func() {
		grid("gatherAVX", "Gather", gather{}, panelsAVX)
		grid("gatherAVX512", "Gather", gather{}, panelsAVX512)
		grid("scatterAVX", "Scatter", scatter{}, panelsAVX)
		grid("scatterAVX512", "Scatter", scatter{}, panelsAVX512)
	})
}

func broadcast(name string) reg.VecVirtual {
	x := YMM()
	VBROADCASTSS(isa.Address(name), x)
	return x
}

// each is a loop over n elements in whole vectors, n a positive multiple of lanes, that moves the pointers along.
func each(label string, n reg.Register, body func(), pointers ...reg.Register) {
	Label(label)
	body()
	for _, p := range pointers {
		ADDQ(Imm(vector), p)
	}
	SUBQ(Imm(lanes), n)
	JNZ(LabelRef(label))
}

func end() {
	VZEROUPPER()
	RET()
}

func add() {
	TEXT("addAVX", NOSPLIT, "func(dst, src *float32, n int)")
	Doc("addAVX does dst[i] += src[i] for n elements, a positive multiple of 8.")
	dst, src, n := isa.Parameter("dst"), isa.Parameter("src"), isa.Parameter("n")
	each("loop", n, func() {
		x := YMM()
		VMOVUPS(Mem{Base: dst}, x)
		VADDPS(Mem{Base: src}, x, x)
		VMOVUPS(x, Mem{Base: dst})
	}, dst, src)
	end()
}

func reluBackward() {
	TEXT("reluBackwardAVX", NOSPLIT, "func(grad, out *float32, n int)")
	Doc("reluBackwardAVX clears grad[i] where out[i] <= 0, for n elements, a positive multiple of 8.")
	grad, out, n := isa.Parameter("grad"), isa.Parameter("out"), isa.Parameter("n")
	zero := YMM()
	VXORPS(zero, zero, zero)
	each("loop", n, func() {
		x := YMM()
		VMOVUPS(Mem{Base: out}, x)
		VCMPPS(Imm(isa.NotLessOrEqual), zero, x, x)
		VANDPS(Mem{Base: grad}, x, x)
		VMOVUPS(x, Mem{Base: grad})
	}, grad, out)
	end()
}

// relu keeps NaN, which VMAXPS does when it is the second source: the first operand in Go's order.
func relu(zero, x reg.VecVirtual) { VMAXPS(x, zero, x) }

func addBias(name, formula string, activate func(zero, x reg.VecVirtual)) {
	TEXT(name, NOSPLIT, "func(x *float32, stride, rows int, bias *float32, n int)")
	Doc(
		name+" does "+formula+" for rows rows, at least 1, and the first n",
		"columns, a positive multiple of 8.",
	)
	x, stride, rows, bias, n := isa.Parameter("x"), isa.Parameter("stride"), isa.Parameter("rows"), isa.Parameter("bias"), isa.Parameter("n")
	zero := YMM()
	VXORPS(zero, zero, zero)
	SHLQ(Imm(2), stride)
	Label("row")
	left, p, b := GP64(), GP64(), GP64()
	MOVQ(n, left)
	MOVQ(x, p)
	MOVQ(bias, b)
	each("loop", left, func() {
		y := YMM()
		VMOVUPS(Mem{Base: p}, y)
		VADDPS(Mem{Base: b}, y, y)
		if activate != nil {
			activate(zero, y)
		}
		VMOVUPS(y, Mem{Base: p})
	}, p, b)
	ADDQ(stride, x)
	DECQ(rows)
	JNZ(LabelRef("row"))
	end()
}

func adam() {
	TEXT("adamAVX", NOSPLIT, "func(value, m, v, grad *float32, n int, beta1, rest1, beta2, rest2, correction2, epsilon, rate float32)")
	Doc("adamAVX is adam for n elements, a positive multiple of 8.")
	value, m, v, grad, n := isa.Parameter("value"), isa.Parameter("m"), isa.Parameter("v"), isa.Parameter("grad"), isa.Parameter("n")
	beta1, rest1 := broadcast("beta1"), broadcast("rest1")
	beta2, rest2 := broadcast("beta2"), broadcast("rest2")
	correction2, epsilon, rate := broadcast("correction2"), broadcast("epsilon"), broadcast("rate")
	each("loop", n, func() {
		g, first, second, t := YMM(), YMM(), YMM(), YMM()
		VMOVUPS(Mem{Base: grad}, g)
		VMULPS(Mem{Base: m}, beta1, first)
		VMULPS(g, rest1, t)
		VADDPS(t, first, first)
		VMOVUPS(first, Mem{Base: m})
		VMULPS(Mem{Base: v}, beta2, second)
		VMULPS(g, rest2, t)
		VMULPS(g, t, t)
		VADDPS(t, second, second)
		VMOVUPS(second, Mem{Base: v})
		VMULPS(correction2, second, second)
		VSQRTPS(second, second)
		VADDPS(epsilon, second, second)
		VMULPS(rate, first, first)
		VDIVPS(second, first, first) // first / second
		VMOVUPS(Mem{Base: value}, t)
		VSUBPS(first, t, t)
		VMOVUPS(t, Mem{Base: value})
	}, value, m, v, grad)
	end()
}
