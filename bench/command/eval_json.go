package command

import (
	"io"
	"math"

	"detsample/bench/cocoeval"
)

// figuresJSON is a list of figures by name; null where one is undefined.
type figuresJSON map[string]*float64

func defined(v float64) *float64 {
	if v < 0 {
		return nil
	}
	return &v
}

type evaluationJSON struct {
	Images     int                `json:"images"`
	Objects    int                `json:"objects"`
	Ignored    int                `json:"crowds_and_ignored"` // besides
	Categories int                `json:"categories"`         // with objects
	Detections int                `json:"detections"`
	MaxDets    []int              `json:"max_dets"`
	Areas      map[string]float64 `json:"areas"`
	Summary    figuresJSON        `json:"summary"`
	askedJSON
}

// askedJSON is what an evaluation has of some annotations, or where it is asked for.
type askedJSON struct {
	LVIS    figuresJSON `json:"lvis,omitempty"`
	Classes []classJSON `json:"classes,omitempty"`
	Errors  *errorsJSON `json:"errors,omitempty"`
}

type classJSON struct {
	ID         int32       `json:"id"`
	Name       string      `json:"name"`
	Objects    int         `json:"objects"`
	Detections int         `json:"detections"`
	Summary    figuresJSON `json:"summary"`
}

type errorsJSON struct {
	AP            float64              `json:"ap"`
	Kinds         map[string]errorJSON `json:"kinds"`
	FalsePositive float64              `json:"false_positive"`
	FalseNegative float64              `json:"false_negative"`
	MaxDets       int                  `json:"max_dets"`     // an image
	BeyondLimit   int                  `json:"beyond_limit"` // objects that only detections beyond it find
}

type errorJSON struct {
	Count   int     `json:"count"`
	DeltaAP float64 `json:"delta_ap"`
}

// json writes every figure as a share of 1.
func (e *evaluation) json(w io.Writer, c *evalCommand) error {
	p := &e.result.Params
	out := evaluationJSON{
		Images: len(e.set.Images), Objects: e.set.Objects(), Ignored: e.set.Ignored(), Categories: e.set.Present(), Detections: e.detections,
		MaxDets: p.MaxDets,
		Areas:   map[string]float64{"small": math.Sqrt(p.Areas[1].Max), "large": math.Sqrt(p.Areas[2].Max)},
		Summary: cocoFigures(e.result.Summary()), askedJSON: e.askedJSON(c),
	}
	return printJSON(w, out)
}

// askedJSON returns what the flags, and the annotations, ask for besides COCO's figures.
func (e *evaluation) askedJSON(c *evalCommand) (out askedJSON) {
	if e.lvis != nil {
		out.LVIS = lvisFigures(e.lvis.Summary())
	}
	if c.PerClass {
		for _, s := range e.result.PerClass() {
			out.Classes = append(out.Classes, classJSON{s.Class, e.name(s.Class), s.GroundTruths, s.Detections, cocoFigures(s.Summary)})
		}
	}
	if s := e.errors; s != nil {
		kinds := map[string]errorJSON{}
		for k, count := range s.Count {
			kinds[cocoeval.ErrorKind(k).String()] = errorJSON{count, s.DeltaAP[k]}
		}
		out.Errors = &errorsJSON{s.AP, kinds, s.FalsePositive, s.FalseNegative, e.limit, s.BeyondLimit}
	}
	return out
}

// cocoFigures names AR by the first, the second and the last limit as COCO's
// limits do.
func cocoFigures(s cocoeval.Summary) figuresJSON {
	return figuresJSON{
		"AP": defined(s.AP), "AP50": defined(s.AP50), "AP75": defined(s.AP75),
		"APS": defined(s.APS), "APM": defined(s.APM), "APL": defined(s.APL),
		"AR1": defined(s.AR1), "AR10": defined(s.AR10), "AR100": defined(s.AR100),
		"ARS": defined(s.ARS), "ARM": defined(s.ARM), "ARL": defined(s.ARL),
	}
}

func lvisFigures(s cocoeval.LVISSummary) figuresJSON {
	return figuresJSON{
		"AP": defined(s.AP), "AP50": defined(s.AP50), "AP75": defined(s.AP75),
		"APS": defined(s.APS), "APM": defined(s.APM), "APL": defined(s.APL),
		"APR": defined(s.APR), "APC": defined(s.APC), "APF": defined(s.APF),
		"AR": defined(s.AR), "ARS": defined(s.ARS), "ARM": defined(s.ARM), "ARL": defined(s.ARL),
	}
}
