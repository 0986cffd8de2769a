package sampling

import "fmt"

// mustHave panics unless c has what a sampler needs of its candidates: one of
// each of them.
func (c *Candidates) mustHave(need Need) {
	n := len(c.GT)
	for _, list := range [...]struct {
		need       Need
		have, want int
		name       string
	}{
		{NeedIoU, len(c.IoU), n, "IoU"},
		{NeedBox, len(c.Box), n, "Box"},
		{NeedHardness, len(c.Hardness), n, "Hardness"},
		{NeedBoxHardness, len(c.BoxHardness), n, "BoxHardness"},
		{NeedGradient, len(c.Gradient), n, "Gradient"},
		{NeedScore, len(c.Score), n * c.Classes, "Score"},
		{NeedDecoded, len(c.Decoded), n, "Decoded"},
	} {
		if need&list.need != 0 && list.have != list.want {
			panic(fmt.Sprintf("sampling: Sample: %s of Candidates has %d elements for %d candidates, and the sampler needs %v", list.name, list.have, n, need))
		}
	}
	if need&NeedScore != 0 && n > 0 && c.Classes < 1 {
		panic(fmt.Sprintf("sampling: Sample: Classes of Candidates is %d, and the sampler needs %v", c.Classes, need))
	}
}
