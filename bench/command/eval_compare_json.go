package command

import "io"

// pairingJSON is a comparison of files for a program to read.
type pairingJSON struct {
	Images  int              `json:"images"`
	Objects int              `json:"objects"`
	Ignored int              `json:"crowds_and_ignored"` // besides
	Draws   int              `json:"draws"`
	Files   []fileJSON       `json:"files"`
	Paired  []differenceJSON `json:"differences"` // to the first file
}

type fileJSON struct {
	File       string                   `json:"file"`
	Detections int                      `json:"detections"`
	Summary    figuresJSON              `json:"summary"`
	Intervals  map[string]*intervalJSON `json:"intervals"`
	askedJSON
}

type differenceJSON struct {
	File    string                   `json:"file"`
	To      string                   `json:"to"`
	Figures map[string]*intervalJSON `json:"figures"`
	Classes []changeJSON             `json:"classes"` // what changed most first
}

type changeJSON struct {
	ID      int32         `json:"id"`
	Name    string        `json:"name"`
	Objects int           `json:"objects"`
	Before  float64       `json:"before"`
	After   float64       `json:"after"`
	Change  *intervalJSON `json:"change"`
}

// intervalJSON is a figure with its 95% interval.
type intervalJSON struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

func (i interval) json() *intervalJSON {
	if !i.known {
		return nil
	}
	return &intervalJSON{i.value, i.low, i.high}
}

// json writes every figure as a share of 1.
func (c *pairing) json(w io.Writer, command *evalCommand) error {
	out := pairingJSON{Images: c.images(), Objects: c.files[0].set.Objects(), Ignored: c.files[0].set.Ignored(), Draws: c.draws}
	for k, e := range c.files {
		f := fileJSON{File: command.DT[k], Detections: e.detections, Summary: cocoFigures(e.result.Summary()), Intervals: map[string]*intervalJSON{}, askedJSON: e.askedJSON(command)}
		for i := range pairedFigures {
			f.Intervals[pairedFigures[i].key] = c.alone(k, &pairedFigures[i]).json()
		}
		out.Files = append(out.Files, f)
		if k == 0 {
			continue
		}
		d := differenceJSON{File: command.DT[k], To: command.DT[0], Figures: map[string]*intervalJSON{}}
		for i := range pairedFigures {
			d.Figures[pairedFigures[i].key] = c.difference(k, &pairedFigures[i]).json()
		}
		for _, x := range c.changed(k) {
			d.Classes = append(d.Classes, changeJSON{x.id, x.name, x.objects, x.before, x.after, x.change.json()})
		}
		out.Paired = append(out.Paired, d)
	}
	return printJSON(w, out)
}
