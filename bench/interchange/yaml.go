package interchange

import (
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"detsample/internal/strictyaml"
)

// yaml reads a file of YAML or JSON without its bases. Anchors, aliases and
// tags are refused: the first two let a small file be a huge one, and a tag can
// ask its reader to run code.
func (r *reader) yaml(path string, from place) (*node, error) {
	src, err := r.files.read(path, from)
	if err != nil {
		return nil, err
	}
	tree, err := strictyaml.Tree(path, []byte(src))
	if err != nil {
		if from.file != "" {
			return nil, refuse(from, "%v", err)
		}
		return nil, err
	}
	for i, line := range strings.Split(src, "\n") { // the tree has lost those of empty values
		before, _, _ := strings.Cut(line, "#")
		if tag := pythonTag.FindString(before); tag != "" && tag != evalTag {
			return nil, refuse(place{path, i + 1, 1}, "the tag %s is not read: tags can ask a reader to run code; write the value out", tag)
		}
	}
	if tree == nil {
		return &node{kind: mapping, at: place{file: path}, dict: newDict()}, nil
	}
	root, err := r.fromYAML(path, tree)
	if err != nil {
		return nil, err
	}
	if root.kind != mapping {
		return nil, refuse(root.at, "expected keys with values, got %s", root.kind)
	}
	return root, nil
}

// yamlBases reads a file of YAML with the bases that _base_ names, as
// mmdetection joins them.
func (r *reader) yamlBases(path string, from place) (*node, error) {
	return r.yamlInherited(path, from, baseKey, func(own *node, named *node) (*node, error) {
		base, err := r.joined(path, named, r.base)
		if err != nil {
			return nil, err
		}
		return merge(&r.budget, own, base, 0, false)
	})
}

// yamlInherited reads a file of YAML and joins it with what a key names.
func (r *reader) yamlInherited(path string, from place, key string, join func(own, named *node) (*node, error)) (*node, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, refuse(from, "%v", err)
	}
	if err := r.files.enter(absolute, from); err != nil {
		return nil, err
	}
	defer r.files.leave()
	own, err := r.yaml(path, from)
	if err != nil {
		return nil, err
	}
	named := own.dict.remove(key)
	if named == nil {
		return own, nil
	}
	return join(own, named)
}

func (r *reader) fromYAML(path string, n ast.Node) (*node, error) {
	at := place{file: path, line: 1, col: 1}
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		at.line, at.col = tk.Position.Line, tk.Position.Column
	}
	if err := r.budget.take(at, 1); err != nil {
		return nil, err
	}
	switch n := n.(type) {
	case *ast.NullNode:
		return &node{kind: null, at: at}, nil
	case *ast.BoolNode:
		return &node{kind: boolean, at: at, truth: n.Value}, nil
	case *ast.IntegerNode:
		switch v := n.Value.(type) {
		case int64:
			return &node{kind: integer, at: at, whole: v}, nil
		case uint64:
			if v <= math.MaxInt64 {
				return &node{kind: integer, at: at, whole: int64(v)}, nil
			}
		}
		return nil, refuse(at, "a whole number of more than 64 bits")
	case *ast.FloatNode:
		return &node{kind: real, at: at, number: n.Value}, nil
	case *ast.InfinityNode:
		return &node{kind: real, at: at, number: n.Value}, nil
	case *ast.NanNode:
		return &node{kind: real, at: at, number: math.NaN()}, nil
	case *ast.StringNode:
		if n.Token.Type == token.StringType { // not in quotes
			if f, err := strconv.ParseFloat(n.Value, 64); err == nil && strings.ContainsAny(n.Value, "0123456789") {
				return &node{kind: real, at: at, number: f}, nil // 1e-3, which YAML 1.1 takes for text
			}
		}
		return &node{kind: text, at: at, text: n.Value}, nil
	case *ast.LiteralNode:
		return &node{kind: text, at: at, text: n.Value.Value}, nil
	case *ast.SequenceNode:
		seq := &node{kind: list, at: at}
		for _, v := range n.Values {
			item, err := r.fromYAML(path, v)
			if err != nil {
				return nil, err
			}
			seq.items = append(seq.items, item)
		}
		return seq, nil
	case *ast.MappingValueNode:
		return r.fromPairs(path, at, []*ast.MappingValueNode{n})
	case *ast.MappingNode:
		return r.fromPairs(path, at, n.Values)
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return nil, refuse(at, "anchors and aliases are not read: write the value out")
	case *ast.TagNode:
		if n.Start.Value == evalTag {
			if list, err := r.fromYAML(path, n.Value); err == nil && len(list.items) == 1 && list.items[0].kind == text {
				return literalAt(at, list.items[0].text)
			}
		}
		return nil, refuse(at, "the tag %s is not read: tags can ask a reader to run code; write the value out", n.Start.Value)
	}
	return nil, refuse(at, "this part of YAML is not read")
}

// evalTag asks a reader to run an expression, as detectron2's configurations do
// for a list of numbers. What builds values is evaluated here, as in Python
// configurations; nothing is run.
const evalTag = "!!python/object/apply:eval"

// pythonTag is a tag that names something of Python's.
var pythonTag = regexp.MustCompile(`!!python/[\w:./]*`)

func (r *reader) fromPairs(path string, at place, pairs []*ast.MappingValueNode) (*node, error) {
	m := &node{kind: mapping, at: at, dict: newDict()}
	for _, pair := range pairs {
		key, err := r.fromYAML(path, pair.Key)
		if err != nil {
			return nil, err
		}
		k, ok := keyOf(key)
		if !ok {
			return nil, refuse(key.at, "%s cannot be a key", key.short())
		}
		if m.dict.get(k) != nil {
			return nil, refuse(key.at, "%s is given twice, first on line %d", key.short(), m.dict.placeOf(k).line)
		}
		value, err := r.fromYAML(path, pair.Value)
		if err != nil {
			return nil, err
		}
		m.dict.set(k, key.at, value)
	}
	return m, nil
}
