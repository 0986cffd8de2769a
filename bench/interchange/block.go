package interchange

import (
	"strings"
)

// block is a dict of a configuration that is being looked at field by field.
// What is not told of by then is by rest.
type block struct {
	draft *draft
	path  string // of the dict from the root
	at    place
	dict  *dict
	told  map[string]bool // what became of a key is recorded, or is within it
}

// block returns a dict within the configuration; nil if n is none.
func (d *draft) block(path string, n *node) *block {
	if n == nil || n.kind != mapping {
		return nil
	}
	return &block{draft: d, path: path, at: n.at, dict: n.dict, told: map[string]bool{}}
}

// inner returns the dict at a key, nil if there is none.
func (b *block) inner(key string) *block {
	if b == nil {
		return nil
	}
	inner := b.draft.block(b.name(key), b.dict.get(key))
	b.told[key] = b.told[key] || inner != nil
	return inner
}

// name returns a key's name from the configuration's root.
func (b *block) name(key string) string { return join(b.path, nodeOfKey(key, b.at).text) }

// place returns where a key is written, as comments show it.
func (b *block) place(key string) place {
	if p := b.dict.placeOf(key); p.line > 0 {
		return p
	}
	return b.at
}

// record notes what became of a key that is present.
func (b *block) record(key string, status Status, to, note string) {
	n := b.dict.get(key)
	if n == nil {
		return
	}
	b.told[key] = true
	b.draft.fields = append(b.draft.fields, Field{
		Place: b.place(key).String(), Path: b.name(key), Value: n.short(), Status: status, To: to, Note: note,
	})
}

// typeName returns what the type field names.
func (b *block) typeName() (string, error) {
	n := b.dict.get("type")
	switch {
	case n == nil:
		return "", refuse(b.at, "%s has no type", b.path)
	case n.kind != text && n.kind != symbol:
		return "", refuse(b.place("type"), "%s.type is %s: expected the name of a class", b.path, n.short())
	}
	return n.name(), nil
}

// from says where a key's value comes from: its place, or the library.
func (b *block) from(key string) string {
	if b.dict.get(key) == nil {
		return b.draft.library + "'s default of " + key
	}
	return shortPlace(b.place(key)) + " " + key
}

// shortPlace is a place without the folders of its file.
func shortPlace(p place) string {
	p.file = p.file[strings.LastIndexAny(p.file, `/\`)+1:]
	return p.String()
}

// rest records every key that is not told of yet.
func (b *block) rest(status Status, note string) {
	if b == nil {
		return
	}
	for _, e := range b.dict.entries {
		if !b.told[e.key] {
			b.record(e.key, status, "", note)
		}
	}
}

// all records the keys of a list that are present and not told of yet, each with
// the same note.
func (b *block) all(status Status, note string, keys ...string) {
	for _, key := range keys {
		if !b.told[key] {
			b.record(key, status, "", note)
		}
	}
}

// number returns the number at a key, def if it is missing.
func (b *block) number(key string, def float64) (float64, string, error) {
	n := b.dict.get(key)
	if n == nil {
		return def, b.from(key), nil
	}
	if !n.isNumber() {
		return 0, "", refuse(b.place(key), "%s is %s: expected a number", b.name(key), n.short())
	}
	return n.float(), b.from(key), nil
}

// flag returns the truth at a key, def if it is missing.
func (b *block) flag(key string, def bool) (bool, string, error) {
	n := b.dict.get(key)
	if n == nil {
		return def, b.from(key), nil
	}
	if n.kind != boolean {
		return false, "", refuse(b.place(key), "%s is %s: expected True or False", b.name(key), n.short())
	}
	return n.truth, b.from(key), nil
}

// numbers returns the list of numbers at a key, def if it is missing.
func (b *block) numbers(key string, def []float64) ([]float64, string, error) {
	n := b.dict.get(key)
	if n == nil {
		return def, b.from(key), nil
	}
	list, ok := floats(n)
	if !ok {
		return nil, "", refuse(b.place(key), "%s is %s: expected a list of numbers", b.name(key), n.short())
	}
	return list, b.from(key), nil
}

// floats returns a list's numbers.
func floats(n *node) ([]float64, bool) {
	if n.kind != list && n.kind != tuple {
		return nil, false
	}
	out := make([]float64, len(n.items))
	for i, x := range n.items {
		if !x.isNumber() {
			return nil, false
		}
		out[i] = x.float()
	}
	return out, true
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
