package annotations

import "github.com/goccy/go-yaml/ast"

// mapping returns the values of a mapping by key, nil for another node.
func mapping(n ast.Node) map[string]ast.Node {
	values := entries(n)
	if values == nil {
		return nil
	}
	m := make(map[string]ast.Node, len(values))
	for _, v := range values {
		if v.Key == nil {
			continue
		}
		if key, is := scalar(v.Key); is {
			m[key] = v.Value
		}
	}
	return m
}

// givenTwice returns the first key that a mapping has twice, with its later
// value, which is the one that [mapping] returns.
func givenTwice(n ast.Node) (key string, later ast.Node) {
	seen := map[string]bool{}
	for _, v := range entries(n) {
		if v.Key == nil {
			continue
		}
		key, is := scalar(v.Key)
		if is && seen[key] {
			return key, v.Value
		}
		seen[key] = true
	}
	return "", nil
}

// entries returns the entries of a mapping, nil for another node.
func entries(n ast.Node) []*ast.MappingValueNode {
	switch n := plain(n).(type) {
	case *ast.MappingNode:
		return append([]*ast.MappingValueNode{}, n.Values...) // not nil where there are none
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

// items returns the elements of a list; another node is its only one.
func items(n ast.Node) []ast.Node {
	if list, is := plain(n).(*ast.SequenceNode); is {
		return list.Values
	}
	if n == nil {
		return nil
	}
	return []ast.Node{n}
}

// scalar returns a text, or what else is no list and no mapping as it is
// written.
func scalar(n ast.Node) (string, bool) {
	switch n := plain(n).(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.MappingKeyNode:
		return scalar(n.Value)
	case ast.ScalarNode:
		if tk := n.GetToken(); tk != nil {
			return tk.Value, true
		}
	}
	return "", false
}

// plain returns what a tag or an anchor is in front of.
func plain(n ast.Node) ast.Node {
	for range 3 {
		switch v := n.(type) {
		case *ast.TagNode:
			n = v.Value
		case *ast.AnchorNode:
			n = v.Value
		}
	}
	return n
}

func lineOf(n ast.Node) int {
	if n == nil {
		return 0
	}
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		return tk.Position.Line
	}
	return 0
}
