package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"detsample/bench/peers/process"
	"detsample/bench/peers/timing"
)

//go:embed python/*.py
var scripts embed.FS

// peer is a Python with some of the peers' libraries, which computes when
// asked and otherwise waits.
type peer struct {
	*process.Process
	hello hello
}

// hello is a peer's first line.
type hello struct {
	Python  string
	Modules map[string]string // the versions of those that are there
	Broken  map[string]string // why those cannot be used that are there and cannot
	Vectors string            // the widest instructions that PyTorch's own kernels use
	BLAS    string            // what PyTorch multiplies matrices with

	// Compiled is the instructions of what torch.compile makes, empty where
	// PyTorch has it not or it does not work.
	Compiled string
}

// has reports whether all the modules are there.
func (h hello) has(modules []string) bool {
	for _, m := range modules {
		if h.Modules[m] == "" {
			return false
		}
	}
	return true
}

func (h hello) String() string {
	words := []string{"Python " + h.Python}
	for _, m := range slices.Sorted(maps.Keys(h.Modules)) {
		words = append(words, m+" "+h.Modules[m])
	}
	if h.Vectors != "" {
		words = append(words, "PyTorch's own kernels "+h.Vectors)
	}
	if h.BLAS != "" {
		words = append(words, "its matrix products "+h.BLAS)
	}
	if h.Compiled != "" {
		words = append(words, "torch.compile's code "+h.Compiled)
	}
	return strings.Join(words, ", ")
}

// scalarCode is what torch.compile makes where its compiler's trial fails.
const scalarCode = "scalar code"

// remedies say how to get each peer.
var remedies = map[string]string{
	"torchvision": "install Debian's packages python3-torch, python3-torchvision and libopenblas0, or name a Python that has them with -python",
	"mmdet":       "install PyPI's packages mmdet, mmcv-lite and mmengine-lite beside PyTorch, as bench/peers/README.md says, or name a Python that has them with -python",
	"sources":     "check out the repositories of authors that bench/peers/README.md names into a folder, which PEERS_SOURCES then names",
	"ultralytics": "install PyPI's package ultralytics beside PyTorch, as bench/peers/README.md says, or name a Python that has it with -python",
	"pycocotools": "install PyPI's package pycocotools, or name a Python that has it with -coco-python",
	"hotcoco":     "install PyPI's package hotcoco, or name a Python that has it with -coco-python",
}

// peers are all Pythons that are asked.
type peers struct {
	started  []*peer
	unusable []string // why a Python, or a module of it, is passed over
	compile  bool     // whether they were asked for what torch.compile makes
}

// startPeers starts, of each list of Pythons, the first in which the module
// that goes with it can be used. A peer that is nowhere is left out; of one that
// is there and does not work, unusable says why.
// They are given arguments: "compile" for what torch.compile makes beside the
// rest.
func startPeers(ctx context.Context, folder string, pythons map[string][]string, arguments ...string) (*peers, error) {
	if err := os.CopyFS(folder, must(fs.Sub(scripts, "python"))); err != nil {
		return nil, err
	}
	ps := &peers{compile: slices.Contains(arguments, "compile")}
	tried := map[string]*peer{} // by Python; nil for one that did not start
	for _, module := range torchFirst(slices.Sorted(maps.Keys(pythons))) {
		for _, python := range pythons[module] {
			if ps.having([]string{module}) != nil {
				break
			}
			p, again := tried[python]
			if !again {
				var err error
				p, err = start(ctx, python, append([]string{filepath.Join(folder, "serve.py")}, arguments...))
				if ctx.Err() != nil {
					ps.close()
					return nil, ctx.Err()
				}
				tried[python] = p
				if err != nil && !errors.Is(err, exec.ErrNotFound) && !errors.Is(err, fs.ErrNotExist) {
					ps.unusable = append(ps.unusable, fmt.Sprintf("%s: %v", python, err))
				}
			}
			if p == nil {
				continue
			}
			if why := p.hello.Broken[module]; why != "" {
				ps.unusable = append(ps.unusable, fmt.Sprintf("%s: %s: %s", python, module, why))
			}
			if p.hello.has([]string{module}) {
				ps.started = append(ps.started, p)
			}
		}
	}
	for _, p := range tried {
		if p != nil && !slices.Contains(ps.started, p) {
			p.Close()
		}
	}
	return ps, nil
}

