package dataset

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
)

func TestCheckLeavesOutWhatLoadingDoesAndSaysTheSame(t *testing.T) {
	for name, sound := range map[string]func() fstest.MapFS{"COCO": cocoSet, "VOC": vocSet} {
		t.Run(name, func(t *testing.T) {
			fsys := sound()
			s, err := read(t, fsys, Options{})
			require.NoError(t, err)
			half := fsys[s.Train[0].Name]
			fsys[s.Train[0].Name] = &fstest.MapFile{Data: half.Data[:len(half.Data)*3/4]}
			delete(fsys, s.Test[1].Name)
			dir := onDisk(t, fsys)
			s, err = Open(context.Background(), dir, Options{})
			require.NoError(t, err)
			a, err := annotations.Open(dir, annotations.Options{})
			require.NoError(t, err)
			assert.True(t, a.HasImages)
			require.NoError(t, Check(context.Background(), a))
			there := 0
			for i := range a.Images {
				if a.Images[i].Path != "" {
					there++
				}
			}
			assert.Equal(t, len(s.Train)+len(s.Test), there)
			defects := func(list []annotations.Problem) (texts []string) {
				for _, p := range list {
					if !p.Notice {
						texts = append(texts, p.String())
					}
				}
				return texts
			}
			assert.NotEmpty(t, defects(a.Problems))
			assert.ElementsMatch(t, defects(s.Problems), defects(a.Problems))
		})
	}
}
