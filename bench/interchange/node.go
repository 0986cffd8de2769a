package interchange

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// place is where something stands in a file. Line 0 is the file as a whole.
type place struct {
	file      string
	line, col int
}

// String returns "file:line", or the file alone.
func (p place) String() string {
	if p.line == 0 {
		return p.file
	}
	return p.file + ":" + strconv.Itoa(p.line)
}

// kind is what a node holds.
type kind uint8

const (
	null kind = iota
	boolean
	integer
	real
	text
	list
	tuple
	mapping
	symbol // a class or function that a configuration imports: its name alone is known
	method // of a list, mapping or text, to be called
)

var kindNames = [...]string{"None", "a boolean", "an integer", "a number", "a string", "a list", "a tuple", "a dict", "an imported name", "a method"}

func (k kind) String() string { return kindNames[k] }

// node is a value of a configuration and where it is written. Lists and
// mappings are shared by reference, as they are in Python.
type node struct {
	kind   kind
	at     place
	truth  bool
	whole  int64
	number float64
	text   string
	items  []*node // of a list or tuple, and the receiver of a method
	dict   *dict
}

// dict is a mapping in the order of its keys.
type dict struct {
	entries []entry
	index   map[string]int
	deep    bool // update merges what is below: mmengine's ConfigDict
}

type entry struct {
	key   string
	at    place // of the key
	value *node
}

func newDict() *dict { return &dict{index: map[string]int{}} }

func (d *dict) get(key string) *node {
	if i, ok := d.index[key]; ok {
		return d.entries[i].value
	}
	return nil
}

// given returns the value at a key, nil for None and for what is missing.
func (d *dict) given(key string) *node {
	if n := d.get(key); n != nil && n.kind != null {
		return n
	}
	return nil
}

// find returns the value at a key of Python's, nil for what is none or missing.
func (d *dict) find(key *node) *node {
	if k, ok := keyOf(key); ok {
		return d.get(k)
	}
	return nil
}

// placeOf returns where a key is written.
func (d *dict) placeOf(key string) place {
	if i, ok := d.index[key]; ok {
		return d.entries[i].at
	}
	return place{}
}

func (d *dict) set(key string, at place, value *node) {
	if i, ok := d.index[key]; ok {
		d.entries[i].at, d.entries[i].value = at, value
		return
	}
	d.index[key] = len(d.entries)
	d.entries = append(d.entries, entry{key, at, value})
}

// add sets what another dict has.
func (d *dict) add(more *dict) {
	for _, entry := range more.entries {
		d.set(entry.key, entry.at, entry.value)
	}
}

// clone returns a dict of the same values.
func (d *dict) clone() *dict {
	return &dict{entries: slices.Clone(d.entries), index: maps.Clone(d.index), deep: d.deep}
}

func (d *dict) remove(key string) *node {
	i, ok := d.index[key]
	if !ok {
		return nil
	}
	value := d.entries[i].value
	d.entries = append(d.entries[:i:i], d.entries[i+1:]...)
	delete(d.index, key)
	for j := i; j < len(d.entries); j++ {
		d.index[d.entries[j].key] = j
	}
	return value
}

// isNumber reports whether the node is an integer or a real number.
func (n *node) isNumber() bool { return n.kind == integer || n.kind == real }

// float returns a number's value.
func (n *node) float() float64 {
	if n.kind == integer {
		return float64(n.whole)
	}
	return n.number
}

// counted returns a truth as the integer that Python counts it as, all else as it
// is.
func (n *node) counted() *node {
	switch {
	case n.kind != boolean:
		return n
	case n.truth:
		return &node{kind: integer, at: n.at, whole: 1}
	}
	return &node{kind: integer, at: n.at}
}

// name returns the class that a type field names: a string, or an imported
// name without its module.
func (n *node) name() string {
	return n.text[strings.LastIndexByte(n.text, '.')+1:]
}

// isTrue is Python's truth.
func (n *node) isTrue() bool {
	switch n.kind {
	case null:
		return false
	case boolean:
		return n.truth
	case integer:
		return n.whole != 0
	case real:
		return n.number != 0
	case text:
		return n.text != ""
	case list, tuple:
		return len(n.items) > 0
	case mapping:
		return len(n.dict.entries) > 0
	}
	return true
}

// keyOf returns what a dict indexes the node by; ok is false for what cannot be
// a key.
func keyOf(n *node) (key string, ok bool) {
	switch n.kind {
	case text:
		return n.text, true
	case integer, real, boolean, null:
		return "\x00" + n.short(), true
	case tuple:
		return "\x00" + n.short(), len(n.items) <= maxShown
	}
	return "", false
}

// nodeOfKey undoes keyOf for strings, and shows other keys as they are written.
func nodeOfKey(key string, at place) *node {
	return &node{kind: text, at: at, text: strings.TrimPrefix(key, "\x00")}
}

// maxShown is the most elements of a value that messages show, and maxShownText
// the most characters of a string.
const (
	maxShown     = 8
	maxShownText = 60
)

// short shows a value in a few words, as Python would write it.
func (n *node) short() string { return n.shown(3) }

func (n *node) shown(depth int) string {
	switch n.kind {
	case null:
		return "None"
	case boolean:
		if n.truth {
			return "True"
		}
		return "False"
	case integer:
		return strconv.FormatInt(n.whole, 10)
	case real:
		return pythonFloat(n.number)
	case text:
		return pythonString(n.text)
	case symbol:
		return n.name()
	case method:
		return "method " + pythonString(n.text)
	}
	if depth == 0 {
		return "..."
	}
	var parts []string
	open, end := "[", "]"
	switch n.kind {
	case tuple:
		open, end = "(", ")"
		fallthrough
	case list:
		for i, item := range n.items {
			if i == maxShown {
				parts = append(parts, "...")
				break
			}
			parts = append(parts, item.shown(depth-1))
		}
		if n.kind == tuple && len(n.items) == 1 {
			end = ",)"
		}
	case mapping:
		open, end = "dict(", ")"
		for i, e := range n.dict.entries {
			if i == maxShown {
				parts = append(parts, "...")
				break
			}
			parts = append(parts, strings.TrimPrefix(e.key, "\x00")+"="+e.value.shown(depth-1))
		}
	}
	return open + strings.Join(parts, ", ") + end
}

// pythonFloat writes a number as Python does, so that it reads back as one.
func pythonFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "float('inf')"
	case math.IsInf(f, -1):
		return "float('-inf')"
	case math.IsNaN(f):
		return "float('nan')"
	}
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

func pythonString(s string) string {
	shown := 0
	for i := range s {
		if shown == maxShownText {
			s = s[:i] + "..."
			break
		}
		shown++
	}
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`).Replace(s) + "'"
}

// problem is why a configuration is refused.
type problem struct {
	at      place
	message string
}

func (p *problem) Error() string { return p.at.String() + ": " + p.message }

func refuse(at place, format string, args ...any) error {
	return &problem{at, fmt.Sprintf(format, args...)}
}
