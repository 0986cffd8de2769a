package external

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"detsample/anchors"
	"detsample/bench/annotations"
	"detsample/bench/cocoeval"
	"detsample/bench/trainer"
	"detsample/internal/prose"
)

// resultsName is the file of detections at the end of training.
const resultsName = "results.json"

// record makes the record of a program that has ended. Results that cannot be
// used, or of which no valid record comes, are a run that broke, whose program
// is to be run again.
func (r *run) record(ctx context.Context, end outcome) (trainer.Record, error) {
	start := time.Now()
	record, err := trainer.Record{}, end.failed
	if err == nil {
		record, err = r.evaluated(ctx, end)
	}
	if ctx.Err() != nil {
		return record, ctx.Err()
	}
	took := trainer.Time{TrainS: end.Seconds, EvaluateS: time.Since(start).Seconds()}
	if err == nil {
		record.Run.Time = took
		if wrong := record.Validate(r.job); wrong != nil {
			err = fmt.Errorf("no record can be made of what is in %s: %w", r.out(), wrong)
		}
	}
	if err != nil {
		if removed := os.Remove(r.path("ended.json")); removed != nil && !errors.Is(removed, fs.ErrNotExist) {
			return record, removed
		}
		record = trainer.Broken(r.job, err)
		record.Run.Time = took
	}
	return record, nil
}

// evaluated reads and evaluates what the program has left.
func (r *run) evaluated(ctx context.Context, end outcome) (record trainer.Record, err error) {
	run := &record.Run
	run.Begin(r.job)
	run.Code = r.code()
	stages := []string{"dense"}
	if r.job.Strategy.TwoStage() {
		stages = []string{"rpn", "roi"}
	}
	logged, err := r.readLog()
	if err != nil {
		return record, err
	}
	r.remark(logged, stages)
	run.Stages = logged.figures(stages)
	points, err := r.checkpoints(end)
	if err != nil {
		return record, err
	}
	var found []cocoeval.Detection
	for _, p := range points {
		if err := ctx.Err(); err != nil {
			return record, err
		}
		if found, err = r.detections(p); err != nil {
			return record, err
		}
		if run.Boxes, err = r.data.test.Units(found, p.file, leastOut); err != nil {
			return record, err
		}
		result, err := cocoeval.Evaluate(r.params(), r.data.truth.Objects, found)
		if err != nil {
			return record, fmt.Errorf("%s: %w", p.file, err)
		}
		run.Evaluated(p.images, result, r.job.Data.Classes, func(class int32) int { return r.data.class[class] })
	}
	if points[0].file == "" && len(points) > 1 { // it was not measured
		run.Curve[0].AP, run.Curve[0].AP50, run.Curve[0].APS = -1, -1, -1
	}
	run.UntrainedAP = run.Curve[0].AP
	run.Images = r.job.Images
	if run.Boxes != "" && run.AP <= max(hardly, run.UntrainedAP) {
		r.note(r.about() + run.Boxes)
	}
	switch {
	case end.Diverged:
		run.Diverged = true
		run.Images = min(max(logged.seen, points[len(points)-1].images), r.job.Images)
		run.Failed = fmt.Sprintf("diverged after %d images, by its exit status %d", run.Images, statusDiverged)
	case run.AP <= max(0, run.UntrainedAP):
		run.Failed = trainer.LearnedNothing
	}
	if err := run.Resample(r.params(), r.data.truth.Objects, found); err != nil {
		return record, err
	}
	if run.Calibration, err = cocoeval.Calibrate(r.params(), r.data.truth.Objects, found); err != nil {
		return record, err
	}
	record.Trace.Pictures = r.pictures(found)
	return record, nil
}

// detections returns what was found at a moment of training; an untrained
// network that was not evaluated has none.
func (r *run) detections(p point) ([]cocoeval.Detection, error) {
	if p.file == "" {
		return nil, nil
	}
	found, err := annotations.OpenResults(p.file)
	if _, missing := os.Stat(p.file); errors.Is(missing, fs.ErrNotExist) {
		return nil, fmt.Errorf("the program ended with status 0 and left no %s", p.file)
	}
	if err != nil {
		return nil, err
	}
	return found, r.data.test.Lists(found, p.file)
}

// leastOut is the share of boxes out of their images that may be why they match nothing:
// many detectors do not clip theirs.
const leastOut = 0.1

// hardly is an AP that boxes of another form than COCO's may have by chance.
const hardly = 0.01

// params are the evaluation's settings.
func (r *run) params() cocoeval.Params {
	p := r.areas.Params()
	p.Images, p.Classes = r.data.truth.Images, r.data.truth.Classes
	return p
}

