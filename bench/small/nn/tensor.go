package nn

import (
	"fmt"
	"math"

	"detsample/internal/reuse"
	"detsample/internal/simd"
)

// Tensor is a batch of feature maps, NHWC: element (n, y, x, c) is
// Data[((n*H+y)*W+x)*C+c]. It is a view, passed by value; a layer's output
// belongs to the layer. A matrix of N rows and C columns has H = W = 1.
type Tensor struct {
	N, H, W, C int
	Data       []float32
}

// NewTensor allocates a zeroed tensor of n maps of h x w places with c channels.
func NewTensor(n, h, w, c int) Tensor {
	return Tensor{N: n, H: h, W: w, C: c, Data: make([]float32, n*h*w*c)}
}

// Len returns N*H*W*C, the number of elements the shape calls for.
func (t Tensor) Len() int { return t.N * t.H * t.W * t.C }

// SameShape reports whether t and u agree in N, H, W and C.
func (t Tensor) SameShape(u Tensor) bool {
	return t.N == u.N && t.H == u.H && t.W == u.W && t.C == u.C
}

// Image returns the view of map n as a batch of one.
func (t Tensor) Image(n int) Tensor {
	size := t.H * t.W * t.C
	return Tensor{N: 1, H: t.H, W: t.W, C: t.C, Data: t.Data[n*size : (n+1)*size]}
}

// Add adds src to dst element by element: the sum of the gradients of a map
// that two layers read. It panics if the shapes differ.
func Add(dst, src Tensor) {
	if !dst.SameShape(src) {
		panic(fmt.Sprintf("nn: Add: shape %s added to %s", src.shape(), dst.shape()))
	}
	simd.Add(dst.Data, src.Data)
}

// Norm returns the Euclidean norm of a tensor's elements.
func Norm(t Tensor) float64 { return math.Sqrt(sumSquares(t.Data)) }

func (t Tensor) shape() string { return fmt.Sprintf("%dx%dx%dx%d", t.N, t.H, t.W, t.C) }

// check panics unless Data has exactly the elements that the shape calls for.
func (t Tensor) check(who string) {
	if len(t.Data) != t.Len() {
		panic(fmt.Sprintf("nn: %s: tensor of shape %s holds %d elements", who, t.shape(), len(t.Data)))
	}
}

// checkGrad panics unless grad has the shape of the layer's last output.
func checkGrad(who string, grad, out Tensor) {
	grad.check(who)
	if !grad.SameShape(out) {
		panic(fmt.Sprintf("nn: %s: gradient of shape %s for an output of shape %s", who, grad.shape(), out.shape()))
	}
}

// reshape returns a tensor of the given shape in t's memory, grown if needed.
func (t Tensor) reshape(n, h, w, c int) Tensor {
	return Tensor{N: n, H: h, W: w, C: c, Data: reuse.Grow(t.Data, n*h*w*c)}
}
