package strictyaml

import "detsample/internal/regular"

// MostBytes is the size of the longest configuration that is read.
const MostBytes = 16 << 20

// ReadFile returns the text of a regular file, for [Unmarshal]. The error names
// the file.
func ReadFile(path string) ([]byte, error) { return regular.ReadFile(path, MostBytes) }
