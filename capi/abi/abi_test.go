package abi

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/internal/panics"
	"detsample/losses"
)

// caller is what a C program would hand over.
type caller struct {
	batch                                  Batch
	box                                    []anchors.Box
	logits, deltas, gradLogits, gradDeltas []float32
	ids                                    []uint64
	starts                                 []int64
	truth                                  []anchors.Box
	class                                  []int32
}

func newCaller(images, classes int) *caller {
	c := &caller{
		ids: make([]uint64, images), starts: make([]int64, images+1),
	}
	for y := range 16 {
		for x := range 16 {
			cx, cy := float32(8*x), float32(8*y)
			c.box = append(c.box, anchors.Box{cx - 12, cy - 12, cx + 12, cy + 12})
		}
	}
	for i := range images {
		c.ids[i] = uint64(100 + i)
		for g := range i {
			at := float32(10 + 20*g)
			c.truth = append(c.truth, anchors.Box{at, at, at + 25, at + 20})
			c.class = append(c.class, int32(g%classes))
		}
		c.starts[i+1] = int64(len(c.truth))
	}
	n := images * len(c.box)
	c.logits, c.gradLogits = make([]float32, n*classes), make([]float32, n*classes)
	c.deltas, c.gradDeltas = make([]float32, n*4), make([]float32, n*4)
	for i := range c.logits {
		c.logits[i] = float32(i*37%101)/25 - 2
	}
	for i := range c.deltas {
		c.deltas[i] = float32(i*53%97)/97 - 0.5
	}
	c.batch = Batch{
		Size:    unsafe.Sizeof(Batch{}),
		Images:  Annotations{Images: int64(images), ImageID: &c.ids[0], Truths: &c.starts[0], TruthBox: &c.truth[0][0], TruthClass: &c.class[0]},
		Anchors: int64(len(c.box)), Anchor: &c.box[0][0], Width: 128, Height: 128,
		Logits: &c.logits[0], Deltas: &c.deltas[0], GradLogits: &c.gradLogits[0], GradDeltas: &c.gradDeltas[0],
	}
	return c
}

func newWork(t *testing.T, yaml string, stage, classes int32) *Work {
	s, err := Parse("test.yaml", []byte(yaml), "")
	require.NoError(t, err)
	w, err := NewWork(s, &Options{Size: unsafe.Sizeof(Options{}), Stage: stage, Classes: classes, PerClass: -1})
	require.NoError(t, err)
	return w
}

func TestAStepThroughTheLibraryAllocatesNothing(t *testing.T) {
	c, w := newCaller(3, 4), newWork(t, "dense: {sampler: {type: hard_negative}, cls: ce}", stageDense, 4)
	var message [100]byte
	value := Value{Size: unsafe.Sizeof(Value{})}
	failed := 0
	step := func() {
		if Call(&message[0], 100, func() error { return w.Step(&c.batch, &value) }) != OK {
			failed++
		}
	}
	step()
	assert.Zero(t, testing.AllocsPerRun(10, step))
	assert.Zero(t, failed)
	assert.NotZero(t, value.UsedPositives)
}

func TestEveryPanicIsAnError(t *testing.T) {
	var message [40]byte
	assert.EqualValues(t, Misuse, Call(&message[0], 40, func() error { panic("pkg: Func: 3 of 4") }))
	assert.Equal(t, "pkg: Func: 3 of 4", text(message[:]))
	assert.EqualValues(t, Misuse, Call(&message[0], 40, func() error {
		var none []int
		return misusef("%d", none[3])
	}))
	assert.Contains(t, text(message[:]), "index out of range")
	assert.EqualValues(t, Misuse, Call(&message[0], 40, func() error {
		return panics.Pass(panics.Do(func() error { panic(errors.New("another goroutine's")) }))
	}))
	assert.Equal(t, "another goroutine's", text(message[:]), "without its stack")
	assert.EqualValues(t, Misuse, Call(nil, 0, func() error { panic("unheard") }))
	assert.EqualValues(t, Invalid, Call(&message[0], 4, func() error { return roomless("aäö") }))
	assert.Equal(t, "aä", text(message[:]), "cut between characters")
	assert.EqualValues(t, Invalid, Call(&message[0], 3, func() error { return roomless("aäö") }))
	assert.Equal(t, "a", text(message[:]))
}

