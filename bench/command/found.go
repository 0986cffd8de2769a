package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"detsample/bench/store"
)

// writeFound writes what a command found into a folder, which it makes: as
// name.json, and drawn as name.html.
func writeFound(out, name string, found any, draw func(io.Writer) error) error {
	if err := os.MkdirAll(out, 0o777); err != nil {
		return fmt.Errorf("--out %s: %w", out, err)
	}
	text, err := json.MarshalIndent(found, "", "  ")
	if err != nil {
		return err
	}
	if err := store.WriteFile(filepath.Join(out, name+".json"), append(text, '\n')); err != nil {
		return err
	}
	var page bytes.Buffer
	if err := draw(&page); err != nil {
		return err
	}
	return store.WriteFile(filepath.Join(out, name+".html"), page.Bytes())
}
