package interchange

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"detsample/anchors"
	"detsample/bench/strategy"
	"detsample/internal/strictyaml"
	"detsample/losses"
	"detsample/sampling"
)

// part is an assigner, sampler, loss or normaliser of a strategy, or a stage,
// with every parameter by its key. A parameter that is itself one is a *part.
type part struct {
	name   string
	params params
}

// partOf returns the part at a key, an empty one if there is none.
func (p *part) partOf(key string) *part {
	switch v := p.params[key].(type) {
	case *part:
		return v
	case string:
		if alias, ok := aliases[v]; ok {
			v = alias
		}
		return &part{name: v, params: params{}}
	}
	return &part{params: params{}}
}

// has reports whether a parameter is given.
func (p *part) has(key string) bool { return p.params[key] != nil }

// stagesOf returns the stages of a strategy by name.
func stagesOf(s strategy.Strategy) (map[string]*part, error) {
	text, err := strictyaml.Marshal(&s, strategy.Types())
	if err != nil {
		return nil, err
	}
	tree, err := strictyaml.Tree(s.Name, text)
	if err != nil {
		return nil, err
	}
	r := &reader{budget: budget{limits: defaultLimits}}
	root, err := r.fromYAML(s.Name, tree)
	if err != nil {
		return nil, err
	}
	stages := map[string]*part{}
	for _, name := range strategy.Stages {
		if n := root.dict.get(name); n != nil && n.kind == mapping {
			stages[name] = partOfNode(n)
		}
	}
	return stages, nil
}

// aliases are second names of normalisers, by which a strategy is written where
// the parameters happen to be theirs.
var aliases = map[string]string{"caffe_batch_size": "fixed", "caffe_valid": "sampled"}

func partOfNode(n *node) *part {
	p := &part{params: params{}}
	for _, e := range n.dict.entries {
		switch v := e.value; v.kind {
		case mapping:
			p.params[e.key] = partOfNode(v)
		case text:
			p.params[e.key] = v.text
		case boolean:
			p.params[e.key] = v.truth
		case integer:
			p.params[e.key] = v.whole
		case real:
			p.params[e.key] = v.number
		case list:
			if values, ok := floats(v); ok {
				p.params[e.key] = values
			}
		}
		if e.key == "type" {
			p.name = e.value.text
			if alias, ok := aliases[p.name]; ok {
				p.name = alias
			}
			delete(p.params, "type")
		}
	}
	return p
}

// equalParam compares two values of a parameter.
func equalParam(a, b any) bool {
	if x, y := number(a), number(b); x == x && y == y {
		return x == y
	}
	if x, ok := a.([]float64); ok {
		y, _ := b.([]float64)
		return slices.Equal(x, y)
	}
	return fmt.Sprint(a) == fmt.Sprint(b)
}

// inert reports whether a parameter means nothing beside the others.
func inert(ours, key string, p params) bool {
	switch ours + "." + key {
	case "max_iou.force_zero":
		return p["forced"] == "none" || number(p["min_pos_iou"]) > 0
	case "max_iou.ties", "max_iou.min_pos_iou", "max_iou.order":
		return p["forced"] == "none"
	case "max_iou.ignore_order", "atss.ignore_order":
		return number(p["ignore_iof"]) == 1
	case "max_iou.border":
		return p["straddle"] == "kept"
	case "max_iou.nwd_scale":
		return p["similarity"] != "nwd"
	}
	return false
}

var (
	plainParts sync.Mutex
	plainKnown = map[string]params{}
)

// plain returns the parameters of one of our components as they are by default,
// which is what says nothing.
func plain(what role, name string) params {
	plainParts.Lock()
	defer plainParts.Unlock()
	key := string(what) + " " + name
	if known, ok := plainKnown[key]; ok {
		return known
	}
	var found params
	switch what {
	case assigner:
		found = plainOf[anchors.Assigner](name)
	case sampler:
		found = plainOf[sampling.Sampler](name)
	case clsLoss:
		found = plainOf[losses.Cls](name)
	case boxLoss:
		found = plainOf[losses.Box](name)
	}
	plainKnown[key] = found
	return found
}

