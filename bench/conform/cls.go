package conform

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
)

// Cls returns an error if a classification loss does not write every gradient and
// every row's loss, does not skip rows that do not count, gives another value without
// gradients or, if it is [losses.Pointwise], other rows by Eval than by Row; if its
// gradient is not that of its value; and, with [ErrAllocates], if Eval allocates. The
// error names row, class, column and the two derivatives. A loss with lists of
// classes is looked at with as many classes.
func Cls(l losses.Cls) error {
	name := registry.Name(l)
	fail := func(problem string) error { return fmt.Errorf("classification loss %s: %s", name, problem) }
	if problem := heldProblem(l); problem != "" {
		return fail(problem)
	}
	counts := fitting(l)
	if len(counts) == 0 {
		return fail("its lists of classes are of different lengths")
	}
	var differences comparison
	rng := rand.New(rand.NewPCG(7, 11))
	for _, classes := range counts {
		for _, span := range []float64{0.5, 2, 5} {
			for _, soft := range []bool{false, true} {
				c := newClsCase(rng, l, classes, span, soft)
				if problem := c.eval(); problem != "" {
					return fail(problem)
				}
				if problem := c.rows(); problem != "" {
					return fail(problem)
				}
				if problem := c.derivatives(&differences); problem != "" {
					return fail(problem)
				}
			}
		}
	}
	if problem := differences.result(); problem != "" {
		return fail(problem + held)
	}
	c := newClsCase(rng, l, counts[0], 2, false)
	return warm("classification loss", name, "losses.Scratch keeps memory in the Batch", func() { l.Eval(c.grad, &c.Batch) })
}

// fitting returns numbers of classes that a loss may have.
func fitting(l losses.Cls) (counts []int) {
	for _, classes := range []int{1, 3} {
		if registry.CheckClasses(l, classes) == nil {
			counts = append(counts, classes)
		}
	}
	for classes := 2; len(counts) == 0 && classes < 2000; classes++ {
		if registry.CheckClasses(l, classes) == nil {
			counts = append(counts, classes)
		}
	}
	return counts
}

// clsCase is a batch on which a loss is looked at. Its last two rows do not count.
type clsCase struct {
	losses.Batch
	of    losses.Cls
	count int // rows that do
	grad  []float32
}

func newClsCase(rng *rand.Rand, l losses.Cls, classes int, span float64, soft bool) *clsCase {
	c := &clsCase{of: l, count: max(8, min(classes+2, 12))}
	c.Columns = l.Link().Columns(classes)
	for r := range c.count + 2 {
		class := anchors.Negative
		if r%3 != 0 {
			class = rng.Int32N(int32(classes))
		}
		c.Class, c.Weight = append(c.Class, class), append(c.Weight, 0.5+rng.Float32())
		if soft {
			c.Quality = append(c.Quality, 0.1+0.8*rng.Float32())
		}
		for range c.Columns {
			c.Logits = append(c.Logits, float32(span*rng.NormFloat64()))
		}
	}
	c.Class[c.count], c.Weight[c.count+1] = anchors.Ignored, 0
	for i := c.count * c.Columns; i < len(c.Logits); i++ {
		c.Logits[i] = float32(math.NaN())
	}
	c.grad, c.Loss = make([]float32, len(c.Logits)), make([]float32, len(c.Class))
	return c
}

// unwritten stays what it is when something is added to it or it is scaled.
var unwritten = math.Float32frombits(0x7fd0de75)

// evaluate returns the value, with gradients or without, from the first step of a run.
func (c *clsCase) evaluate(grad []float32) float64 {
	c.State = losses.NewState(c.of, c.Columns)
	return c.of.Eval(grad, &c.Batch)
}

// eval looks at what Eval writes.
func (c *clsCase) eval() string {
	for _, list := range [][]float32{c.grad, c.Loss} {
		for i := range list {
			list[i] = unwritten
		}
	}
	value := c.evaluate(c.grad)
	for i, g := range c.grad {
		row := i / c.Columns
		switch {
		case row >= c.count && g != 0:
			return fmt.Sprintf("Eval gives row %d a gradient of %v in column %d, and the row does not count (it is ignored, or its weight is 0): expected 0", row, g, i%c.Columns)
		case math.Float32bits(g) == math.Float32bits(unwritten):
			return fmt.Sprintf("Eval leaves the gradient of column %d of row %d unwritten, or adds to it", i%c.Columns, row)
		case g-g != 0:
			return fmt.Sprintf("Eval gives %s a gradient of %v", c.at(i), g)
		}
	}
	sum, size := 0.0, 0.0
	for row, v := range c.Loss {
		if !(v-v == 0) {
			return fmt.Sprintf("Eval leaves the loss of row %d at %v: where Batch.Loss is not nil, it receives the weighted loss of each row that counts, 0 of others", row, v)
		}
		sum, size = sum+float64(v), size+math.Abs(float64(v))
	}
	if !(math.Abs(sum-value) <= 1e-4*size+1e-6) {
		return fmt.Sprintf("Eval returns %.6g, and the losses that it writes to Batch.Loss sum to %.6g", value, sum)
	}
	if without := c.evaluate(nil); !(math.Abs(without-value) <= 1e-4*size+1e-6) {
		return fmt.Sprintf("Eval returns %.6g with gradients, and %.6g without", value, without)
	}
	return ""
}