// about begins what is told of the run.
func (r *run) about() string {
	return fmt.Sprintf("the run of %q with seed %d: ", r.job.Strategy.Name, r.job.Seed)
}

// remark tells what is odd about the log, none of which changes a figure of AP.
func (r *run) remark(l *log, stages []string) {
	about := r.about()
	if n := len(l.wrong); n > 0 {
		r.note(fmt.Sprintf("%s%d of %d lines cannot be read and are left out, the first: %v", about, n, l.lines, l.wrong[0]))
	}
	if len(l.stages) > 0 && l.figures(stages) == nil {
		r.note(fmt.Sprintf("%s%s is not of the strategy's stages %v: left out", about, logName, stages))
	}
	if l.odd != "" {
		r.note(about + l.odd)
	}
	if list := l.unknown(); len(list) > 0 {
		r.note(fmt.Sprintf("%s%s has lines without %s, so that what the stage saw or used is not known", about, logName, prose.List(list, "and")))
	}
	if float64(l.seen) > 1.1*float64(r.job.Images) {
		r.note(fmt.Sprintf("%s%s says that it saw %d images, of a budget of %d", about, logName, l.seen, r.job.Images))
	}
	if l.seen > 0 && float64(l.seen) < 0.9*float64(r.job.Images) {
		r.note(fmt.Sprintf("%s%s ends after %d images of %d", about, logName, l.seen, r.job.Images))
	}
}

// point is a moment of training of which there are results.
type point struct {
	images int
	file   string // empty for the untrained network that was not evaluated
}

var checkpointName = regexp.MustCompile(`^results_([0-9]+)\.json$`)

// checkpoints lists the results, from the untrained network to the end of
// training, which one that diverged does not have.
func (r *run) checkpoints(end outcome) ([]point, error) {
	entries, err := os.ReadDir(r.out())
	if err != nil {
		return nil, err
	}
	var list []point
	for _, e := range entries {
		name := checkpointName.FindStringSubmatch(e.Name())
		if name == nil {
			continue
		}
		images, err := strconv.Atoi(name[1])
		if err != nil || images > r.job.Images {
			return nil, fmt.Errorf("%s is of more images than the budget of %d", filepath.Join(r.out(), e.Name()), r.job.Images)
		}
		if images < r.job.Images || end.Diverged {
			list = append(list, point{images, filepath.Join(r.out(), e.Name())})
		}
	}
	slices.SortFunc(list, func(a, b point) int { return cmp.Compare(a.images, b.images) })
	for i := 1; i < len(list); i++ {
		if list[i].images == list[i-1].images {
			return nil, fmt.Errorf("%s and %s are of the same number of images", list[i-1].file, list[i].file)
		}
	}
	if len(list) == 0 || list[0].images > 0 {
		list = slices.Insert(list, 0, point{})
	}
	if !end.Diverged {
		list = append(list, point{r.job.Images, filepath.Join(r.out(), resultsName)})
	}
	return list, nil
}

// pictures returns the detections on the first test images that show objects,
// at the size that the comparison holds them.
func (r *run) pictures(found []cocoeval.Detection) []trainer.Picture {
	byImage := map[int64][]cocoeval.Detection{}
	for _, d := range found {
		byImage[d.Image] = append(byImage[d.Image], d)
	}
	var out []trainer.Picture
	for _, i := range trainer.Pictured(r.job.Data.Test) {
		im := &r.job.Data.Test[i]
		best := byImage[r.data.test.Images[i].ID]
		slices.SortStableFunc(best, func(a, b cocoeval.Detection) int { return cmp.Compare(b.Score, a.Score) })
		p := trainer.Picture{Image: i}
		for _, d := range best[:min(len(best), trainer.Drawn(im))] {
			p.Detections = append(p.Detections, trainer.DrawnDetection{
				Box: drawn(d.Box, im.Scale), Class: int32(r.data.class[d.Class]), Score: float32(min(max(d.Score, 0), 1)),
			})
		}
		out = append(out, p)
	}
	return out
}

// farOut is a place in pixels that is on no picture.
const farOut = 1 << 20

// drawn turns COCO's form of a box in pixels of the original into corners in
// those of a scaled image. A corner that float32 may not hold is drawn nearer.
func drawn(b [4]float64, scale float32) anchors.Box {
	at := func(v float64) float32 { return float32(min(max(v*float64(scale), -farOut), farOut)) }
	return anchors.Box{at(b[0]), at(b[1]), at(b[0] + b[2]), at(b[1] + b[3])}
}
