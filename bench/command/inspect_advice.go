package command

import (
	"path/filepath"
	"slices"
	"strings"

	"detsample/bench/annotations"
)

// adviceFile is the comparison that the advice comes to, within --out.
const adviceFile = "advice.yaml"

// trainable reports whether compare finds images to train on where these
// annotations were read.
func trainable(set *annotations.Set) bool {
	return slices.ContainsFunc(set.Images, func(im annotations.Image) bool { return im.Path != "" })
}

// adviceCommand returns the command that trains with the advice. Without --data
// that would be on generated scenes: where only annotations are at hand, FOLDER is
// left to the user, and missing says so.
func (c *inspectCommand) adviceCommand() (command, missing string) {
	args := []string{"compare", "--config", filepath.Join(c.Out, adviceFile), "--data"}
	if !c.imagesAtHand {
		return commandOf(append(args, "FOLDER")...), "FOLDER has these images: " + printable(filepath.Base(c.Annotations)) + " is without them, and compare trains on pixels"
	}
	args = append(args, c.Annotations)
	if c.FollowLinks {
		args = append(args, "--follow-links")
	}
	return commandOf(args...), ""
}

// headed puts in front of the advice's comparison what it is for, and the notes on it.
func (c *inspectCommand) headed(yaml []byte, notes []string) []byte {
	command, missing := c.adviceCommand()
	lines := []string{"What inspect advises for " + c.Annotations + ": its anchors and image size are for", "those images, so name them by --data; without, compare generates scenes.", "", "    " + command}
	if missing != "" {
		lines = append(lines, "", missing+".")
	}
	for _, note := range notes {
		lines = append(lines, "", "Note: "+note+".")
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(strings.TrimRight("# "+printable(line), " ") + "\n")
	}
	return append([]byte(b.String()), yaml...)
}
