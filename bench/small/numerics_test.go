package small

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// golden are digests of what trainings end with, of the version and kernels
// that they belong to. Where they change on purpose, numericsVersion goes up
// with them: runs that were kept are then trained again, and not mixed with
// those of another program.
var golden = map[string]string{
	"small detectors 1 on amd64 with vector kernels": "12bd5dcc5de54a44",
	"small detectors 1 on amd64 with gonum kernels":  "61a3cef32fc61101",
}

func TestFiguresChangeOnlyWithTheirVersion(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	h := sha256.New()
	two := strings.Replace(tiny, "dense: {}", "rpn: {sampler: {type: random, num: 32}}, roi: {sampler: {type: ohem, num: 16}}", 1)
	for _, text := range []string{
		tiny, two,
		strings.Replace(tiny, "dense: {}", "dense: {assigner: atss, sampler: hard_negative, cls: ce, box: giou, norm: sampled}", 1),
		strings.Replace(tiny, "average: 0.5", "average: 0, optimizer: sgd, schedule: cosine", 1),
	} {
		run := newTiny(t, text)
		r, err := run.record(t.Context(), func(int) {})
		require.NoError(t, err)
		for _, v := range values(run.params) {
			require.NoError(t, binary.Write(h, binary.LittleEndian, math.Float32bits(v)))
		}
		fmt.Fprintln(h, r.Run.Figures, r.Run.Curve, r.Run.Resamples)
		h.Write(run.Data.Test[0].Pix)
	}
	of := Trainer{}.Numerics()
	want, known := golden[of]
	if !known {
		t.Skipf("no figures are known of %s", of)
	}
	assert.Equal(t, want, fmt.Sprintf("%x", h.Sum(nil)[:8]),
		"trainings end with other numbers than those of %q: if that is meant, raise numericsVersion, and put the new digest here", of)
}
