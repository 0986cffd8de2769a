package command

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"detsample/bench/annotations"
	"detsample/internal/prose"
)

// dataFlags are what every command that reads annotations takes.
type dataFlags struct {
	Split       string `placeholder:"SPLIT" help:"Part of the set to read: train, val, test, several with commas, or all (all)."`
	FollowLinks bool   `help:"Follow symbolic links that lead out of the folder, too."`
}

// checkLinks returns an error of --follow-links where no --data is given.
func checkLinks(follow bool, data *string) error {
	if follow && data == nil {
		return wrongUsage("--follow-links is of the folder of --data: name that, or leave it out")
	}
	return nil
}

// read opens annotations as the flags say. An interrupt ends it at once.
func (f *dataFlags) read(ctx context.Context, path string, o annotations.Options) (*annotations.Set, error) {
	var err error
	if o.Splits, err = annotations.ParseSplits(f.Split); err != nil {
		return nil, wrongUsage("--split: %w", err)
	}
	o.FollowLinks = f.FollowLinks
	return unlessInterrupted(ctx, func() (*annotations.Set, error) { return annotations.Open(path, o) })
}

// printRead prints what was found in annotations, be it in front of the error
// that ended their reading, and returns that.
func printRead(w io.Writer, set *annotations.Set, err error) error {
	if err != nil {
		printNotes(w, annotations.Noted(err))
		return err
	}
	printNotes(w, set.Problems)
	return nil
}

// printNotes prints a line for each kind of problem. No set of files has so many
// kinds as would not be shown, but one that is made to.
func printNotes(w io.Writer, problems []annotations.Problem) {
	const shown = 100
	lines := annotations.Digest(problems)
	for _, line := range lines[:min(shown, len(lines))] {
		fmt.Fprintln(w, "data:", printable(line))
	}
	if rest := len(lines) - shown; rest > 0 {
		fmt.Fprintf(w, "data: and %s of another kind\n", prose.Count(rest, "finding", "findings"))
	}
}

// sized says how many images, classes and objects a set has; classes are those
// that have objects. Crowds and ignored objects are beside these.
func sized(set *annotations.Set) string {
	return sizedBy(set, set.Objects(), set.Ignored(), set.Present())
}

// sizedBy is sized of those objects, crowds and classes of a set that a format holds.
func sizedBy(set *annotations.Set, objects, ignored, present int) string {
	return fmt.Sprintf("%s of %s in %s", prose.Count(objects, "object", "objects"), classesOf(present, len(set.Categories)), prose.Count(len(set.Images), "image", "images")) + besides(ignored)
}

// besides is [annotations.Besides] of a number as it is.
func besides(ignored int) string { return annotations.Besides(ignored, strconv.Itoa(ignored)) }

// classesOf says how many classes have objects, and how many there are.
func classesOf(present, listed int) string {
	classes := prose.Count(present, "class", "classes")
	if listed != present {
		classes += fmt.Sprintf(" (%d listed)", listed)
	}
	return classes
}
