package annotations

import (
	"path"
	"strings"
)

// localName returns the name of an image as a slash-separated path that stays
// within its folder, and how the name was read if it was written otherwise; an
// empty name where there is none.
func localName(name string) (local, note string) {
	if name == "" {
		return "", ""
	}
	local = name
	if strings.Contains(local, `\`) {
		local = strings.ReplaceAll(local, `\`, "/")
		note = "has backslashes, as Windows writes them"
	}
	if strings.ContainsRune(local, 0) {
		return "", "has a zero byte: the image has no name"
	}
	if len(local) > 1 && local[1] == ':' {
		local = local[2:]
	}
	// Rooted, a path cannot lead above its root.
	local = strings.TrimPrefix(path.Clean("/"+local), "/")
	if local == "" {
		return "", "is no name of a file: the image has none"
	}
	if clean := path.Clean(name); note == "" && (strings.HasPrefix(clean, "../") || strings.HasPrefix(clean, "/") || len(name) > 1 && name[1] == ':') {
		note = "leads out of the set's folder"
	}
	if note != "" {
		note += ": read as " + local
	}
	return local, note
}

// stemOf is the stem of a path's last part.
func stemOf(file string) string { return stem(path.Base(file)) }
