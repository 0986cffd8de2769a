package external

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path/filepath"
	"regexp"
	"time"

	"detsample/bench/trainer"
	"detsample/internal/regular"
	"detsample/losses"
)

// logName is the file in which a program says how far it has come and, if it
// likes, what its stages learned from: a JSON object a line.
const logName = "balance.jsonl"

// line is a line of the log: what a stage's step, or some steps together,
// learned from, by the names of detsample's Balance. Only seen is required.
type line struct {
	Seen          *int     `json:"seen"` // images so far
	Stage         string   `json:"stage"`
	Positives     float64  `json:"positives"`
	Negatives     float64  `json:"negatives"`
	UsedPositives float64  `json:"used_positives"`
	UsedNegatives float64  `json:"used_negatives"`
	LossPositives *float64 `json:"loss_positives"`
	LossNegatives *float64 `json:"loss_negatives"`
	GradPositives *float64 `json:"grad_positives"`
	GradNegatives *float64 `json:"grad_negatives"`
	losses.Scarcity
}

// notFinite is how Python writes numbers that JSON does not have.
var notFinite = regexp.MustCompile(`:\s*(NaN|-?Infinity)`)

func parseLine(text []byte) (l line, err error) {
	if err = json.Unmarshal(notFinite.ReplaceAll(text, []byte(":null")), &l); err != nil {
		return l, err
	}
	if l.Seen == nil {
		return l, errors.New(`no "seen", the images so far`)
	}
	for name, n := range l.All() {
		if err := count(name, float64(n)); err != nil {
			return l, err
		}
	}
	return l, cmp.Or(count("seen", float64(*l.Seen)), count("positives", l.Positives), count("negatives", l.Negatives),
		count("used_positives", l.UsedPositives), count("used_negatives", l.UsedNegatives),
		size("grad_positives", l.GradPositives), size("grad_negatives", l.GradNegatives))
}

// mostCount is up to where float64 counts by ones.
const mostCount = 1 << 53

// count reports a number that counts nothing. Those of many lines have a finite
// sum.
func count(name string, n float64) error {
	if n >= 0 && n <= mostCount {
		return nil
	}
	return fmt.Errorf("%q is %v: expected 0 to %d", name, n, int64(mostCount))
}

// size reports a sum of sizes that is negative; one that is not given may be any.
func size(name string, v *float64) error {
	if v == nil || *v >= 0 {
		return nil
	}
	return fmt.Errorf("%q is %v: expected 0 or more", name, *v)
}

// mostLine is the longest line that is read.
const mostLine = 1 << 20

var errLong = fmt.Errorf("it is longer than %d bytes", mostLine)

// log is what a program has logged, by stages. Where it went back to an earlier
// checkpoint, what it then logs takes the place of what was there.
type log struct {
	seen   int // at the last line
	stages map[string][]line
	lines  int
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

// sum adds the lines of a stage up, per image.
func sum(name string, lines []line) trainer.StageFigures {
	f := trainer.StageFigures{Stage: name}
	var loss, grad [2]float64
	for _, l := range lines {
		f.Positives += l.Positives
		f.Negatives += l.Negatives
		f.UsedPositives += l.UsedPositives
		f.UsedNegatives += l.UsedNegatives
		f.Scarcity.Add(l.Scarcity)
		add(&loss, l.LossPositives, l.LossNegatives)
		add(&grad, l.GradPositives, l.GradNegatives)
	}
	images := float64(f.Scarcity.Images)
	if images == 0 {
		images = float64(max(1, *lines[len(lines)-1].Seen))
	}
	for _, figure := range []*float64{&f.Positives, &f.Negatives, &f.UsedPositives, &f.UsedNegatives} {
		*figure /= images
	}
	f.NegativeLoss, f.NegativeGrad = share(loss), share(grad)
	return f
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