// torchFirst moves PyTorch's modules to the front, so that what asks for
// PyTorch gets the Python that was named for it, and not one that has it too.
func torchFirst(modules []string) []string {
	slices.SortStableFunc(modules, func(a, b string) int {
		if a == b || a != "torchvision" && b != "torchvision" {
			return 0
		}
		if a == "torchvision" {
			return -1
		}
		return 1
	})
	return modules
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // of what is built into the program
	}
	return v
}

func start(ctx context.Context, python string, arguments []string) (*peer, error) {
	p := &peer{}
	var err error
	p.Process, err = process.Start(ctx, &p.hello, python, arguments...)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// having returns a peer that has all the modules, or nil.
func (ps *peers) having(modules []string) *peer {
	for _, p := range ps.started {
		if p.hello.has(modules) {
			return p
		}
	}
	return nil
}

func (ps *peers) close() {
	for _, p := range ps.started {
		p.Close()
	}
}

// missing says what is passed over and why, and of each peer that is nowhere
// how to get it.
func (ps *peers) missing() []string {
	said := slices.Clone(ps.unusable)
	for _, module := range slices.Sorted(maps.Keys(remedies)) {
		if ps.having([]string{module}) == nil {
			said = append(said, fmt.Sprintf("no %s: %s", module, remedies[module]))
		}
	}
	if p := ps.having([]string{"torch"}); p != nil && p.hello.BLAS == "reference BLAS" {
		said = append(said, "PyTorch multiplies matrices with the reference BLAS, which is slow: install Debian's package libopenblas0")
	}
	for _, p := range ps.started {
		switch p.hello.Compiled {
		case scalarCode:
			said = append(said, "torch.compile makes scalar code, as a trial of vectors failed: where Debian's PyTorch is installed, its libraries are found first by Debian's Python; make the environment with another")
		case "":
			if ps.compile && p.hello.has(torch) {
				said = append(said, "torch.compile is not there or does not work, so that PyTorch is measured without it: it needs PyTorch 2, a C++ compiler and Python's headers")
			}
		}
	}
	return said
}

// ways are the arrangements in which a peer can do an operation.
type ways struct {
	Chosen string
	Tried  map[string]float64 // milliseconds of each
}

// prepare makes the peer load the inputs in folder, try each of its ways of the
// operation for about the given time, keep the fastest and write its results to
// the folder results.
func (p *peer) prepare(pr *problem, folder, results string, each time.Duration) (w ways, err error) {
	arguments := pr.arguments
	if arguments == nil {
		arguments = map[string]any{}
	}
	err = p.ask(&w, "prepare", pr.call, folder, results, arguments, timing.Milliseconds(each))
	return w, err
}

// time runs the operation in turns of several executions each and returns the
// milliseconds of one, turn by turn.
func (p *peer) time(turns, executions int) (ms []float64, err error) {
	err = p.ask(&ms, "time", turns, executions)
	return ms, err
}

// threads sets the number of threads and reports whether the peer can do so.
func (p *peer) threads(n int) (can bool, err error) {
	err = p.ask(&can, "threads", n)
	return can, err
}

// forget makes the peer drop the operation.
func (p *peer) forget() error { return p.ask(new(any), "forget") }

func (p *peer) ask(answer any, question ...any) error {
	wrapped := struct {
		Answer any
		Error  string
	}{Answer: answer}
	if err := p.Ask(&wrapped, question...); err != nil {
		return err
	}
	if wrapped.Error != "" {
		return errors.New(wrapped.Error)
	}
	return nil
}
