package interchange

import (
	"strings"
)

// block is a dict of a configuration that is being looked at field by field.
// What nothing asked for is reported by rest.
type block struct {
	draft *draft
	path  string // of the dict from the root
	at    place
	dict  *dict
	asked map[string]bool
}

// block returns a dict within the configuration; nil if n is none.
func (d *draft) block(path string, n *node) *block {
	if n == nil || n.kind != mapping {
		return nil
	}
	return &block{draft: d, path: path, at: n.at, dict: n.dict, asked: map[string]bool{}}
}

// inner returns the dict at a key, nil if there is none.
func (b *block) inner(key string) *block {
	if b == nil {
		return nil
	}
	n := b.take(key)
	if n == nil {
		return nil
	}
	return b.draft.block(join(b.path, key), n)
}

// take returns the value at a key, nil if it is missing.
func (b *block) take(key string) *node {
	if b == nil {
		return nil
	}
	b.asked[key] = true
	return b.dict.get(key)
}

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
	b.asked[key] = true
	b.draft.fields = append(b.draft.fields, Field{
		Place: b.place(key).String(), Path: join(b.path, key), Value: n.short(), Status: status, To: to, Note: note,
	})
}

// typeName returns what the type field names, and records it.
func (b *block) typeName() (string, error) {
	n := b.take("type")
	switch {
	case n == nil:
		return "", refuse(b.at, "%s has no type", b.path)
	case n.kind != text && n.kind != symbol:
		return "", refuse(b.place("type"), "%s.type is %s: expected the name of a class", b.path, n.short())
	}
	return n.name(), nil
}

// from says where a key's value comes from.
func (b *block) from(key string) string {
	return shortPlace(b.place(key)) + " " + key
}

// shortPlace is a place without the folders of its file.
func shortPlace(p place) string {
	p.file = p.file[strings.LastIndexAny(p.file, `/\`)+1:]
	return p.String()
}

// rest records every key that nothing asked for.
func (b *block) rest(status Status, note string) {
	if b == nil {
		return
	}
	for _, e := range b.dict.entries {
		if !b.asked[e.key] {
			b.record(e.key, status, "", note)
		}
	}
}

// all records the keys of a list that are present, each with the same note.
func (b *block) all(status Status, note string, keys ...string) {
	for _, key := range keys {
		if !b.asked[key] {
			b.record(key, status, "", note)
		}
	}
}

// number returns the number at a key, def if it is missing.
func (b *block) number(key string, def float64) (float64, string, error) {
	n := b.take(key)
	if n == nil {
		return def, b.draft.library + "'s default of " + key, nil
	}
	if !n.isNumber() {
		return 0, "", refuse(b.place(key), "%s.%s is %s: expected a number", b.path, key, n.short())
	}
	return n.float(), b.from(key), nil
}

// flag returns the truth at a key, def if it is missing.
func (b *block) flag(key string, def bool) (bool, string, error) {
	n := b.take(key)
	if n == nil {
		return def, b.draft.library + "'s default of " + key, nil
	}
	if n.kind != boolean {
		return false, "", refuse(b.place(key), "%s.%s is %s: expected True or False", b.path, key, n.short())
	}
	return n.truth, b.from(key), nil
}

// numbers returns the list of numbers at a key, def if it is missing.
func (b *block) numbers(key string, def []float64) ([]float64, string, error) {
	n := b.take(key)
	if n == nil {
		return def, b.draft.library + "'s default of " + key, nil
	}
	list, ok := floats(n)
	if !ok {
		return nil, "", refuse(b.place(key), "%s.%s is %s: expected a list of numbers", b.path, key, n.short())
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
