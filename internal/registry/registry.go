// Package registry holds strategies (samplers, losses, assigners) by name and
// describes their configuration, so that a configuration file, a command line
// and a report all read the same source: the strategy's own exported fields
// and their tags.
package registry

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"sync"
)

// Entry is one registered strategy.
type Entry[T any] struct {
	// Name is what configuration calls it, in lower_snake case.
	Name string
	// Meaning says in one line what the strategy does.
	Meaning string
	// Source names the paper with its year, and the peer whose semantics the
	// strategy has.
	Source string
	// Formula is what it computes, in the names of its parameters, a line or
	// several; When is what it is for, and what it asks for. Both may be empty:
	// see [Explained] and [Registry.Explain].
	Formula, When string
	// New returns a fresh value with its documented defaults: a struct, or a
	// pointer to one, whose exported fields are its configuration. See [Params].
	New func() T
}

// Explained is a strategy that says what it computes, and what it is for, as
// [Entry] has them: one of a program's own, which does not see a registry.
type Explained interface {
	Explain() (formula, when string)
}

// Registry maps names to strategies of one kind. It is safe for concurrent
// use.
type Registry[T any] struct {
	kind    string
	mu      sync.RWMutex
	entries []Entry[T]
	types   []reflect.Type // of what each makes
}

// New returns an empty registry. The kind ("sampler", "loss") is the noun that
// error messages use.
func New[T any](kind string) *Registry[T] { return &Registry[T]{kind: kind} }

// shared holds the registries of the module's strategies, by the type T.
var shared sync.Map

// Shared returns a new registry that [Of] finds by its type: the package that
// declares T keeps it to itself, and its users register by that package's
// functions. It panics if T has one.
func Shared[T any](kind string) *Registry[T] {
	r := New[T](kind)
	if _, taken := shared.LoadOrStore(reflect.TypeFor[T](), r); taken {
		panic(fmt.Sprintf("registry: Shared: two registries of %v", reflect.TypeFor[T]()))
	}
	return r
}

// Of returns the shared registry of type T. It panics if there is none.
func Of[T any]() *Registry[T] {
	r, ok := shared.Load(reflect.TypeFor[T]())
	if !ok {
		panic(fmt.Sprintf("registry: Of: no registry of %v", reflect.TypeFor[T]()))
	}
	return r.(*Registry[T])
}

// Name returns the name of a strategy as [Registry.NameOf] does, or that of
// its type if it is not registered.
func Name[T any](v T) string {
	if name, ok := Of[T]().NameOf(v); ok {
		return name
	}
	return fmt.Sprintf("%T", v)
}

// Kind returns the noun for what is registered here.
func (r *Registry[T]) Kind() string { return r.kind }

var lowerSnake = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// Add registers a strategy, as Register does.
func (r *Registry[T]) Add(name, meaning, source string, fresh func() T) {
	r.Register(Entry[T]{Name: name, Meaning: meaning, Source: source, New: fresh})
}

// Register adds e. It panics if the name is not lower_snake or is taken, if New
// is nil or returns nil, if a tag of the strategy is malformed, if a file cannot
// set or write one of its parameters, as one with the key type, if its defaults
// are no valid configuration, and if another name has the type already and values
// of it cannot be compared, as those with a func: all are mistakes of the program
// that registers.
func (r *Registry[T]) Register(e Entry[T]) {
	if !lowerSnake.MatchString(e.Name) {
		panic(fmt.Sprintf("registry: Register: %s name %q is not lower_snake", r.kind, e.Name))
	}
	if e.New == nil {
		panic(fmt.Sprintf("registry: Register: %s %s has no New", r.kind, e.Name))
	}
	fresh := e.New()
	if v := reflect.ValueOf(fresh); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		panic(fmt.Sprintf("registry: Register: New of %s %s returns nil", r.kind, e.Name))
	}
	if problem := unwritable(reflect.TypeOf(fresh), r.kind); problem != "" {
		panic(fmt.Sprintf("registry: Register: %s %s: %s", r.kind, e.Name, problem))
	}
	if err := Check(fresh); err != nil {
		panic(fmt.Sprintf("registry: Register: default of %s %s: %v", r.kind, e.Name, err))
	}
	if own, ok := any(fresh).(Explained); ok && e.Formula == "" && e.When == "" {
		e.Formula, e.When = own.Explain()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if i := r.position(e.Name); i >= 0 {
		panic(fmt.Sprintf("registry: Register: %s %s is registered already, as %T: choose another name for %T", r.kind, e.Name, r.entries[i].New(), fresh))
	}
	if i := slices.Index(r.types, reflect.TypeOf(fresh)); i >= 0 && !reflect.DeepEqual(fresh, e.New()) {
		panic(fmt.Sprintf("registry: Register: %s %s is a %T, as %s is, and holds what cannot be compared, such as a func: no file could tell the two apart; give each a type of its own", r.kind, e.Name, fresh, r.entries[i].Name))
	}
	r.entries, r.types = append(r.entries, e), append(r.types, reflect.TypeOf(fresh))
}

// Explain adds formula and use to a registered strategy. It panics if there is
// none of that name.
func (r *Registry[T]) Explain(name, formula, when string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := r.position(name)
	if i < 0 {
		panic(fmt.Sprintf("registry: Explain: no %s is called %s", r.kind, name))
	}
	r.entries[i].Formula, r.entries[i].When = formula, when
}

// Lookup returns the entry with the given name.
func (r *Registry[T]) Lookup(name string) (Entry[T], bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if i := r.position(name); i >= 0 {
		return r.entries[i], true
	}
	return Entry[T]{}, false
}

// All returns the entries in the order of their registration.
func (r *Registry[T]) All() []Entry[T] {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Clone(r.entries)
}

// Names returns the names in the order of their registration.
func (r *Registry[T]) Names() []string {
	entries := r.All()
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name
	}
	return names
}

// NameOf returns the name under which v's type is registered. Where several
// entries share that type, the one whose defaults equal v is meant, or else
// the first.
func (r *Registry[T]) NameOf(v T) (string, bool) {
	var first string
	for _, e := range r.All() {
		fresh := e.New()
		if reflect.TypeOf(fresh) != reflect.TypeOf(v) {
			continue
		}
		if reflect.DeepEqual(fresh, v) {
			return e.Name, true
		}
		if first == "" {
			first = e.Name
		}
	}
	return first, first != ""
}

func (r *Registry[T]) position(name string) int {
	return slices.IndexFunc(r.entries, func(e Entry[T]) bool { return e.Name == name })
}
