package command

import (
	"fmt"
	"io"
	"strings"

	"detsample/bench/config"
)

// noteUnused says that a configuration is made for a folder's images, as what
// inspect advises is, where generated scenes are trained on.
func (c *compareCommand) noteUnused(w io.Writer, comparison *config.Config) {
	f, usual := &comparison.Folder, config.Default().Folder
	var set []string
	for _, s := range []struct {
		name  string
		given bool
	}{{"size", f.Size != usual.Size}, {"crop", f.Crop != usual.Crop}, {"anchors", f.Anchors != usual.Anchors}} {
		if s.given {
			set = append(set, "folder."+s.name)
		}
	}
	if c.Data != nil || len(set) == 0 {
		return
	}
	fmt.Fprintf(w, "note: this trains on generated scenes, and the configuration is for a folder's images (%s): --data FOLDER trains on those\n", strings.Join(set, ", "))
}