type roomless string

func (r roomless) Error() string { return string(r) }

func text(b []byte) string {
	s, _, _ := strings.Cut(string(b), "\x00")
	return s
}

func TestAPanicOnAThreadIsAnErrorToo(t *testing.T) {
	c := newCaller(4, 4)
	s, err := Parse("test.yaml", []byte("dense: {assigner: atss}"), "")
	require.NoError(t, err)
	w, err := NewWork(s, &Options{Size: unsafe.Sizeof(Options{}), Stage: stageDense, Classes: 4, Threads: 4, PerClass: -1})
	require.NoError(t, err)
	var message [200]byte
	value := Value{Size: unsafe.Sizeof(Value{})}
	for range 3 { // and leaves the work usable
		assert.EqualValues(t, Misuse, Call(&message[0], 200, func() error { return w.Step(&c.batch, &value) }))
		assert.Contains(t, text(message[:]), "needs the grid")
	}
}

func TestAWorkInUseRefusesASecondCaller(t *testing.T) {
	c, w := newCaller(2, 2), newWork(t, "dense: {}", stageDense, 2)
	value := Value{Size: unsafe.Sizeof(Value{})}
	require.NoError(t, w.use())
	assert.EqualError(t, w.Step(&c.batch, &value), "the stage is in use by another call: each thread needs one of its own")
	w.done()
	assert.NoError(t, w.Step(&c.batch, &value))
}

