// Package conform checks whether a sampler, an assigner or a loss of one's own does
// what its interface promises, and whether a loss's gradient is that of its value. A
// test of a package with a loss is
//
//	func TestMineConforms(t *testing.T) {
//		if err := conform.Cls(Mine{Limit: 3}); err != nil {
//			t.Fatal(err)
//		}
//	}
//
// and "detsample check" of a program that registers it does the same to what a
// configuration names. A panic of the part is the caller's.
//
// # Gradients
//
// Derivatives are compared with central differences of two step sizes. Where these
// disagree there is a kink or a jump near, as of a hinge, and the point says nothing;
// it is an error if most say nothing.
//
// # What is not differentiated
//
// A loss may hold a part of itself as a weight, as CIoU does with the weight of its
// aspect ratio: its gradient is then that of another function, which changes from
// point to point. It says which by a method Held, which is given the point and
// returns the value as a function of what is differentiated, with its weights as they
// are at that point; at the point itself that is the loss's value. Of a
// [losses.Pointwise], of any other [losses.Cls], and of a [losses.Box] it is
//
//	Held(logits []float32, t losses.Target) func(logits []float32) float64
//	Held(b *losses.Batch) func(logits []float32) float64
//	Held(pred, truth [4]float32) func(pred [4]float32) float64
//
// in turn. It returns nil where there is no such function, as of ranking losses that are
// driven by error: then all but the derivative is looked at. What a batch gives as
// weights, and normalisers with them, is constant to any loss and needs no method.
package conform
