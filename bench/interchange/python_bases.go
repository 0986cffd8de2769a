package interchange

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.starlark.net/syntax"
)

// reader reads a configuration with its bases.
type reader struct {
	files    files
	budget   budget
	packages []string // folders that hold packages which bases are named after
}

// deleteKey makes a dict replace that of the base in place of joining it.
const deleteKey = "_delete_"

// baseKey names the configurations that one starts from.
const baseKey = "_base_"

// python reads a Python configuration and its bases, and returns its values by
// name.
func (r *reader) python(path string, from place) (*node, error) {
	key, err := filepath.Abs(path)
	if err != nil {
		return nil, refuse(from, "%v", err)
	}
	if err := r.files.enter(key, from); err != nil {
		return nil, err
	}
	defer r.files.leave()
	src, err := r.files.read(path, from)
	if err != nil {
		return nil, err
	}
	written, err := rewrite(place{file: path, line: 1}, src, r.budget.limits)
	if err != nil {
		return nil, err
	}
	parsed, err := parsePython(path, written.text)
	if err != nil {
		return nil, err
	}
	e := &evaluator{file: path, budget: &r.budget, names: newDict(), imports: written.imports, powers: written.powers, bind: r.bind}
	base, assignment, err := r.bases(e, parsed, path)
	if err != nil {
		return nil, err
	}
	if assignment != nil {
		if i := slices.IndexFunc(written.imports, func(p pythonImport) bool { return p.base }); i >= 0 {
			return nil, refuse(written.imports[i].at, "with read_base() beside %s on line %d: a file has one or the other", baseKey, assignment.OpPos.Line)
		}
		e.skip = assignment
		e.names.set(baseKey, e.at(assignment.OpPos), base)
	}
	if err := e.run(parsed.Stmts); err != nil {
		return nil, err
	}
	own := &node{kind: mapping, at: place{file: path}, dict: newDict()}
	for _, entry := range e.names.entries {
		if entry.key != baseKey && entry.value.kind != symbol && entry.value.kind != method && !strings.HasPrefix(entry.key, "__") {
			own.dict.set(entry.key, entry.at, entry.value)
		}
	}
	if assignment == nil {
		base = &node{kind: mapping, at: own.at, dict: newDict()}
	}
	return merge(&r.budget, own, base, 0, false)
}

// bases reads what _base_ names, joined.
func (r *reader) bases(e *evaluator, parsed *syntax.File, path string) (*node, *syntax.AssignStmt, error) {
	var assignment *syntax.AssignStmt
	for _, s := range parsed.Stmts {
		if a, ok := s.(*syntax.AssignStmt); ok && a.Op == syntax.EQ {
			if name, ok := a.LHS.(*syntax.Ident); ok && name.Name == baseKey {
				assignment = a
				break
			}
		}
	}
	if assignment == nil {
		return nil, nil, nil
	}
	named, err := e.expr(assignment.RHS)
	if err != nil {
		return nil, nil, err
	}
	joined, err := r.joined(path, named, r.base)
	return joined, assignment, err
}

// joined reads the bases that a string or list names. No two of them may set
// the same name.
func (r *reader) joined(path string, named *node, read func(path, base string, from place) (*node, error)) (*node, error) {
	names := []*node{named}
	if named.kind != text {
		names = named.items
		if len(names) == 0 && named.kind != tuple && named.kind != list {
			return nil, refuse(named.at, "%s is %s: expected a file's name or a list of them", baseKey, named.kind)
		}
	}
	all := &node{kind: mapping, at: named.at, dict: newDict()}
	for _, name := range names {
		if name.kind != text {
			return nil, refuse(name.at, "%s names %s: expected the name of a file", baseKey, name.short())
		}
		base, err := read(path, name.text, name.at)
		if err != nil {
			return nil, err
		}
		for _, entry := range base.dict.entries {
			if first := all.dict.get(entry.key); first != nil {
				return nil, refuse(name.at, "%s is set by two bases, at %s and %s: no base of a list may set what another sets",
					nodeOfKey(entry.key, name.at).text, all.dict.placeOf(entry.key), entry.at)
			}
			all.dict.set(entry.key, entry.at, entry.value)
		}
	}
	if err := deepen(&r.budget, all, 0); err != nil {
		return nil, err
	}
	return all, nil
}

