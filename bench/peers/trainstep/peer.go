package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

//go:embed step.py
var script string

// peer is PyTorch in a process of its own, which computes when asked and
// otherwise waits.
type peer struct {
	hello   hello
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// hello is the peer's first line.
type hello struct {
	Torch, Python, OneDNN, Capability string
	Missing                           string // the error of a failed import
}

// checked is the peer's side of a check.
type checked struct {
	Losses     []float64          // of the first step and of those that follow
	Deviations map[string]float64 // of the gradients of each parameter
}

// arrangement is the fastest of the ways in which the peer can run the step.
type arrangement struct {
	Chosen string
	Tried  map[string]float64 // milliseconds a step
}

// errNoTorch says how to get the peer.
var errNoTorch = errors.New("no PyTorch: install Debian's package python3-torch (apt install python3-torch), or name a Python that has it with -python")

// startPeer starts the script under the given Python, or, if that is empty,
// the first of PATH's and the system's that has PyTorch.
func startPeer(python string) (*peer, error) {
	pythons := []string{python}
	if python == "" {
		pythons = []string{"python3", "/usr/bin/python3"}
	}
	missing := errNoTorch
	for _, python := range pythons {
		p, err := launch(python)
		if err != nil {
			return nil, err
		}
		if p.hello.Missing == "" {
			return p, nil
		}
		p.close()
		missing = fmt.Errorf("%w; %s: %s", missing, python, p.hello.Missing)
	}
	return nil, missing
}

// launch starts the script; a Python that is not there is one without PyTorch.
func launch(python string) (*peer, error) {
	if _, err := exec.LookPath(python); err != nil {
		return &peer{hello: hello{Missing: "not found"}}, nil
	}
	c := exec.Command(python, "-c", script)
	c.Stderr = os.Stderr
	// By default glibc returns every large tensor to the system and takes it
	// anew: that alone makes PyTorch several times slower.
	c.Env = append(os.Environ(), "OMP_NUM_THREADS=1",
		"MALLOC_MMAP_THRESHOLD_=4294967296", "MALLOC_TRIM_THRESHOLD_=4294967296", "MALLOC_TOP_PAD_=4294967296")
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	p := &peer{command: c, in: in, out: bufio.NewReader(out)}
	if err := p.read(&p.hello); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// check loads a batch and returns what the peer computes on it.
func (p *peer) check(file string, steps int) (c checked, err error) {
	err = p.ask(&c, "check", file, steps)
	if err == nil && len(c.Losses) != steps+1 {
		err = fmt.Errorf("PyTorch answered %d losses, want %d", len(c.Losses), steps+1)
	}
	return c, err
}

// arrange tries the peer's arrangements on the batch and keeps the fastest.
func (p *peer) arrange() (a arrangement, err error) {
	err = p.ask(&a, "arrange")
	return a, err
}

// time runs n steps and returns the milliseconds of each.
func (p *peer) time(n int) (ms []float64, err error) {
	err = p.ask(&ms, "time", n)
	return ms, err
}

// ask sends one request, a line of JSON, and reads the answer.
func (p *peer) ask(answer any, request ...any) error {
	line, err := json.Marshal(request)
	if err != nil {
		return err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("PyTorch has ended: %w", err)
	}
	return p.read(answer)
}

func (p *peer) read(answer any) error {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("PyTorch ended without an answer: %w", err)
	}
	return json.Unmarshal(line, answer)
}

// close ends the process, which stops at the end of its input.
func (p *peer) close() {
	if p.command == nil {
		return
	}
	p.in.Close()
	p.command.Wait()
}
