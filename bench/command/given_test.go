package command

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAFlagThatWouldDoNothingIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	for _, c := range []struct{ args, message string }{
		{"compare --until 0", "--until is 0: expected points of AP, above 0 and at most 100"},
		{"compare --follow-links", "--follow-links is of the folder of --data: name that, or leave it out"},
		{"compare --data x --crop 0", "--crop is 0: expected a number of pixels from 64 to 2048"},
		{"compare --data x --crop 100 --size auto --crop -1", "--crop is -1: expected a number of pixels from 64 to 2048"},
		{"compare --crop 100", "--size and --crop are of the images of --data; generated scenes have their size in the configuration (scenes.size)"},
		{"compare --size=", "--size is empty: expected N, or leave it out"},
		{"compare --out=", "--out is empty: expected a folder; leave it out for detsample-out"},
		{"compare --only=", "--only is empty: expected a name, or leave it out"},
		{"merge x --follow-links", "--follow-links is of the folder of --data: name that, or leave it out"},
		{"merge x --data=", "--data is empty: expected a folder of images; leave it out where they are as they were for the shards"},
		{"plan x --follow-links", "--follow-links is of the folder of --data: name that, or leave it out"},
		{"plan x --shards 0", "--shards is 0: expected at least 1"},
		{"study --follow-links", "--follow-links is of the folder of --data: name that, or leave it out"},
		{"import x.py --format json", "--format is of the fields that --table prints, and the strategy is YAML: give --table, or leave it out"},
		{"import x.py --from=", "--from is empty: expected a library, or leave it out"},
		{"list --pages x --format json", "--pages writes Markdown and pictures: leave --format out"},
		{"list --pages=", "--pages is empty: expected a folder, or leave it out"},
		{"eval --gt x --dt y --resamples 50", "--resamples is of the intervals between several --dt: name another, or leave it out"},
		{"eval --gt= --dt y", "--gt is empty: expected a file or a folder"},
		{"convert x --to voc --out y --categories-from z", "--categories-from can't be used with --to voc: Pascal VOC has names and no numbers"},
		{"convert x --to coco --out y --classes=", "--classes is empty: expected a name, or leave it out"},
		{"inspect x --config=", "--config is empty: expected a file, or leave it out"},
	} {
		assert.Equal(t, outcome{status: statusUsage, stderr: "detsample: " + c.message + "\n"}, detsample(strings.Fields(c.args)...), c.args)
	}
}

// A variable of a shell that is not set leaves an empty word.
func TestAnEmptyNameIsRefused(t *testing.T) {
	for want, args := range map[string][]string{
		"<file> ...: the name is empty; see detsample check --help":      {"check", "a.yaml", ""},
		"<file>: the name is empty; see detsample import --help":         {"import", ""},
		"<dump>: the name is empty; see detsample replay --help":         {"replay", ""},
		"<strategy>: the name is empty; see detsample export --help":     {"export", "", "--to", "mmdet"},
		"[<kind or name>]: the name is empty; see detsample list --help": {"list", ""},
		"<dir> ...: the name is empty; see detsample merge --help":       {"merge", ""},
	} {
		assert.Equal(t, outcome{status: statusUsage, stderr: "detsample: " + want + "\n"}, detsample(args...))
	}
}
