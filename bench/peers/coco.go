package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"detsample/bench/annotations"
	"detsample/bench/cocoeval"
	"detsample/bench/dump"
)

const (
	annotationsFile = "instances.json"
	detectionsFile  = "results.json"
)

// cocoOperations are the evaluation of detections by COCO's rules, and the
// reading of the files that it needs.
func cocoOperations(s sizes) []operation {
	scene := cocoScene{images: s.of(1000), objects: s.of(7000), detections: s.of(100_000), classes: 80}
	size := fmt.Sprintf("%d images, %dk detections", scene.images, scene.detections/1000)
	var all []operation
	for _, p := range []struct {
		name string
		goal float64
	}{{"pycocotools", 100}, {"hotcoco", 1}} {
		row := func(name, call string, loads bool, goal float64) operation {
			return operation{
				name: name, size: size, peer: p.name, modules: []string{p.name}, goal: goal,
				build: func(folder string) (*problem, error) { return scene.problem(folder, call, p.name, loads) },
			}
		}
		loadGoal := 0.0
		if p.goal == 1 {
			loadGoal = 1
		}
		all = append(all, row("COCO evaluation", "coco.evaluate", false, p.goal), row("COCO files read", "coco.load", true, loadGoal))
	}
	return all
}

// cocoScene is a made-up validation set and what a detector found in it.
type cocoScene struct{ images, objects, detections, classes int }

type cocoAnnotation struct {
	ID       int        `json:"id,omitempty"`
	Image    int        `json:"image_id"`
	Category int        `json:"category_id"`
	Box      [4]float64 `json:"bbox"`
	Area     float64    `json:"area,omitempty"`
	Crowd    *int       `json:"iscrowd,omitempty"`
	Score    *float64   `json:"score,omitempty"`
}

// make returns the objects and the detections: a third of these near an object
// and of its class, a third elsewhere of any class, a third elsewhere of its
// class.
func (s cocoScene) make() (objects, detections []cocoAnnotation) {
	rng := newRand(10)
	box := func() [4]float64 {
		return [4]float64{rng.Float64() * 560, rng.Float64() * 400, 8 + 80*rng.ExpFloat64(), 8 + 80*rng.ExpFloat64()}
	}
	for i := range s.objects {
		crowd := 0
		if rng.IntN(100) == 0 {
			crowd = 1
		}
		b := box()
		objects = append(objects, cocoAnnotation{
			ID: i + 1, Image: s.image(i * s.images / s.objects), Category: 1 + rng.IntN(s.classes),
			Box: b, Area: 0.7 * b[2] * b[3], Crowd: &crowd,
		})
	}
	for i := range s.detections {
		o := objects[i*s.objects/s.detections]
		score := rng.Float64()
		d := cocoAnnotation{Image: o.Image, Category: o.Category, Box: o.Box, Score: &score}
		if i%3 == 0 {
			jitter(rng, &d.Box)
		} else {
			d.Box, score = box(), score*score
		}
		if i%3 == 1 {
			d.Category = 1 + rng.IntN(s.classes)
		}
		detections = append(detections, d)
	}
	return objects, detections
}

// image returns the identity of the i-th image.
func (cocoScene) image(i int) int { return 37 * (1 + i) }

func jitter(rng *rand.Rand, b *[4]float64) {
	w, h := b[2], b[3]
	for j, size := range []float64{w, h, w, h} {
		b[j] += 0.1 * size * rng.NormFloat64()
	}
	b[2], b[3] = max(b[2], 1), max(b[3], 1)
}

// write writes the scene in COCO's formats to folder.
func (s cocoScene) write(folder string) error {
	type named struct {
		ID     int    `json:"id"`
		Name   string `json:"name,omitempty"`
		Width  int    `json:"width,omitempty"`
		Height int    `json:"height,omitempty"`
	}
	var images, categories []named
	for i := range s.images {
		images = append(images, named{ID: s.image(i), Width: 640, Height: 480})
	}
	for k := range s.classes {
		categories = append(categories, named{ID: k + 1, Name: fmt.Sprint(k + 1)})
	}
	objects, detections := s.make()
	truth := map[string]any{"images": images, "categories": categories, "annotations": objects}
	return errors.Join(writeJSON(filepath.Join(folder, annotationsFile), truth), writeJSON(filepath.Join(folder, detectionsFile), detections))
}

func writeJSON(file string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(file, raw, 0o644)
}

// problem is the evaluation of the scene, or the reading of its files.
func (s cocoScene) problem(folder, call, peer string, loads bool) (*problem, error) {
	if err := s.write(folder); err != nil {
		return nil, err
	}
	truth, found, err := readCOCO(folder)
	if err != nil {
		return nil, err
	}
	size := 0.0
	for _, name := range []string{annotationsFile, detectionsFile} {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		size += float64(info.Size())
	}
	p := &problem{
		call:      call,
		arguments: map[string]any{"module": peer, "folder": folder},
		checks:    []check{within(1e-6, "figures")},
	}
	if loads {
		p.checks = []check{equal("counts")}
		p.bytes = size
	}
	p.ours = func() side { return cocoSide(folder, truth, found, loads) }
	return p, nil
}

func cocoSide(folder string, truth []cocoeval.GroundTruth, found []cocoeval.Detection, loads bool) side {
	var result *cocoeval.Result
	var err error
	return side{
		run: func() {
			if loads {
				truth, found, err = readCOCO(folder)
			} else {
				result, err = cocoeval.Evaluate(cocoeval.DefaultParams(), truth, found)
			}
			if err != nil {
				panic(err) // the files were written and read before
			}
			if !loads {
				result.Summary()
			}
		},
		results: func() []dump.Array {
			if loads {
				return []dump.Array{integers("counts", []int{len(truth), len(found)})}
			}
			m := result.Summary()
			figures := []float64{m.AP, m.AP50, m.AP75, m.APS, m.APM, m.APL, m.AR1, m.AR10, m.AR100, m.ARS, m.ARM, m.ARL}
			narrow := make([]float32, len(figures))
			for i, v := range figures {
				narrow[i] = float32(v)
			}
			return []dump.Array{floats("figures", narrow)}
		},
	}
}

func readCOCO(folder string) ([]cocoeval.GroundTruth, []cocoeval.Detection, error) {
	set, err := annotations.Open(filepath.Join(folder, annotationsFile), annotations.Options{Policy: annotations.Policy{AsIs: true}})
	if err != nil {
		return nil, nil, err
	}
	truth, err := cocoeval.TruthOf(set)
	if err != nil {
		return nil, nil, err
	}
	found, err := annotations.OpenResults(filepath.Join(folder, detectionsFile))
	return truth.Objects, found, err
}
