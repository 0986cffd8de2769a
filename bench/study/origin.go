package study

import (
	"encoding/json"
	"path/filepath"

	"detsample/bench/store"
)

// originFile is beside the results of an experiment.
const originFile = "origin.json"

// Origin says what an experiment's results were made by.
type Origin struct {
	Program  string `json:"program"` // its version
	Command  string `json:"command"`
	Machine  string `json:"machine"`
	Numerics string `json:"numerics"` // what computes: equal ones give equal figures
	Data     string `json:"data,omitempty"`
	Note     string `json:"note,omitempty"`
}

func writeOrigin(dir string, o Origin) error {
	text, err := json.MarshalIndent(o, "", " ")
	if err != nil {
		return err
	}
	return store.WriteFile(filepath.Join(dir, originFile), append(text, '\n'))
}