func TestMistakesOfTheCallersAreNamed(t *testing.T) {
	value := Value{Size: unsafe.Sizeof(Value{})}
	for want, spoil := range map[string]func(c *caller){
		"offsets are [0 3 1]":                   func(c *caller) { c.starts[1] = 3 },
		"images is -1":                          func(c *caller) { c.batch.Images.Images = -1 },
		"truth_box or truth_class is NULL":      func(c *caller) { c.batch.Images.TruthBox = nil },
		"anchors is 256 of 2 images":            func(c *caller) { c.batch.Anchor = nil },
		"ground truth 0 is [NaN 10 35 30]":      func(c *caller) { c.truth[0][0] = float32(math.NaN()) },
		"has class -1: expected 0 to 1":         func(c *caller) { c.class[0] = -1 },
		"0 deltas and":                          func(c *caller) { c.batch.Deltas = nil },
		"512 labels, 0 IoUs":                    func(c *caller) { gt := make([]int32, 512); c.batch.GT = &gt[0] },
		"ignores has 1 regions, and ignore_box": func(c *caller) { c.batch.Images.Ignores = &[]int64{0, 0, 1}[0] },
		"image 1 (id 101): region 0 to ignore is [0 0 NaN 9]": func(c *caller) {
			c.batch.Images.Ignores, c.batch.Images.IgnoreBox = &[]int64{0, 0, 1}[0], &[]float32{0, 0, float32(math.NaN()), 9}[0]
		},
		"region 0 to ignore is [0 9 5 1]": func(c *caller) {
			c.batch.Images.Ignores, c.batch.Images.IgnoreBox = &[]int64{0, 1, 1}[0], &[]float32{0, 9, 5, 1}[0]
		},
		"images is 4611686018427387904":      func(c *caller) { c.batch.Images.Images = 1 << 62 },
		"anchors is 4611686018427387904 of":  func(c *caller) { c.batch.Anchors = 1 << 62 },
		"anchors is -1 of 2 images":          func(c *caller) { c.batch.Anchors = -1 },
		"anchors is 2147483647 of 2 images":  func(c *caller) { c.batch.Anchors = math.MaxInt32 },
		"ends at more than 2^31-1":           func(c *caller) { c.starts[2] = 1 << 40 },
		"levels is -1":                       func(c *caller) { c.batch.Levels = -1 },
		"levels is 1: expected from 0 to 64": func(c *caller) { c.batch.Levels = 1 },
		"grid[0] is [8 -16 -16 1]":           func(c *caller) { c.batch.Levels, c.batch.Grid = 1, &[]int32{8, -16, -16, 1}[0] },
		"grid[0] is [0 16 16 1]":             func(c *caller) { c.batch.Levels, c.batch.Grid = 1, &[]int32{0, 16, 16, 1}[0] },
		"grid[1] is [16 16 16 1], from anchor 256 of 256": func(c *caller) {
			c.batch.Levels, c.batch.Grid = 2, &[]int32{8, 16, 16, 1, 16, 16, 16, 1}[0]
		},
		"grid[0] is [8 2147483647 2147483647 2147483647]": func(c *caller) {
			c.batch.Levels, c.batch.Grid = 1, &[]int32{8, math.MaxInt32, math.MaxInt32, math.MaxInt32}[0]
		},
		"the grid's level 0, of stride 8 with 32 x 8 cells of 1 anchors, contradicts the anchors": func(c *caller) {
			c.batch.Levels, c.batch.Grid = 1, &[]int32{8, 32, 8, 1}[0]
		},
		"the grid's level 0, of stride 16 with 16 x 16 cells of 1 anchors, contradicts the anchors: its cells lie 8 pixels apart": func(c *caller) {
			c.batch.Levels, c.batch.Grid = 1, &[]int32{16, 16, 16, 1}[0]
		},
		"grid makes 64 candidates of 256 anchors": func(c *caller) { c.batch.Levels, c.batch.Grid = 1, &[]int32{8, 8, 8, 1}[0] },
		"width and height are NaN and 128":        func(c *caller) { c.batch.Width = float32(math.NaN()) },
		"width and height are 128 and -1":         func(c *caller) { c.batch.Height = -1 },
	} {
		c, w := newCaller(2, 2), newWork(t, "dense: {}", stageDense, 2)
		spoil(c)
		var message [200]byte
		assert.NotEqualValues(t, OK, Call(&message[0], 200, func() error { return w.Step(&c.batch, &value) }))
		assert.Contains(t, text(message[:]), want)
	}
	s, err := Parse("test.yaml", []byte("dense: {}"), "")
	require.NoError(t, err)
	for want, o := range map[string]*Options{
		"options is NULL":           nil,
		"options.stage is 9":        {Stage: 9, Classes: 1},
		"options.classes is 0":      {Stage: stageDense},
		"options.per_class is 2":    {Stage: stageDense, Classes: 1, PerClass: 2},
		"options.threads is -1":     {Stage: stageDense, Classes: 1, Threads: -1},
		"options.coder[2] is -5":    {Stage: stageDense, Classes: 1, Coder: [4]float32{10, 10, -5, 5}},
		"has no stage rpn: it has ": {Stage: stageRPN, Classes: 1},
		"options.coder[0] is +Inf":  {Stage: stageDense, Classes: 1, Coder: [4]float32{float32(math.Inf(1)), 1, 1, 1}},
		"options.max_scale is -1":   {Stage: stageDense, Classes: 1, MaxScale: -1},
		"options.max_scale is NaN":  {Stage: stageDense, Classes: 1, MaxScale: float32(math.NaN())},
	} {
		if o != nil {
			o.Size = unsafe.Sizeof(*o)
		}
		_, err := NewWork(s, o)
		assert.ErrorContains(t, err, want)
	}
	_, err = NewWork(s, &Options{Stage: stageDense, Classes: 1})
	assert.ErrorContains(t, err, "detsample_options.size is 0")
	c, w := newCaller(2, 2), newWork(t, "dense: {}", stageDense, 2)
	assert.ErrorContains(t, w.Assign(&c.batch, nil, nil), "gt is NULL")
	assert.ErrorContains(t, w.RestoreMemory(nil, nil), "lengths is NULL")
}

