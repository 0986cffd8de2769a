package losses

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/internal/marked"
)

// largestError is what docs/performance.md promises of a gradient.
const largestError = 2e-6

// vanishing is the size from which gradients count: float32 kernels take
// exponentials below exp(-87) for 0, and keep fewer digits below 1e-38.
const vanishing = 1e-35

// gradientErrors are the largest of a loss, each in proportion to the magnitudes
// of the terms whose sum the gradient is.
type gradientErrors struct {
	Kernels, Exact float64

	// Cancels reports whether terms of a gradient have opposite signs, so that
	// they are more than its own size.
	Cancels bool
}

// errorBatches are what a loss is measured on: all of [-80, 80] by a fine grid
// and the neighbourhood of 0, for every target, then rows of more columns.
func errorBatches(l Cls) (batches []*Batch) {
	rng := rand.New(rand.NewPCG(61, 62))
	narrowest := l.Link().Columns(1)
	var points []float32
	for i := -80 * 16; i <= 80*16; i++ {
		points = append(points, float32(i)/16)
	}
	for e := -40; e < 3; e++ {
		points = append(points, float32(math.Ldexp(1.3, e)), -float32(math.Ldexp(1.3, e)))
	}
	for range 2000 {
		points = append(points, 80*(2*rng.Float32()-1), 8*(2*rng.Float32()-1))
	}
	grid := func(quality []float32) {
		b := &Batch{Columns: narrowest}
		for i, x := range points {
			b.Logits = append(b.Logits, x)
			if narrowest == 2 {
				b.Logits = append(b.Logits, 0)
				if i%2 == 1 {
					b.Logits[2*i], b.Logits[2*i+1] = 0, x
				}
			}
			b.Class = append(b.Class, int32(i/2%2)-1)
			if quality != nil {
				b.Class[i] = 0
				b.Quality = append(b.Quality, quality[rng.IntN(len(quality))])
			}
		}
		batches = append(batches, b)
	}
	quality := []float32{0, 1, 0x1p-20, 1 - 0x1p-20, 0.01, 0.99, 0.25, 0.5, 0.75}
	soft := softTargets(l)
	if !ranks(l) { // which compares all elements with each other
		grid(nil)
	}
	if soft && !ranks(l) {
		grid(quality)
	}
	for _, classes := range []int{2, 4, 16, 80, 200} {
		b := &Batch{Columns: l.Link().Columns(classes)}
		for range rowsOf(l, classes) {
			span := []float32{3, 80}[rng.IntN(2)]
			for range b.Columns {
				b.Logits = append(b.Logits, span*(2*rng.Float32()-1))
			}
			b.Class = append(b.Class, anchors.Negative)
			if rng.IntN(3) == 0 {
				b.Class[len(b.Class)-1] = rng.Int32N(int32(classes))
			}
			b.Weight = append(b.Weight, 0.25+rng.Float32())
			if soft {
				b.Quality = append(b.Quality, quality[rng.IntN(len(quality))])
			}
		}
		batches = append(batches, b)
	}
	return batches
}

// rowsOf is how many rows of so many classes are measured: the reference of
// exclusive ones visits each pair of them for each gradient.
func rowsOf(l Cls, classes int) int {
	if classes == 200 && l.Link() == Softmax {
		return 4
	}
	return 4000 / (classes + 1)
}

// softTargets reports whether a loss trains towards qualities.
func softTargets(l Cls) bool {
	switch l.(type) {
	case QualityFocal, Varifocal, GaussianFocal, RankSort:
		return true
	}
	return false
}

// settingsOf are a registered loss as it comes and others of its type, which
// have no counts and no weights of classes.
func settingsOf(l Cls) []Cls {
	settings := []Cls{l}
	for _, other := range append([]Cls{
		GHMC{Bins: 1}, GHMC{Bins: 256}, EQLv2{Gamma: 1, Mu: 0.1, Alpha: 1}, EqualizedFocal{Alpha: 0.25, Gamma: 1.5, Scale: 2}, Seesaw{P: 0.5, Q: 1, Epsilon: 0.1},
		LabelSmoothing{}, Bootstrapped{Beta: 0.2}, Bootstrapped{Beta: 0.8, Hard: true}, Bootstrapped{Beta: 1}, AveragePrecision{Delta: 0.1}, RankSort{Delta: 3},
	}, kernelledCls()...) {
		if fmt.Sprintf("%T", other) == fmt.Sprintf("%T", l) && !strings.Contains(fmt.Sprint(other), "[") {
			settings = append(settings, other)
		}
	}
	return settings
}

func kernelledCls() (all []Cls) {
	for _, l := range kernelledLosses {
		all = append(all, l)
	}
	return all
}

