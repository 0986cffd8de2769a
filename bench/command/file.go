package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// standardInput is what messages call a file named -.
const standardInput = "standard input"

// maxConfig is the size of the longest configuration that is read, in bytes.
const maxConfig = 16 << 20

// readConfig reads a configuration, of at most maxConfig bytes, and says what
// the file is if it is none. It returns the name by which messages call it.
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
	}
	f, err := os.Open(file)
	if err != nil {
		return file, nil, fmt.Errorf("%s: %w", file, errors.Unwrap(err))
	}
	defer f.Close()
	data, err = readAll(file, f)
	return file, data, err
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
	data, err := io.ReadAll(io.LimitReader(r, maxConfig+1))
	if cause := errors.Unwrap(err); cause != nil {
		err = cause
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > maxConfig {
		return nil, fmt.Errorf("%s: longer than %d MiB: expected a configuration in YAML", name, maxConfig>>20)
	}
	return data, nil
}
