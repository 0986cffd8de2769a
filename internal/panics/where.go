package panics

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"detsample/internal/registry"
)

// where is the place of a panic.
type where struct {
	part     string // the registered strategy that panicked, as "sampler ohem"; empty for none
	at, from string // the line, and that of the strategy's own which led there; empty where it is the same
}

// lines says the lines in brackets.
func (w where) lines() string {
	switch {
	case w.at == "":
		return ""
	case w.from == "":
		return " (" + w.at + ")"
	}
	return " (" + w.at + ", called at " + w.from + ")"
}

// deepest is how many calls are looked through.
const deepest = 4096

// find finds the place of the panic that is being recovered: the first call below
// the runtime's. Where a deferred function has panicked anew, to say more, that is
// the place of the first.
func find() (w where) {
	pcs := make([]uintptr, deepest)
	pcs = pcs[:runtime.Callers(2, pcs)]
	var calls []runtime.Frame
	for frames := runtime.CallersFrames(pcs); ; {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			calls = calls[:0]
		case len(calls) > 0 || !strings.HasPrefix(f.Function, "runtime."):
			calls = append(calls, f)
		}
		if !more {
			break
		}
	}
	for i, f := range calls {
		if i == 0 {
			w.at = line(f)
		}
		if kind, name, ok := registry.MethodOf(f.Function); ok {
			w.part = kind + " " + name
			if i > 0 {
				w.from = line(f)
			}
			break
		}
	}
	return w
}

// line writes a call's line, by the file and its folder.
func line(f runtime.Frame) string {
	folder, file := filepath.Split(filepath.ToSlash(f.File))
	if folder = filepath.Base(folder); folder != "." && folder != "/" {
		file = folder + "/" + file
	}
	return fmt.Sprintf("%s:%d", file, f.Line)
}