func TestAMemoryIsThatOfTheStrategy(t *testing.T) {
	for yaml, want := range map[string][4]int64{
		"dense: {}": {}, "dense: {norm: moving_average, box_norm: {type: moving_average}}": {0, 0, 1, 1},
		"dense: {cls: {type: ghm_c, bins: 7, momentum: 0.7}, box: {type: ghm_r, bins: 5, momentum: 0.7}}": {7, 5, 0, 0},
		"rpn: {}\nroi: {cls: seesaw, norm: moving_average, per_class: true}":                              {4, 0, 1, 0},
	} {
		stage := int32(stageDense)
		if strings.Contains(yaml, "roi") {
			stage = stageROI
		}
		w := newWork(t, yaml, stage, 3)
		assert.Equal(t, want, w.remembers(), yaml)
		values := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
		require.NoError(t, w.RestoreMemory(&want[0], &values[0]))
		var lengths [4]int64
		require.NoError(t, w.SaveMemory(&lengths[0], nil, 0))
		assert.Equal(t, want, lengths)
	}
	w := newWork(t, "dense: {norm: moving_average, cls: {type: ghm_c, bins: 7, momentum: 0.7}}", stageDense, 3)
	values := []float64{1, 2, 3, 4, 5, 6, math.NaN(), -1}
	for want, lengths := range map[string][]int64{
		"lengths[0] is 3: expected 0 or 7, what the classification loss of the strategy remembers": {3, 0, 0, 0},
		"lengths[1] is -1, and the box loss of the strategy remembers nothing: expected 0":         {0, -1, 0, 0},
		"lengths[2] is 4611686018427387904":                                                        {0, 0, 1 << 62, 0},
		"values[6] is NaN: expected what was":                                                      {7, 0, 0, 0},
	} {
		assert.ErrorContains(t, w.RestoreMemory(&lengths[0], &values[0]), want)
	}
	assert.ErrorContains(t, w.RestoreMemory(&[]int64{0, 0, 1, 0}[0], &values[7]), "values[0] is -1")
	assert.ErrorContains(t, w.RestoreMemory(&[]int64{7, 0, 0, 0}[0], nil), "values is NULL beside 7")
}

// The lists that a call counted are those that are read next: a later call takes
// their memory, and may make them longer than the caller's buffers.
func TestTargetsThatALaterCallTookAreNoneAnyMore(t *testing.T) {
	c, w := newCaller(3, 4), newWork(t, "dense: {}", stageDense, 4)
	value, counts := Value{Size: unsafe.Sizeof(Value{})}, Counts{Size: unsafe.Sizeof(Counts{})}
	gt, weight := make([]int32, 3*len(c.box)), make([]float32, 3*len(c.box))
	for name, later := range map[string]func() error{
		"step":   func() error { return w.Step(&c.batch, &value) },
		"assign": func() error { return w.Assign(&c.batch, &gt[0], nil) },
	} {
		require.NoError(t, w.Targets(&c.batch, &counts))
		lists := Lists{Size: unsafe.Sizeof(Lists{}), Weight: &weight[0], Rows: counts.Rows, BoxRows: counts.BoxRows}
		require.NoError(t, w.ReadTargets(&lists))
		lists.BoxRows--
		assert.ErrorContains(t, w.ReadTargets(&lists), "room for")
		lists.Size = unsafe.Offsetof(lists.Rows)
		require.NoError(t, w.ReadTargets(&lists), "a struct of before has no room of its own")
		require.NoError(t, later(), name)
		assert.ErrorContains(t, w.ReadTargets(&lists), "no targets yet", name)
		var loss float64
		assert.ErrorContains(t, w.ClsLoss(&c.logits[0], int64(3*len(c.box)), nil, &loss), "needs targets before", name)
	}
}