// referenceSlopes is the derivative of each of a batch's losses by its logits as the
// reference has it.
func referenceSlopes(l Cls, b *Batch) []dual {
	if ranks(l) {
		return rankedSlopes(l, b)
	}
	out := make([]dual, 0, len(b.Logits))
	of, _ := referencesOf(l, b)
	x := make([]float64, b.Columns)
	for r, class := range b.Class {
		_, w := b.at(r)
		for k := range x {
			x[k] = float64(b.Logits[r*b.Columns+k])
		}
		reference, column := of(r), l.Link().column(class, b.Columns)
		for k := range x {
			if l.Link() == Softmax {
				out = append(out, reference(duals(x, k), column).by(w))
				continue
			}
			own := -1
			if k == column {
				own = 0
			}
			out = append(out, reference(duals(x[k:k+1], 0), own).by(w))
		}
	}
	return out
}

// ranks reports whether a loss is driven by error, without a derivative.
func ranks(l Cls) bool {
	switch l.(type) {
	case AveragePrecision, RankSort:
		return true
	}
	return false
}

// rankedSlopes is that of a loss that ranks.
func rankedSlopes(l Cls, b *Batch) (out []dual) {
	var grad []float64
	switch l := l.(type) {
	case RankSort:
		_, grad = rankSortReference(b, l.Delta)
	case AveragePrecision:
		_, grad = averagePrecisionReference(b, l.Delta)
	}
	for _, g := range grad {
		out = append(out, dual{d: g, terms: math.Abs(g)})
	}
	return out
}

// worst is the largest error of a batch's gradients.
func worst(want []dual, got []float32) (largest float64, cancels bool) {
	for i, w := range want {
		if w.terms < vanishing {
			continue
		}
		cancels = cancels || math.Abs(w.d) < w.terms*(1-1e-9)
		largest = max(largest, math.Abs(float64(got[i])-w.d)/w.terms)
	}
	return largest, cancels
}

// aSetting is a loss with its batches, in a fixed order.
type aSetting struct {
	name    string
	loss    Cls
	batches []*Batch
}

// everySetting lists what is measured of the registered losses.
func everySetting() (all []aSetting) {
	for _, e := range clsLosses.All() {
		if strings.HasSuffix(e.Name, "_of_a_user") {
			continue
		}
		for _, l := range settingsOf(e.New()) {
			all = append(all, aSetting{e.Name, l, errorBatches(l)})
		}
	}
	return all
}

// everyGradient is the gradients of all settings, in float32 and exact, one
// list after the other.
func everyGradient(settings []aSetting) (all []float32) {
	for _, s := range settings {
		for _, b := range s.batches {
			for _, b.Exact = range []bool{false, true} {
				_, grad := evaluate(s.loss, b)
				all = append(all, grad...)
			}
		}
	}
	for _, p := range sideProblems() {
		all = append(append(all, p.gradient()...), p.exact()...)
	}
	return all
}

// gradientReferences are those of the same gradients, each list once.
func gradientReferences(settings []aSetting) (all [][]dual) {
	for _, s := range settings {
		for _, b := range s.batches {
			all = append(all, referenceSlopes(s.loss, b))
		}
	}
	for _, p := range sideProblems() {
		all = append(all, p.reference())
	}
	return all
}

// errorsOf are the errors of gradients as [everyGradient] lists them.
func errorsOf(settings []aSetting, references [][]dual, gradients []float32) map[string]gradientErrors {
	errors := map[string]gradientErrors{}
	next := func(name string) {
		want, n := references[0], len(references[0])
		kernels, cancels := worst(want, gradients[:n])
		exact, _ := worst(want, gradients[n:2*n])
		e := errors[name]
		errors[name] = gradientErrors{max(e.Kernels, kernels), max(e.Exact, exact), e.Cancels || cancels}
		references, gradients = references[1:], gradients[2*n:]
	}
	for _, s := range settings {
		for range s.batches {
			next(s.name)
		}
	}
	for range sideProblems() {
		next("distribution_focal")
	}
	return errors
}

// sideProblem is a batch of [DistributionFocal], whose Row is its exact form.
type sideProblem struct {
	DistributionFocal
	x, distance []float32
}

func sideProblems() (all []sideProblem) {
	rng := rand.New(rand.NewPCG(63, 64))
	for _, bins := range []int{1, 7, 16, 40} {
		p := sideProblem{DistributionFocal: DistributionFocal{Bins: bins}}
		for i := range 2000 / (bins + 1) {
			span := []float32{3, 80}[rng.IntN(2)]
			for range bins + 1 {
				p.x = append(p.x, span*(2*rng.Float32()-1))
			}
			p.distance = append(p.distance, float32(bins)*(1.2*rng.Float32()-0.1))
			if i%8 == 0 {
				p.distance[i] = float32(rng.IntN(bins + 1))
			}
		}
		all = append(all, p)
	}
	return all
}

