package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"detsample/internal/regular"
	"detsample/internal/strictyaml"
)

// standardInput is what messages call a file named -.
const standardInput = "standard input"

// readConfig reads a configuration of at most strictyaml.MostBytes bytes, from a regular
// file, standard input or a pipe that the shell has opened, and says what the
// file is if it is none of these. It returns the name by which messages call it.
func (s *session) readConfig(file string) (name string, data []byte, err error) {
	if file == "-" {
		data, err = readAll(standardInput, s.input())
		return standardInput, data, err
	}
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return file, nil, fmt.Errorf("%s: no such file", file)
	case err != nil:
		return file, nil, fmt.Errorf("%s: %w", file, errors.Unwrap(err))
	case info.IsDir():
		return file, nil, fmt.Errorf("%s: this is a folder: expected a YAML file", file)
	case !info.Mode().IsRegular() && !handed(file):
		return file, nil, fmt.Errorf("%s: it is %s, not a regular file: expected a YAML file, or - for standard input", file, regular.Kind(info.Mode()))
	}
	f, err := os.Open(file)
	if err != nil {
		return file, nil, fmt.Errorf("%s: %w", file, errors.Unwrap(err))
	}
	defer f.Close()
	data, err = readAll(file, f)
	return file, data, err
}

// handed reports whether a name is that of a file that the shell has opened for
// the program, as it does for <(...): a pipe there has somebody who writes.
func handed(file string) bool {
	for _, dir := range []string{"/dev/fd/", "/dev/std", "/proc/self/fd/"} {
		if strings.HasPrefix(file, dir) {
			return true
		}
	}
	return false
}

// input is standard input, empty where there is none.
func (s *session) input() io.Reader {
	if s.stdin == nil {
		return strings.NewReader("")
	}
	return s.stdin
}

// readAll reads a configuration to its end.
func readAll(name string, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, strictyaml.MostBytes+1))
	if cause := errors.Unwrap(err); cause != nil {
		err = cause
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > strictyaml.MostBytes {
		return nil, fmt.Errorf("%s: longer than %d MiB: expected a configuration in YAML", name, strictyaml.MostBytes>>20)
	}
	return data, nil
}
