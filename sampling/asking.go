package sampling

// Asking is a sampler that asks for a number of positives in each image and
// fills up with negatives where it finds fewer.
type Asking interface {
	Sampler
	AskedPositives() int
}

// AskedPositives returns the positives that s asks for in each image, 0 if it
// takes what there is.
func AskedPositives(s Sampler) int {
	if a, ok := s.(Asking); ok {
		return a.AskedPositives()
	}
	return 0
}

// AskedPositives implements [Asking] for the samplers with a quota.
func (q Quota) AskedPositives() int { return q.positives() }

// AskedPositives implements [Asking]: those of the sampler of positives.
func (b Combined) AskedPositives() int { return AskedPositives(b.Positive) }

// AskedPositives implements [Asking]: those of the sampler it weighs.
func (p ISRP) AskedPositives() int { return AskedPositives(p.Sampler) }