// rows compares Eval with Row.
func (c *clsCase) rows() string {
	l, ok := c.of.(losses.Pointwise)
	if !ok {
		return ""
	}
	grad := make([]float32, c.Columns)
	for r := range c.count {
		weight := float64(c.Weight[r])
		for k := range grad {
			grad[k] = unwritten
		}
		value := weight * l.Row(grad, c.row(r), c.target(r))
		if !(math.Abs(value-float64(c.Loss[r])) <= 1e-4*math.Abs(value)+1e-6) {
			return fmt.Sprintf("row %d (class %d): Eval has a loss of %.6g, and Row of %.6g with the row's weight: what embeds a loss and has a Row of its own needs an Eval as well", r, c.Class[r], c.Loss[r], value)
		}
		for k, g := range grad {
			by := float64(c.grad[r*c.Columns+k])
			if g := weight * float64(g); !(math.Abs(g-by) <= 1e-4*math.Abs(g)+1e-6) {
				return fmt.Sprintf("%s: Eval has a gradient of %.6g, and Row of %.6g with the row's weight: Row writes each", c.at(r*c.Columns+k), by, g)
			}
		}
	}
	return ""
}

// derivatives compares the gradient with differences of the value.
func (c *clsCase) derivatives(d *comparison) string {
	at := slices.Clone(c.Logits)
	value, of := c.heldAt(at)
	if value == nil {
		return ""
	}
	c.evaluate(c.grad)
	for i := range c.count * c.Columns {
		r := i / c.Columns
		own := of(r)
		size := value(r)
		if size-own != 0 && !(math.Abs(size-own) <= 1e-4*math.Abs(own)+1e-6) {
			return fmt.Sprintf("row %d (class %d): Held gives %.6g at the point that it is of, and the loss is %.6g: what is held is as it is there", r, c.Class[r], size, own)
		}
		d.add(c.grad[i], func(x float32) float64 {
			before := c.Logits[i]
			c.Logits[i] = x
			defer func() { c.Logits[i] = before }()
			return value(r)
		}, at[i], size, func() string { return c.at(i) })
	}
	return ""
}

// heldAt returns the value that depends on row r, with what is not differentiated as it
// is at the given logits, and the loss's own; nil for a loss without such a value.
func (c *clsCase) heldAt(logits []float32) (value, own func(r int) float64) {
	if l, ok := c.of.(losses.Pointwise); ok {
		own = func(r int) float64 { return float64(c.Weight[r]) * l.Row(nil, c.row(r), c.target(r)) }
		h, ok := c.of.(heldRow)
		if !ok {
			return own, own
		}
		rows := make([]func([]float32) float64, c.count)
		for r := range rows {
			if rows[r] = h.Held(logits[r*c.Columns:(r+1)*c.Columns], c.target(r)); rows[r] == nil {
				return nil, nil
			}
		}
		return func(r int) float64 { return float64(c.Weight[r]) * rows[r](c.row(r)) }, own
	}
	own = func(int) float64 {
		c.Exact = true
		defer func() { c.Exact = false }()
		return c.evaluate(nil)
	}
	h, ok := c.of.(heldBatch)
	if !ok {
		return own, own
	}
	point := losses.Batch{Logits: logits, Columns: c.Columns, Class: c.Class, Quality: c.Quality, Weight: c.Weight, State: losses.NewState(c.of, c.Columns)}
	f := h.Held(&point)
	if f == nil {
		return nil, nil
	}
	return func(int) float64 { return f(c.Logits) }, own
}

func (c *clsCase) row(r int) []float32 { return c.Logits[r*c.Columns : (r+1)*c.Columns] }

func (c *clsCase) target(r int) losses.Target {
	t := losses.Hard(c.Class[r])
	if len(c.Quality) > 0 {
		t.Quality = c.Quality[r]
	}
	return t
}

// at names the i-th logit, with what its row is.
func (c *clsCase) at(i int) string {
	r := i / c.Columns
	quality := ""
	if len(c.Quality) > 0 && c.Class[r] >= 0 {
		quality = fmt.Sprintf(" of quality %.3g", c.Quality[r])
	}
	return fmt.Sprintf("row %d (class %d%s, logits %.4g), column %d", r, c.Class[r], quality, c.row(r), i%c.Columns)
}

type (
	heldRow interface {
		Held(logits []float32, t losses.Target) func(logits []float32) float64
	}
	heldBatch interface {
		Held(b *losses.Batch) func(logits []float32) float64
	}
	heldBox interface {
		Held(pred, truth [4]float32) func(pred [4]float32) float64
	}
)

// heldProblem says that a method Held is not one of the three, "" if it is or there is
// none.
func heldProblem(l any) string {
	method := reflect.ValueOf(l).MethodByName("Held")
	if !method.IsValid() {
		return ""
	}
	_, row := l.(losses.Pointwise)
	_, cls := l.(losses.Cls)
	expected := reflect.TypeFor[func([4]float32, [4]float32) func([4]float32) float64]()
	switch {
	case row:
		expected = reflect.TypeFor[func([]float32, losses.Target) func([]float32) float64]()
	case cls:
		expected = reflect.TypeFor[func(*losses.Batch) func([]float32) float64]()
	}
	if method.Type() == expected {
		return ""
	}
	return fmt.Sprintf("its method Held is a %v: expected a %v", method.Type(), expected)
}
