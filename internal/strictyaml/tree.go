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
