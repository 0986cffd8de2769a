package config

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"detsample/internal/registry"
)

// Program is a training program of the user's own, which a comparison runs once
// for each strategy and seed.
type Program struct {
	Command Command       `doc:"the command line, in words as a shell parts them, but run without one; {strategy}, {name}, {lr}, {seed}, {data}, {budget}, {out} and {gpu} stand for what a run is given"`
	Timeout time.Duration `doc:"how long the program may take, such as 90m; 0 for ever"`
	Retries int           `range:"[0,100]" doc:"how often a program that crashed, or took too long, is started again with what it left"`
	GPUs    []Device      `param:"gpus" doc:"devices, of which a run has one for itself; those of CUDA_VISIBLE_DEVICES if empty"`
	Inputs  []string      `doc:"files that results follow from, such as the program's own: where one has changed, nothing is taken over"`
}

// Device is a GPU's number or name, as CUDA_VISIBLE_DEVICES has it.
type Device string

// UnmarshalText implements [encoding.TextUnmarshaler], so that a number is one.
func (d *Device) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return errors.New("expected a GPU's number or name")
	}
	*d = Device(text)
	return nil
}

// MarshalText implements [encoding.TextMarshaler].
func (d Device) MarshalText() ([]byte, error) { return []byte(d), nil }

// Validate reports the first that Shape has.
func (p Program) Validate() error { return registry.First(p.Shape()) }

// Shape reports why a program cannot be run, each reason as a [registry.ParamError].
func (p Program) Shape() error {
	var wrong []error
	if _, err := p.Command.words(); err != nil {
		wrong = append(wrong, &registry.ParamError{Key: "command", Problem: err.Error()})
	}
	if p.Timeout < 0 {
		wrong = append(wrong, &registry.ParamError{Key: "timeout", Value: p.Timeout, Problem: "expected none that is negative: leave it out for no limit"})
	}
	for i, name := range p.Inputs {
		if name == "" {
			wrong = append(wrong, &registry.ParamError{Key: fmt.Sprintf("inputs[%d]", i), Value: name, Problem: "expected a file"})
		}
	}
	return errors.Join(wrong...)
}

// Devices returns the GPUs that runs have, one each: those that are named, or
// else those of CUDA_VISIBLE_DEVICES, which may be none.
func (p Program) Devices() []Device {
	if len(p.GPUs) > 0 {
		return p.GPUs
	}
	var list []Device
	for name := range strings.SplitSeq(os.Getenv("CUDA_VISIBLE_DEVICES"), ",") {
		if name = strings.TrimSpace(name); name != "" && name != "-1" {
			list = append(list, Device(name))
		}
	}
	return list
}