func TestAHeadsOwnCoderTakesThePlaceOfTheStrategys(t *testing.T) {
	s, err := Parse("test.yaml", []byte("rpn: {}\nroi: {per_class: true}"), "")
	require.NoError(t, err)
	w, err := NewWork(s, &Options{Size: unsafe.Sizeof(Options{}), Stage: stageROI, Classes: 2, PerClass: 0, Coder: [4]float32{1, 2, 3, 4}, MaxScale: 2})
	require.NoError(t, err)
	assert.False(t, w.roi.PerClass)
	assert.Equal(t, anchors.Coder{Weights: [4]float32{1, 2, 3, 4}, MaxScale: 2}, w.roi.Coder)
	assert.True(t, s.ROI.PerClass, "the strategy stays as it is")
	w, err = NewWork(s, &Options{Size: unsafe.Sizeof(Options{}), Stage: stageROI, Classes: 2, PerClass: -1})
	require.NoError(t, err)
	assert.True(t, w.roi.PerClass)
	assert.Equal(t, s.ROI.Coder, w.roi.Coder)
}

func TestAStrategyWithoutANameHasItsFiles(t *testing.T) {
	s, err := Parse("some/ssd.yaml", []byte("dense: {}"), "")
	require.NoError(t, err)
	assert.Equal(t, "ssd", s.Name)
	s, err = Parse("some/ssd.yaml", []byte("name: own\ndense: {}"), "own")
	require.NoError(t, err)
	assert.Equal(t, "own", s.Name)
	_, err = Parse("my.yaml", []byte("strategies:\n- {name: a, dense: {sampler: al}}"), "a")
	assert.ErrorContains(t, err, `my.yaml:2:30: unknown sampler "al"`)
	_, err = Parse("my.yaml", []byte("dense: {\n"), "")
	assert.ErrorContains(t, err, "my.yaml:")
	_, err = Parse("my.yaml", []byte("strategies: []"), "")
	assert.ErrorContains(t, err, "no strategies")
}

func TestTheDescriptionSaysWhatAStageReads(t *testing.T) {
	for yaml, want := range map[string][]string{
		"dense: {}": {`"link":"sigmoid"`, `"reads":{"logits":false,"hardness":false,"deltas":false,"grid":false,"size":false,"assigner":false}`, `"warnings":[]`},
		"dense: {assigner: task_aligned, sampler: {type: hard_negative}, box: giou, norm: moving_average}": {
			`"box_space":"decoded"`, `"remembers":true`, `"memory":["norm"]`, `"reads":{"logits":true,"hardness":false,"deltas":true,"grid":false,"size":false,"assigner":true}`},
		"dense: {assigner: simota}": {`"deltas":true,"grid":true`},
		"dense: {sampler: {type: hard_negative}, cls: softmax_ce, carl: {}}": {`"link":"softmax"`, `"joint":true`, `"logits":true,"hardness":true,"deltas":false`},
		"rpn: {sampler: random, cls: focal}\nroi: {sampler: {type: ohem, num: 9}, per_class: true}": {
			`"per_class":true`, `"coder":[10,10,5,5]`, `"logits":true`, `"trap":"focal_after_sampling"`, `"where":"rpn.cls"`, `"num":9`},
	} {
		s, err := Parse("test.yaml", []byte(yaml), "")
		require.NoError(t, err)
		text, err := Describe(s)
		require.NoError(t, err)
		for _, w := range want {
			assert.Contains(t, text, w, yaml)
		}
	}
}

func TestScarcityCrossesWhole(t *testing.T) {
	s := losses.Scarcity{Images: 1, Truths: 2, Unmatched: 3, Smaller: 4, Larger: 5, Narrower: 6, FewPositives: 7, Asked: 8, Kept: 9, Beside: 10, NoNegatives: 11, Repeated: 12}
	counts := scarcityOf(s)
	assert.Equal(t, s, scarcity(counts[:]))
	assert.Equal(t, reflect.TypeFor[losses.Scarcity]().NumField(), 12, "a new count needs a place")
}