// plainOf reads a registered name alone; what needs more than that has no
// defaults.
func plainOf[T any](name string) params {
	type one struct{ Part T }
	var o one
	if strictyaml.Unmarshal(name, []byte("part: "+name+"\n"), &o, strategy.Types()) != nil {
		return nil
	}
	text, err := strictyaml.Marshal(&o, strategy.Types())
	if err != nil {
		return nil
	}
	tree, err := strictyaml.Tree(name, text)
	if err != nil {
		return nil
	}
	r := &reader{budget: budget{limits: defaultLimits}}
	root, err := r.fromYAML(name, tree)
	if err != nil {
		return nil
	}
	return partOfNode(root).partOf("part").params
}

// expression is a component of another library as its configuration has it.
type expression struct {
	theirs string
	pairs  []pair
	lacks  []string // what it cannot say
}

type pair struct{ key, value string }

// expressed returns the component of a library that says a part, the one that
// lacks least; ok is false if none is of its kind.
func (l *library) expressed(what role, p *part) (best expression, ok bool) {
	for i := range l.components {
		c := &l.components[i]
		if c.role != what || c.ours != p.name {
			continue
		}
		if e := c.expressed(p); !ok || len(e.lacks) < len(best.lacks) {
			best, ok = e, true
		}
	}
	return best, ok
}

func (c *component) expressed(p *part) expression {
	e := expression{theirs: c.theirs}
	said := map[string]bool{}
	for _, w := range c.when {
		e.pairs = append(e.pairs, pair{w.key, w.value})
	}
	for _, f := range c.fields {
		if f.out == nil {
			continue
		}
		for _, key := range f.ours {
			said[key] = true
		}
		value, why := f.out(p.params)
		if why != "" && !allInert(c.ours, f.ours, p.params) {
			e.lacks = append(e.lacks, p.name+"."+why)
		}
		if value != "" && value != "None" {
			e.pairs = append(e.pairs, pair{f.theirs, value})
		}
	}
	for _, s := range c.always {
		said[s.key] = true
		if v, given := p.params[s.key]; given && !equalParam(v, s.value) && !inert(c.ours, s.key, p.params) {
			e.lacks = append(e.lacks, fmt.Sprintf("%s.%s: %v; there it is %v", p.name, s.key, shownParam(v), shownParam(s.value)))
		}
	}
	defaults := plain(c.role, c.ours)
	for _, key := range sortedKeys(p.params) {
		if !said[key] && !equalParam(p.params[key], defaults[key]) && !inert(c.ours, key, p.params) {
			e.lacks = append(e.lacks, fmt.Sprintf("%s.%s: %v", p.name, key, shownParam(p.params[key])))
		}
	}
	return e
}

func allInert(ours string, keys []string, p params) bool {
	for _, key := range keys {
		if !inert(ours, key, p) {
			return false
		}
	}
	return len(keys) > 0
}

func shownParam(v any) string {
	switch v := v.(type) {
	case *part:
		if v.name != "" {
			return v.name
		}
		return "given"
	case []float64:
		return yamlScalar(v)
	case float64, int64, bool, string:
		return yamlScalar(v)
	}
	return fmt.Sprint(v)
}

func sortedKeys(p params) []string {
	keys := make([]string, 0, len(p))
	for k := range p {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// dictText writes a dict of Python on lines of their own.
func dictText(indent int, theirs string, pairs []pair) string {
	var out strings.Builder
	out.WriteString("dict(")
	if theirs != "" {
		pairs = append([]pair{{"type", "'" + theirs + "'"}}, pairs...)
	}
	margin := strings.Repeat(" ", indent+4)
	total := 0
	for _, p := range pairs {
		total += len(p.key) + len(p.value) + 3
	}
	one := total < 70 && !strings.Contains(fmt.Sprint(pairs), "\n")
	for i, p := range pairs {
		if i > 0 {
			out.WriteByte(',')
		}
		switch {
		case !one:
			out.WriteString("\n" + margin)
		case i > 0:
			out.WriteByte(' ')
		}
		out.WriteString(p.key + "=" + p.value)
	}
	out.WriteByte(')')
	return out.String()
}
