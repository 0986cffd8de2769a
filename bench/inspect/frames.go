package inspect

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"detsample/bench/annotations"
	"detsample/internal/prose"
)

// frame is an image that is numbered within a sequence, by its name.
type frame struct {
	number int
	image  *annotations.Image
}

// interleaved says that images outside train are numbered next to training images of
// the same name, "" where names tell of no such sequences. Those of frames of a video
// show nearly the same. One sequence alone may be all photographs of a set in the
// order of a list, and tells nothing.
func interleaved(images []annotations.Image) string {
	sequences := map[string][]frame{}
	for i := range images {
		if name, number, is := numbered(images[i].File); is && images[i].Split != "" {
			sequences[name] = append(sequences[name], frame{number, &images[i]})
		}
	}
	long, held, beside := 0, 0, 0
	var first [2]*annotations.Image
	for _, name := range sortedNames(sequences) {
		list := sequences[name]
		if len(list) > 2 {
			long++
		}
		train := map[int]*annotations.Image{}
		for _, f := range list {
			if f.image.Split == annotations.Train {
				train[f.number] = f.image
			}
		}
		for _, f := range list {
			if f.image.Split == annotations.Train {
				continue
			}
			held++
			next := train[f.number-1]
			if next == nil {
				next = train[f.number+1]
			}
			if next == nil {
				continue
			}
			if beside++; beside == 1 {
				first = [2]*annotations.Image{f.image, next}
			}
		}
	}
	if long < 2 || beside == 0 || 2*beside < held {
		return ""
	}
	return fmt.Sprintf("%d of %s numbered next to a training image of the same name, first %s (%s) and %s (train): if these are frames of videos, what was learnt by heart counts as found; keep each video whole in one part",
		beside, prose.Count(held, "image outside train is", "images outside train are"), path.Base(first[0].File), first[0].Split, path.Base(first[1].File))
}

// numbered splits the name of a file at its last number.
func numbered(file string) (name string, number int, is bool) {
	stem := path.Base(file)
	stem = strings.TrimSuffix(stem, path.Ext(stem))
	end := strings.LastIndexAny(stem, "0123456789") + 1
	start := end
	for start > 0 && stem[start-1] >= '0' && stem[start-1] <= '9' {
		start--
	}
	number, err := strconv.Atoi(stem[start:end])
	return stem[:start] + "#" + stem[end:], number, err == nil
}

func sortedNames(sequences map[string][]frame) []string {
	names := make([]string, 0, len(sequences))
	for name := range sequences {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// parts says that figures and anchors are of all parts of a set, "" where it has one.
func parts(images []annotations.Image) string {
	var found []string
	for i := range images {
		if s := string(images[i].Split); s != "" && !slices.Contains(found, s) {
			found = append(found, s)
		}
	}
	if len(found) < 2 {
		return ""
	}
	slices.Sort(found)
	return fmt.Sprintf("figures, and anchors that are advised, are of all images, of %s alike: --split train looks at the training images alone", prose.List(found, "and"))
}