func (p sideProblem) gradient() []float32 {
	grad := make([]float32, len(p.x))
	p.Eval(grad, p.x, p.distance, nil)
	return grad
}

func (p sideProblem) exact() []float32 {
	grad, columns := make([]float32, len(p.x)), p.Bins+1
	for i, y := range p.distance {
		p.Row(grad[i*columns:(i+1)*columns], p.x[i*columns:(i+1)*columns], y)
	}
	return grad
}

func (p sideProblem) reference() (want []dual) {
	x := make([]float64, p.Bins+1)
	for i, y := range p.distance {
		for k := range x {
			x[k] = float64(p.x[i*len(x)+k])
		}
		clipped := max(0, min(float64(y), float64(p.Bins)))
		left := min(int(clipped), p.Bins-1)
		right := clipped - float64(left)
		for k := range x {
			logP := logSoftmaxOf(duals(x, k))
			want = append(want, logP[left].by(right-1).minus(logP[left+1].by(right)))
		}
	}
	return want
}

// gradientsFile, if set, is where this process writes its gradients, instead of
// running tests: kernels are chosen once a process.
const gradientsFile = "DETSAMPLE_GRADIENTS_FILE"

func TestMain(m *testing.M) {
	if file := os.Getenv(gradientsFile); file == "" {
		os.Exit(m.Run())
	} else if err := writeGradients(file); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func writeGradients(file string) error {
	data, err := binary.Append(nil, binary.LittleEndian, everyGradient(everySetting()))
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o600)
}

// gradientsWithout are the gradients in a process of its own that does not use
// some instructions, as GODEBUG names them.
func gradientsWithout(t *testing.T, instructions string) []float32 {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "gradients")
	c := exec.CommandContext(t.Context(), program)
	c.Env = append(os.Environ(), gradientsFile+"="+file, "GODEBUG="+instructions)
	out, err := c.CombinedOutput()
	require.NoError(t, err, "%s", out)
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	gradients := make([]float32, len(data)/4)
	_, err = binary.Decode(data, binary.LittleEndian, gradients)
	require.NoError(t, err)
	return gradients
}

// errorTable writes the figures, rounded up.
func errorTable(vectors, portable map[string]gradientErrors) string {
	var out strings.Builder
	out.WriteString("| Loss | AVX2, AVX-512 | Go alone | `Exact` | Bound | In proportion to |\n|---|--:|--:|--:|--:|---|\n")
	for _, name := range slices.Sorted(maps.Keys(vectors)) {
		v, proportion := vectors[name], "the gradient"
		if v.Cancels {
			proportion = "its terms"
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %.0e | %s |\n",
			name, roundedUp(v.Kernels), roundedUp(portable[name].Kernels), roundedUp(v.Exact), largestError, proportion)
	}
	return out.String()
}

// roundedUp is x to two digits, not below it.
func roundedUp(x float64) string {
	unit := math.Pow(10, math.Floor(math.Log10(x))-1)
	return fmt.Sprintf("%.1e", math.Ceil(x/unit)*unit)
}

// With DETSAMPLE_WRITE_DOCS set the table is written, otherwise compared. Other
// architectures than amd64 round otherwise in the standard library.
func TestGradientErrorsAreThoseOfTheDocumentation(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	settings := everySetting()
	references := gradientReferences(settings)
	best := gradientsWithout(t, "")
	sameBits(t, best, gradientsWithout(t, "cpu.avx512f=off"))
	inGo := gradientsWithout(t, "cpu.avx512f=off,cpu.avx2=off")
	vectors, portable := errorsOf(settings, references, best), errorsOf(settings, references, inGo)
	cancelling := []string{"bootstrapped_ce", "distribution_focal", "label_smoothing", "quality_focal", "varifocal"}
	for name, e := range vectors {
		assert.LessOrEqual(t, max(e.Kernels, portable[name].Kernels, e.Exact), largestError, name)
		assert.Equal(t, slices.Contains(cancelling, name), e.Cancels, name)
		assert.Equal(t, e.Exact, portable[name].Exact, name)
	}
	if runtime.GOARCH != "amd64" || slices.Equal(best, inGo) {
		t.Skip("the machine has no kernels to put into the table")
	}
	const file, name = "../docs/performance.md", "gradient errors"
	if os.Getenv("DETSAMPLE_WRITE_DOCS") != "" {
		require.NoError(t, marked.Write(file, name, errorTable(vectors, portable)))
		return
	}
	table, err := marked.Read(file, name)
	require.NoError(t, err)
	assert.Equal(t, errorTable(vectors, portable), table, "DETSAMPLE_WRITE_DOCS=1 go test ./losses -run GradientErrors writes it")
}