func TestNothingOfTheCallersIsReadAfterACall(t *testing.T) {
	c, w := newCaller(3, 4), newWork(t, "rpn: {}\nroi: {sampler: {type: random, num: 8}}", stageROI, 4)
	starts := []int64{0, 100, 200, 256}
	p := Proposals{Size: unsafe.Sizeof(Proposals{}), Images: c.batch.Images, Proposals: &starts[0], ProposalBox: &c.box[0][0]}
	loss := func(spoil bool) (v Value) {
		var candidates, regions int64
		require.NoError(t, w.Join(&p, &candidates))
		if spoil {
			for _, list := range [][]anchors.Box{c.truth, c.box} {
				for i := range list {
					list[i] = anchors.Box{float32(math.NaN())}
				}
			}
			for i := range c.class {
				c.class[i] = 99
			}
		}
		require.NoError(t, w.SampleROIs(1, 2, nil, nil, &regions))
		v.Size = unsafe.Sizeof(v)
		require.NoError(t, w.LossROIs(&c.logits[0], &c.deltas[0], &c.gradLogits[0], &c.gradDeltas[0], &v))
		return v
	}
	want := loss(false)
	want.Scarcity[11] = 3 // the keys of the second time were used already
	assert.Equal(t, want, loss(true))
	assert.NotZero(t, want.Box)
}

func TestASecondStagesAssignerLabelsProposals(t *testing.T) {
	c, w := newCaller(2, 4), newWork(t, "rpn: {}\nroi: {}", stageROI, 4)
	c.batch.Logits, c.batch.GradLogits = nil, nil // a column fewer than the stage's
	gt, iou := make([]int32, 2*len(c.box)), make([]float32, 2*len(c.box))
	require.NoError(t, w.Assign(&c.batch, &gt[0], &iou[0]))
	dense := newWork(t, "dense: {assigner: {type: max_iou, pos_iou: 0.5, neg_iou: 0.5, forced: none}}", stageDense, 4)
	want := make([]int32, len(gt))
	require.NoError(t, dense.Assign(&c.batch, &want[0], nil))
	assert.Equal(t, want, gt)
	assert.Contains(t, gt, int32(0))
}

func TestALaterBatchMayBeOfNoPyramid(t *testing.T) {
	c, w := newCaller(2, 4), newWork(t, "dense: {}", stageDense, 4)
	value, grid := Value{Size: unsafe.Sizeof(Value{})}, []int32{8, 16, 16, 1}
	c.batch.Levels, c.batch.Grid = 1, &grid[0]
	require.NoError(t, w.Step(&c.batch, &value))
	c.batch.Levels, c.batch.Grid = 0, nil
	c.batch.Step = 1
	require.NoError(t, w.Step(&c.batch, &value))
}

// Anchors of the padding of a batch are ignored where its images have sizes,
// and a caller from before the field was there is read as before.
func TestAnchorsOfThePaddingAreIgnoredForWhoGivesSizes(t *testing.T) {
	c, w := newCaller(3, 4), newWork(t, "dense: {}", stageDense, 4)
	n := len(c.box)
	gt, iou := make([]int32, 3*n), make([]float32, 3*n)
	ignored := func() (counts [3]int) {
		require.NoError(t, w.Assign(&c.batch, &gt[0], &iou[0]))
		for i, label := range gt {
			cx := c.box[i%n][0] + 12
			if label == anchors.Ignored && cx >= 64 {
				counts[i/n]++
			}
		}
		return counts
	}
	before := ignored()
	size := []int32{64, 128, 0, 0, 128, 128}
	c.batch.ImageSize = &size[0]
	padded := ignored()
	assert.Equal(t, n/2, padded[0], "all of the right half")
	assert.Equal(t, before[1:], padded[1:])
	c.batch.Size = unsafe.Offsetof(c.batch.ImageSize)
	assert.Equal(t, before, ignored())

	c.batch.Size = unsafe.Sizeof(c.batch)
	var message [200]byte
	for at, wrong := range map[int]int32{0: 129, 1: 0, 4: -1} {
		was := size[at]
		size[at] = wrong
		assert.EqualValues(t, Misuse, Call(&message[0], 200, func() error { return w.Assign(&c.batch, &gt[0], &iou[0]) }))
		assert.Contains(t, text(message[:]), "(ID ")
		size[at] = was
	}
}
