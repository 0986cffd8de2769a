package interchange

// Limits bound what reading one configuration may cost. They are far above any
// configuration that a person writes.
type Limits struct {
	FileBytes  int // size of one file
	TotalBytes int // size of all files together
	Files      int // files that are read, each time that one is
	Depth      int // bases of bases
	Steps      int // expressions and statements that are evaluated
	Values     int // values that are made
	Characters int // characters of the strings that are made
	Nesting    int // brackets and blocks within one another
}

// defaultLimits allow the largest published configurations tenfold: some
// megabytes of memory and a fraction of a second.
var defaultLimits = Limits{
	FileBytes: 1 << 20, TotalBytes: 4 << 20, Files: 200, Depth: 30,
	Steps: 500_000, Values: 300_000, Characters: 8 << 20, Nesting: 60,
}

// budget is what is left of the limits.
type budget struct {
	limits                    Limits
	steps, values, characters int
}

func (b *budget) step(at place) error { return b.spend(at, 1) }

// spend counts n steps.
func (b *budget) spend(at place, n int) error {
	b.steps += n
	if b.steps > b.limits.Steps {
		return refuse(at, "more than %d steps to evaluate: this is a program, not a configuration", b.limits.Steps)
	}
	return nil
}

// read counts what a look at a value costs: a step for each readAtOnce
// characters of a string.
func (b *budget) read(at place, n *node) error { return b.spend(at, len(n.text)/readAtOnce) }

// readAtOnce is how many characters are about as fast as another step.
const readAtOnce = 256

// take allows for n more values.
func (b *budget) take(at place, n int) error {
	b.values += n
	if n < 0 || b.values > b.limits.Values {
		return refuse(at, "more than %d values: too large for a configuration", b.limits.Values)
	}
	return nil
}

// takeText allows for n more characters.
func (b *budget) takeText(at place, n int) error {
	b.characters += n
	if n < 0 || b.characters > b.limits.Characters {
		return refuse(at, "strings of more than %d characters: too large for a configuration", b.limits.Characters)
	}
	return nil
}