// deepen makes the dicts of a base ConfigDicts.
func deepen(b *budget, n *node, depth int) error {
	if depth > maxDepth {
		return refuse(n.at, "nested more than %d deep", maxDepth)
	}
	if err := b.step(n.at); err != nil {
		return err
	}
	if n.dict != nil && !n.dict.deep {
		n.dict.deep = true
		for _, entry := range n.dict.entries {
			if err := deepen(b, entry.value, depth+1); err != nil {
				return err
			}
		}
	}
	for _, item := range n.items {
		if item.kind == mapping && !item.dict.deep {
			if err := deepen(b, item, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// base reads the file that _base_ names.
func (r *reader) base(path, base string, from place) (*node, error) {
	if scope, rest, ok := strings.Cut(base, "::"); ok {
		file, err := r.packaged(from, scope, filepath.FromSlash(rest), base)
		if err != nil {
			return nil, err
		}
		return r.python(file, from)
	}
	file, err := resolve(path, base, from)
	if err != nil {
		return nil, err
	}
	if r.files.written == nil {
		r.files.written = map[string]string{}
	}
	r.files.written[file] = base
	switch filepath.Ext(file) {
	case ".py":
		return r.python(file, from)
	case ".yaml", ".yml", ".json":
		return r.yamlBases(file, from)
	}
	return nil, refuse(from, "base %s: expected a file in .py, .yaml or .json", base)
}

// packaged finds a configuration of a package: PACKAGE::PATH.
func (r *reader) packaged(from place, scope, rest, name string) (string, error) {
	if !isName(scope) || filepath.IsAbs(rest) || strings.Contains(rest, "..") {
		return "", refuse(from, "base %s: expected PACKAGE::PATH", name)
	}
	for _, dir := range r.packages {
		for _, inner := range []string{"configs", filepath.Join(scope, "configs"), filepath.Join(scope, ".mim", "configs")} {
			file := filepath.Join(dir, inner, rest)
			if regular(file) {
				return file, nil
			}
		}
	}
	return "", refuse(from, "base %s is a file of the package %s: name a folder that holds the package by --packages", name, scope)
}

func regular(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular()
}

// bind gives names to what a file imports: the values of a base, or names alone.
func (r *reader) bind(e *evaluator, p pythonImport) error {
	if p.base {
		return r.bindBase(e, p)
	}
	if len(p.names) == 0 { // import MODULE
		return e.name(p.at, p.as[0], p.module)
	}
	for i, name := range p.names {
		if err := e.name(p.at, p.as[i], p.module+"."+name); err != nil {
			return err
		}
	}
	return nil
}

// name binds an imported name.
func (e *evaluator) name(at place, name, meaning string) error {
	v, err := e.make(node{kind: symbol, at: at, text: meaning})
	if err != nil {
		return err
	}
	e.names.set(name, at, v)
	return nil
}

func (r *reader) bindBase(e *evaluator, p pythonImport) error {
	file, err := r.module(e.file, p)
	if err != nil {
		return err
	}
	base, err := r.python(file, p.at)
	if err != nil {
		return err
	}
	if err := deepen(&r.budget, base, 0); err != nil {
		return err
	}
	for i, name := range p.names {
		if name == "*" {
			for _, entry := range base.dict.entries {
				if !strings.HasPrefix(entry.key, "_") {
					e.names.set(entry.key, entry.at, entry.value)
				}
			}
			continue
		}
		v := base.dict.get(name)
		if v == nil {
			return refuse(p.at, "%s has no %s", file, name)
		}
		e.names.set(p.as[i], base.dict.placeOf(name), v)
	}
	return nil
}

var moduleName = regexp.MustCompile(`^\w+$`)

// module returns the file of the module that a base import names.
func (r *reader) module(file string, p pythonImport) (string, error) {
	name := strings.TrimLeft(p.module, ".")
	up := len(p.module) - len(name)
	parts := strings.Split(name, ".")
	for _, part := range parts {
		if !moduleName.MatchString(part) {
			return "", refuse(p.at, "from %s import: expected the name of a module", p.module)
		}
	}
	inner := filepath.Join(parts...) + ".py"
	if up > 0 {
		return resolve(file, strings.Repeat("../", up-1)+filepath.ToSlash(inner), p.at)
	}
	for _, dir := range r.packages {
		if found := filepath.Join(dir, inner); regular(found) {
			return found, nil
		}
	}
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return "", refuse(p.at, "%v", err)
	}
	for ; ; dir = filepath.Dir(dir) { // the package may hold this file
		if found := filepath.Join(dir, inner); regular(found) {
			return found, withinLinks(file, found, p.at)
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return "", refuse(p.at, "from %s import: no file %s here or above; name a folder that holds the package by --packages", p.module, inner)
}
