// Package store keeps the records of a comparison in a folder.
package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"detsample/bench/trainer"
)

// Folder is what a comparison writes to. A nil folder writes nothing.
//
//	results.jsonl   a line a run, in the order of strategies and seeds
//	summary.json    the comparison, once all runs have ended
//	runs/*.json     each run with what the report draws, for Resume
//
// Every file is replaced whole or not at all.
type Folder struct{ dir string }

// Open returns the folder for results, made where there is none, and nil for "".
func Open(dir string) (*Folder, error) {
	if dir == "" {
		return nil, nil
	}
	if err := os.MkdirAll(filepath.Join(dir, "runs"), 0o777); err != nil {
		return nil, fmt.Errorf("cannot make the folder for results: %w", err)
	}
	return &Folder{dir}, nil
}

// Save writes a finished run, and the lines of all runs so far.
func (f *Folder) Save(r trainer.Record, all []trainer.Record) error {
	if f == nil {
		return nil
	}
	if err := f.WriteJSON(runFile(r.Run.Strategy, r.Run.Seed), r); err != nil {
		return err
	}
	var lines bytes.Buffer
	for i := range all {
		line, err := json.Marshal(&all[i].Run)
		if err != nil {
			return err
		}
		lines.Write(append(line, '\n'))
	}
	return f.Write("results.jsonl", lines.Bytes())
}

// Load returns the run that an earlier comparison left, if its fingerprint
// still holds.
func (f *Folder) Load(strategy string, seed uint64, mark string) (r trainer.Record, ok bool) {
	if f == nil {
		return r, false
	}
	data, err := os.ReadFile(filepath.Join(f.dir, runFile(strategy, seed)))
	if err != nil || json.Unmarshal(data, &r) != nil {
		return trainer.Record{}, false
	}
	return r, r.Fingerprint == mark
}

func runFile(strategy string, seed uint64) string {
	return filepath.Join("runs", fmt.Sprintf("%s-%d.json", fileName(strategy), seed))
}

// plainName is a name that is a file name as it stands, on any system.
var plainName = regexp.MustCompile(`^[a-z0-9_.]{1,60}$`)

// fileName makes a file name of a strategy's. A name that is not plain is cut
// to what is, for the eye, and told apart by its hash.
func fileName(strategy string) string {
	if plainName.MatchString(strategy) {
		return strategy
	}
	var b strings.Builder
	for _, r := range strategy {
		if plain := string(unicode.ToLower(r)); b.Len() < 40 && plainName.MatchString(plain) {
			b.WriteString(plain)
		} else if b.Len() < 40 {
			b.WriteByte('-')
		}
	}
	hash := sha256.Sum256([]byte(strategy))
	return fmt.Sprintf("%s-%x", &b, hash[:8])
}

// WriteJSON writes a value as a file of the folder.
func (f *Folder) WriteJSON(name string, v any) error {
	if f == nil {
		return nil
	}
	data, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	return f.Write(name, append(data, '\n'))
}

// Write writes a file of the folder.
func (f *Folder) Write(name string, data []byte) error {
	if f == nil {
		return nil
	}
	return WriteFile(filepath.Join(f.dir, name), data)
}

// WriteFile replaces a file whole or not at all: it writes beside it and
// renames.
func WriteFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".*"+filepath.Ext(path))
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(data); err != nil {
		f.Close()
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
