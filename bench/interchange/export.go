package interchange

import (
	"fmt"
	"slices"
	"strings"

	"detsample/anchors"
	"detsample/bench/strategy"
	"detsample/internal/registry"
)

// Targets returns the names of the libraries that strategies are written for;
// mmdetection has that of its package besides.
func Targets() []string { return []string{"mmdetection", "mmdet", "detectron2", "torchvision"} }

// Exported is a strategy as another library's configuration has it.
type Exported struct {
	Text  []byte   // the fragment, with what it lacks in comments
	Lacks []string // what of the strategy has no equivalent there
}

// Export writes a strategy, and the anchors that it is for unless pyramid is
// nil, as a fragment of another library's configuration, one of [Targets], or
// mmdet for mmdetection. What has no equivalent there is in comments and in
// [Exported.Lacks]; the error is of a strategy of which nothing can be said
// there.
func Export(s strategy.Strategy, pyramid *anchors.Pyramid, to string) (Exported, error) {
	if err := s.Validate(); err != nil {
		return Exported{}, err
	}
	if pyramid != nil {
		if err := pyramid.Validate(); err != nil {
			return Exported{}, err
		}
	}
	stages, err := stagesOf(s)
	if err != nil {
		return Exported{}, err
	}
	x := &exporter{name: s.Name, stages: stages, pyramid: pyramid}
	switch canonical(to) {
	case "mmdetection":
		err = x.mmdet()
	case "detectron2":
		err = x.detectron2()
	case "torchvision":
		err = x.torchvision()
	default:
		err = registry.Unknown("library", to, Targets())
	}
	if err != nil {
		return Exported{}, err
	}
	var out strings.Builder
	out.WriteString("# " + oneLine(x.title) + "\n")
	for _, h := range x.head {
		out.WriteString("# " + oneLine(h) + "\n")
	}
	for _, l := range x.lacks {
		out.WriteString("# No equivalent: " + oneLine(l) + ".\n")
	}
	out.WriteString(x.body.String())
	return Exported{Text: []byte(out.String()), Lacks: x.lacks}, nil
}

// exporter writes one strategy.
type exporter struct {
	name    string
	title   string
	head    []string
	stages  map[string]*part
	pyramid *anchors.Pyramid // nil: the fragment has none
	lacks   []string
	body    strings.Builder
	said    int // parts of the strategy that have an equivalent
}

func (x *exporter) lack(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(x.lacks, text) {
		x.lacks = append(x.lacks, text)
	}
}

// expect notes what of a part differs from the only value that there is.
func (x *exporter) expect(stage string, p *part, key string, want any) {
	if v, given := p.params[key]; given && !equalParam(v, want) {
		x.lack("%s.%s: %s; there it is %s", stage, key, shownParam(v), shownParam(want))
		return
	}
	x.said++
}

// expectPart notes what of an assigner, sampler, loss or normaliser differs from
// what is built in there: its name and the parameters given.
func (x *exporter) expectPart(stage, key string, p *part, name string, want params) bool {
	own := p.partOf(key)
	if own.name != name {
		x.lack("%s.%s: %s; there it is %s", stage, key, own.name, name)
		return false
	}
	x.said++
	same := true
	for _, k := range sortedKeys(want) {
		if !equalParam(own.params[k], want[k]) && !inert(name, k, own.params) {
			x.lack("%s.%s.%s: %s; there it is %s", stage, key, k, shownParam(own.params[k]), shownParam(want[k]))
			same = false
		}
	}
	return same
}

// beyond notes parameters of a part that are neither said nor as by default.
func (x *exporter) beyond(stage string, what role, p *part, said ...string) {
	defaults := plain(what, p.name)
	for _, key := range sortedKeys(p.params) {
		if !slices.Contains(said, key) && !equalParam(p.params[key], defaults[key]) && !inert(p.name, key, p.params) {
			x.lack("%s.%s.%s: %s", stage, what, key, shownParam(p.params[key]))
		}
	}
}

// nothing is the error of a strategy that a library cannot say at all.
func (x *exporter) nothing(library string) error {
	return fmt.Errorf("strategy %s: %s has nothing that says it:\n  %s", x.name, library, strings.Join(x.lacks, "\n  "))
}

// defaultMaxScale is the limit of sizes that all of these libraries have.
const defaultMaxScale = 4.1351666

// maxScale notes another one.
func (x *exporter) maxScale(stage string, coder *part) {
	if v := coder.params["max_scale"]; !equalParam(v, defaultMaxScale) {
		x.lack("%s.coder.max_scale: %s", stage, shownParam(v))
	}
}
