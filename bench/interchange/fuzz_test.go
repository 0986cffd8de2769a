package interchange

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzPython claims that no Python file makes the reader panic or run beyond its
// limits, and that what it accepts is a strategy.
func FuzzPython(f *testing.F) {
	for _, h := range hostilePython {
		if len(h.source) < 2000 {
			f.Add(h.source)
		}
	}
	for _, name := range []string{"anchors_base.py", "proposals_base.py"} {
		text, err := os.ReadFile(filepath.Join("testdata/mmdet", name))
		require.NoError(f, err)
		f.Add(string(text))
	}
	path := filepath.Join(f.TempDir(), "config.py")
	f.Fuzz(func(t *testing.T, source string) { accepted(t, path, source, "") })
}

// FuzzYAML claims the same of YAML, for each library.
func FuzzYAML(f *testing.F) {
	for _, h := range hostileYAML {
		if len(h.source) < 2000 {
			f.Add(h.source)
		}
	}
	f.Add("MODEL: {META_ARCHITECTURE: RetinaNet, RETINANET: {IOU_THRESHOLDS: [0.4, 0.5], BBOX_REG_WEIGHTS: '(1, 1, 1, 1)'}}")
	f.Add("MODEL: {RPN: {IN_FEATURES: [p2, p3]}, ANCHOR_GENERATOR: {SIZES: [[32], [64]], ASPECT_RATIOS: [[0.5, 1.0]], OFFSET: 0.5}}")
	f.Add("model: fasterrcnn_resnet50_fpn\nbbox_reg_weights: [10, 10, 5, 5]")
	f.Add("model: fasterrcnn_resnet50_fpn\nrpn_anchor_generator: {sizes: [[16], [32], [64], [128], [256]], aspect_ratios: [0.5, 1.0]}")
	f.Add("task: detect\nbox: 7.5\ncls: 0.5\ndfl: 1.5")
	path := filepath.Join(f.TempDir(), "config.yaml")
	f.Fuzz(func(t *testing.T, source string) { accepted(t, path, source, append(Libraries(), "")...) })
}

// accepted imports a source from each library. One folder serves all: to make and
// remove another costs more than the import.
func accepted(t *testing.T, path, source string, libraries ...string) {
	require.NoError(t, os.WriteFile(path, []byte(source), 0o600))
	limits := Limits{FileBytes: 1 << 16, TotalBytes: 1 << 17, Files: 10, Depth: 5, Steps: 10_000, Values: 10_000, Characters: 1 << 16, Nesting: 30}
	for _, from := range libraries {
		made, err := Import(path, Options{From: from, Limits: &limits})
		if err != nil {
			continue
		}
		require.NoError(t, made.Strategy.Validate())
		if made.Pyramid != nil {
			require.NoError(t, made.Pyramid.Validate())
		}
	}
}
