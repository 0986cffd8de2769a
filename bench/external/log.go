package external

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"detsample/bench/trainer"
	"detsample/internal/regular"
)

// logName is the file in which a program says how far it has come and, if it
// likes, what its stages learned from: a JSON object a line.
const logName = "balance.jsonl"

// mostLine is the longest line that is read.
const mostLine = 1 << 20

var errLong = fmt.Errorf("it is longer than %d bytes", mostLine)

// log is what a program has logged, by stages. Where it went back to an earlier
// checkpoint, what it then logs takes the place of what was there.
type log struct {
	seen   int // at the last line
	stages map[string][]line
	lines  int
	odd    string  // of the first line with a key that is probably misspelt, which it is
	wrong  []error // of lines that cannot be read, such as one that was being written when the program was killed
}

// readLog reads the log of a run; it is empty where there is none.
func (r *run) readLog() (*log, error) {
	l := &log{stages: map[string][]line{}}
	path := filepath.Join(r.out(), logName)
	f, err := regular.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	} else if err != nil {
		return l, fmt.Errorf("%s: %w", path, err)
	}
	defer f.Close()
	for b := bufio.NewReaderSize(f, mostLine); ; {
		text, err := b.ReadSlice('\n')
		long := errors.Is(err, bufio.ErrBufferFull)
		for errors.Is(err, bufio.ErrBufferFull) { // its rest is passed over
			_, err = b.ReadSlice('\n')
		}
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			return l, err
		case len(text) == 0:
			return l, nil
		}
		if l.lines++; !long && len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		read, wrong := line{}, errLong
		if !long {
			read, wrong = parseLine(text)
		}
		if wrong != nil {
			l.wrong = append(l.wrong, fmt.Errorf("%s:%d: %w", logName, l.lines, wrong))
			continue
		}
		if l.odd == "" {
			if list := misspelt(text); len(list) > 0 {
				l.odd = fmt.Sprintf("%s:%d: not read: %s", logName, l.lines, strings.Join(list, " and "))
			}
		}
		l.add(read)
	}
}

func (l *log) add(read line) {
	l.seen = *read.Seen
	if read.Stage == "" {
		return
	}
	list := l.stages[read.Stage]
	for len(list) > 0 && *list[len(list)-1].Seen >= *read.Seen {
		list = list[:len(list)-1]
	}
	l.stages[read.Stage] = append(list, read)
}

// figures returns what the stages of a run learned from, nil where one of them
// logged nothing.
func (l *log) figures(stages []string) (list []trainer.StageFigures) {
	for _, name := range stages {
		if len(l.stages[name]) == 0 {
			return nil
		}
		list = append(list, sum(name, l.stages[name]))
	}
	return list
}

// sum adds the lines of a stage up, per image. Positives or negatives that a line
// has without the other are not known, and nor is then the sum of either.
func sum(name string, lines []line) trainer.StageFigures {
	f := trainer.StageFigures{Stage: name}
	var seen, used, loss, grad [2]float64
	for _, l := range lines {
		f.Scarcity.Add(l.Scarcity)
		add(&seen, l.Positives, l.Negatives)
		add(&used, l.UsedPositives, l.UsedNegatives)
		add(&loss, l.LossPositives, l.LossNegatives)
		add(&grad, l.GradPositives, l.GradNegatives)
	}
	images := float64(f.Scarcity.Images)
	if images == 0 {
		images = float64(max(1, *lines[len(lines)-1].Seen))
	}
	if len(unpaired(lines, seenCounts)) == 0 {
		f.Positives, f.Negatives = seen[0]/images, seen[1]/images
	}
	if len(unpaired(lines, usedCounts)) == 0 {
		f.UsedPositives, f.UsedNegatives = used[0]/images, used[1]/images
	}
	f.NegativeLoss, f.NegativeGrad = share(loss), share(grad)
	return f
}

// pair is the positives and negatives of a line, by name.
type pair func(l *line) map[string]*float64

func seenCounts(l *line) map[string]*float64 {
	return map[string]*float64{"positives": l.Positives, "negatives": l.Negatives}
}

func usedCounts(l *line) map[string]*float64 {
	return map[string]*float64{"used_positives": l.UsedPositives, "used_negatives": l.UsedNegatives}
}

// unpaired names what lines lack that have the other of a pair.
func unpaired(lines []line, of pair) (names []string) {
	for i := range lines {
		var lacking []string
		for name, n := range of(&lines[i]) {
			if n == nil {
				lacking = append(lacking, name)
			}
		}
		if len(lacking) == 1 {
			names = append(names, lacking[0])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// unknown says which counts stages lack beside their counterparts.
func (l *log) unknown() (list []string) {
	for _, stage := range slices.Sorted(maps.Keys(l.stages)) {
		for _, of := range []pair{seenCounts, usedCounts} {
			if names := unpaired(l.stages[stage], of); len(names) > 0 {
				list = append(list, fmt.Sprintf("%s of %s", strings.Join(names, " and "), stage))
			}
		}
	}
	return list
}

// add adds positives and negatives that are given.
func add(to *[2]float64, positives, negatives *float64) {
	if positives != nil && negatives != nil {
		to[0] += *positives
		to[1] += *negatives
	}
}

// share returns the negatives' share, unknown where nothing was given, and where
// the sums are too large, or cancel too well, for it to be a number.
func share(of [2]float64) float64 {
	if s := of[1] / (of[0] + of[1]); !math.IsNaN(s) && !math.IsInf(s, 0) {
		return s
	}
	return trainer.Unknown
}

// followEvery is how often a running program's log is looked at.
var followEvery = time.Second

// follower tells of a running program how far it has come.
type follower struct {
	path     string
	progress func(images int)
	most     int
	at       int64 // of the log, read so far
}

func newFollower(r *run, progress func(images int)) *follower {
	return &follower{path: filepath.Join(r.out(), logName), progress: progress, most: r.job.Images}
}

// look reads the lines that are new.
func (f *follower) look() {
	file, err := regular.Open(f.path)
	if err != nil {
		return
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return
	}
	if info.Size() < f.at { // it was begun anew
		f.at = 0
	}
	f.at = max(f.at, info.Size()-mostLine)
	text, err := io.ReadAll(io.NewSectionReader(file, f.at, info.Size()-f.at))
	whole := bytes.LastIndexByte(text, '\n') + 1
	if err != nil || whole == 0 {
		return
	}
	f.at += int64(whole)
	lines := bytes.Split(bytes.TrimSpace(text[:whole]), []byte("\n"))
	if l, err := parseLine(lines[len(lines)-1]); err == nil {
		f.progress(min(*l.Seen, f.most))
	}
}
