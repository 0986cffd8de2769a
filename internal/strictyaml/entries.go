package strictyaml

import "github.com/goccy/go-yaml/ast"

// entry is one key of a mapping with its value. text is false for a key such
// as 1 or true, which YAML does not read as a string.
type entry struct {
	key   string
	text  bool
	at    place
	value ast.Node
}

// entries returns the keys of a mapping in order, less those it reports:
// duplicates, merge keys and keys that are no scalars. It returns false for a
// node that is no mapping.
func (d *decoder) entries(n ast.Node) ([]entry, bool) {
	var pairs []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		return nil, false
	}
	entries := make([]entry, 0, len(pairs))
	lines := map[string]int{}
	for _, pair := range pairs {
		e, ok := d.entry(pair)
		if !ok {
			continue
		}
		if first, twice := lines[e.key]; twice {
			d.fail(e.at, "duplicate key %q: already given on line %d", shorten(e.key), first)
			continue
		}
		lines[e.key] = e.at.line
		entries = append(entries, e)
	}
	return entries, true
}

func (d *decoder) entry(pair *ast.MappingValueNode) (entry, bool) {
	at := placeOfNode(pair.Key)
	switch key := pair.Key.(type) {
	case *ast.StringNode:
		return entry{key.Value, true, at, pair.Value}, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode, *ast.InfinityNode, *ast.NanNode:
		return entry{key.GetToken().Value, false, at, pair.Value}, true
	case *ast.MergeKeyNode:
		d.fail(at, "merge keys are not supported: write the keys out")
	default:
		d.fail(at, "this key is not a plain name: write it as \"name: value\"")
	}
	return entry{}, false
}
