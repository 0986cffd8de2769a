package strictyaml

import "github.com/goccy/go-yaml/ast"

// Tree returns the root of a document that no struct describes, nil if it is
// empty. What it takes of YAML, and how large and deep, is as for [Unmarshal],
// except that anchors and aliases are nodes like others.
func Tree(file string, data []byte) (ast.Node, error) {
	r := report{file: file}
	root, ok := r.parse(data)
	if !ok {
		return nil, r.err()
	}
	return root, nil
}

// Keys returns the names that the root of a document gives values to, nil if it is
// no mapping or cannot be read, which [Unmarshal] then says.
func Keys(data []byte) []string {
	var r report
	root, _ := r.parse(data)
	var pairs []*ast.MappingValueNode
	switch root := root.(type) {
	case *ast.MappingNode:
		pairs = root.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{root}
	}
	var names []string
	for _, pair := range pairs {
		if key, ok := pair.Key.(*ast.StringNode); ok {
			names = append(names, key.Value)
		}
	}
	return names
}
