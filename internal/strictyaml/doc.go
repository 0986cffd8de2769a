// Package strictyaml decodes YAML into Go structs and refuses everything that
// it does not understand: a misspelt key, a value of another type, a number
// out of range. Each mistake is reported as file:line:column with what was
// expected there and the nearest valid name, and several at once.
//
// Keys, ranges and choices come from the struct fields and their tags, as
// [detsample/internal/registry.Params] describes them. A field of an interface
// type that is registered in [Types] holds a strategy: either its bare name or
// a mapping with "type: name" and the strategy's own parameters.
//
// Of YAML it takes one document of mappings, lists and scalars. Anchors,
// aliases, merge keys, tags and directives are refused. Numbers are decimal
// (or 0x for whole ones), booleans are true and false.
package strictyaml
