package command

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"detsample/internal/durable"
)

// writeFound writes what a command found into the folder that a flag names, which
// it makes: files, and the report as name.json. The report is told the files'
// digests, by which the next run knows them: a file in their place that no such
// command wrote, or that was edited since, is an error before anything is
// written; one that is not written again goes.
func writeFound(flag, out, name string, files map[string][]byte, report any, told *map[string]string) error {
	*told = map[string]string{}
	for file, data := range files {
		(*told)[file] = digest(data)
	}
	text, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	if err := durable.MakeFolder(durable.Local{}, out); err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	record := name + ".json"
	all := maps.Clone(files)
	all[record] = append(text, '\n')
	stale, err := ownFound(flag, out, record, all)
	if err != nil {
		return err
	}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if err := durable.Replace(durable.Local{}, filepath.Join(out, file), files[file]); err != nil {
			return err
		}
	}
	for _, file := range stale {
		if err := os.Remove(filepath.Join(out, file)); err != nil {
			return err
		}
	}
	return durable.Replace(durable.Local{}, filepath.Join(out, record), all[record]) // last, as it vouches for the others
}

// ownFound returns an error for a file that would be lost: one that is neither
// what is about to be written nor what the record there says was. Stale are
// those of the record that are not written again.
func ownFound(flag, out, record string, files map[string][]byte) (stale []string, err error) {
	var before struct {
		Files map[string]string `json:"files"`
	}
	text, err := durable.ReadFile(filepath.Join(out, record), mostFound)
	recorded := err == nil && json.Unmarshal(text, &before) == nil && before.Files != nil
	names := map[string]string{}
	maps.Copy(names, before.Files)
	maps.DeleteFunc(names, func(file, _ string) bool { return filepath.Base(file) != file }) // beside the record, and nowhere else
	for file := range files {
		names[file] = ""
	}
	for _, file := range slices.Sorted(maps.Keys(names)) {
		data, err := durable.ReadFile(filepath.Join(out, file), mostFound)
		again, written := files[file]
		own := file == record && recorded || recorded && before.Files[file] == digest(data)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		case !written:
			if own {
				stale = append(stale, file)
			}
		case !own && !bytes.Equal(data, again):
			return nil, fmt.Errorf("%s %s: it holds a %s that was not written by this command, or was edited since: move it away, or name another folder", flag, out, file)
		}
	}
	return stale, nil
}

// mostFound is how many bytes of a file are read to see whose it is.
const mostFound = 256 << 20

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
