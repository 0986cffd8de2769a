package sampling

import "math/rand/v2"

// OHEM keeps the Num candidates of highest loss, positive or negative alike:
// online hard example mining without a fixed ratio.
//
// Source: Shrivastava et al. 2016; Caffe OHEM's top 64, here per image, by
// classification loss and without its NMS.
type OHEM struct {
	Num int `range:"[1,)" doc:"hardest candidates kept per image"`
}

// NewOHEM returns a miner of the num hardest candidates.
func NewOHEM(num int) OHEM { return OHEM{Num: num} }

var _ Sampler = OHEM{}

// Needs implements [Sampler].
func (OHEM) Needs() Need { return NeedHardness }

// Sample implements [Sampler].
func (o OHEM) Sample(dst *Sample, c *Candidates, _ *rand.Rand) {
	pos, neg := dst.split(c.GT)
	dst.pick = append(append(dst.pick[:0], pos...), neg...)
	top := dst.heap.hardest(dst.pick, c.Hardness, o.Num)
	dst.Reset()
	for _, i := range top {
		dst.Index = append(dst.Index, i)
		dst.Weight = append(dst.Weight, 1)
		if c.GT[i] >= 0 {
			dst.Positives++
		}
	}
}
