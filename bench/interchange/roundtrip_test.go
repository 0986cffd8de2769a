package interchange

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/strategy"
)

// back exports a strategy and reads the fragment again.
func back(t require.TestingT, dir string, s strategy.Strategy, to string) (Exported, strategy.Strategy) {
	fragment, err := Export(s, to)
	require.NoError(t, err)
	extension := map[string]string{"mmdet": ".py", "detectron2": ".yaml", "torchvision": ".yaml"}[to]
	path := filepath.Join(dir, "fragment"+extension)
	require.NoError(t, os.WriteFile(path, fragment.Text, 0o600))
	made, err := Import(path, Options{})
	require.NoError(t, err, "%s", fragment.Text)
	again, err := strategy.Parse(path, made.YAML)
	require.NoError(t, err, "%s", made.YAML)
	again.Name = s.Name
	return fragment, again
}

func TestAPeerGoesToItsLibraryAndComesBackTheSame(t *testing.T) {
	for _, at := range []struct{ peer, to string }{
		{"mmdetection", "mmdet"}, {"mmdetection-retinanet", "mmdet"}, {"mmdet-ohem", "mmdet"}, {"pisa", "mmdet"}, {"libra-as-coded", "mmdet"},
		{"detectron2", "detectron2"}, {"detectron2-retinanet", "detectron2"},
		{"torchvision", "torchvision"}, {"torchvision-retinanet", "torchvision"}, {"torchvision-ssd", "torchvision"},
	} {
		s, err := strategy.Peer(at.peer)
		require.NoError(t, err)
		fragment, again := back(t, t.TempDir(), s, at.to)
		assert.Empty(t, fragment.Lacks, at.peer)
		assert.Equal(t, s, again, at.peer)
	}
}
