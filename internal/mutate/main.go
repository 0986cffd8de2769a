// Command mutate asks what the tests of a package would notice: it makes one
// small wrong change at a time, in a copy of a file that only the compiler
// sees, and runs the tests. A change that they let pass is named.
//
//	go run ./internal/mutate ./sampling
//	go run ./internal/mutate -sample 100 -tests ./rpn,./roi ./internal/stage
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// options say what is changed and what is run.
type options struct {
	sample  int           // changes tried of each package, 0 for all
	seed    uint64        // of the sample
	jobs    int           // test runs at a time
	timeout time.Duration // of a test run; what takes longer counts as noticed
	tests   string        // packages whose tests are run beside the package's own, by commas
	files   string        // a pattern of file names
	short   bool          // only what tests do in their short form, as the race detector's
}

func main() {
	var o options
	flag.IntVar(&o.sample, "sample", 0, "changes tried of each package, drawn at random; 0 for all")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the sample")
	flag.IntVar(&o.jobs, "jobs", 1, "test runs at a time")
	flag.DurationVar(&o.timeout, "timeout", 2*time.Minute, "of a test run; what takes longer counts as noticed")
	flag.StringVar(&o.tests, "tests", "", "packages whose tests are run beside the package's own, separated by commas")
	flag.StringVar(&o.files, "files", "*", "pattern of the file names that are changed")
	flag.BoolVar(&o.short, "short", false, "run the tests' short form, which notices less in a shorter time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	for _, folder := range flag.Args() {
		if err := try(ctx, folder, o); err != nil {
			fmt.Fprintln(os.Stderr, "mutate:", err)
			os.Exit(1)
		}
	}
}

// try changes one package and prints what its tests let pass, and a line with
// the score.
func try(ctx context.Context, folder string, o options) error {
	all, err := inPackage(folder, o.files)
	if err != nil {
		return err
	}
	if o.sample > 0 && o.sample < len(all) {
		rng := rand.New(rand.NewPCG(o.seed, uint64(len(all))))
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		all = all[:o.sample]
	}
	packages := append([]string{folder}, strings.FieldsFunc(o.tests, func(r rune) bool { return r == ',' })...)
	if out, err := exec.CommandContext(ctx, "go", arguments(o, packages)...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: the tests fail without any change:\n%s", folder, out)
	}
	var mu sync.Mutex
	noticed, passed, invalid := 0, 0, 0
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, o.jobs))
	for _, m := range all {
		group.Go(func() error {
			saw, err := m.test(ctx, o, packages)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			switch saw {
			case notCompiled:
				invalid++
			case failed:
				noticed++
			case passedAll:
				passed++
				fmt.Println("passed:", m)
			}
			fmt.Fprintf(os.Stderr, "\r%s: %d of %d tried, %d passed the tests ", folder, noticed+passed+invalid, len(all), passed)
			return nil
		})
	}
	err = group.Wait()
	fmt.Fprintln(os.Stderr)
	fmt.Printf("%s: %d of %d changes noticed (%.1f%%); %d more do not compile\n",
		folder, noticed, noticed+passed, 100*float64(noticed)/max(1, float64(noticed+passed)), invalid)
	return err
}

// inPackage returns the changes of the package's files.
func inPackage(folder, pattern string) ([]mutant, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	var all []mutant
	for _, path := range paths {
		name := filepath.Base(path)
		if ok, err := filepath.Match(pattern, name); err != nil {
			return nil, err
		} else if !ok || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_stub.go") {
			continue
		}
		found, err := mutants(path)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s has no Go file to change", folder)
	}
	return all, nil
}

// outcome is what became of a change.
type outcome int

const (
	notCompiled outcome = iota
	failed              // some test noticed it
	passedAll
)

// test runs the tests with the change.
func (m mutant) test(ctx context.Context, o options, packages []string) (outcome, error) {
	text, err := os.ReadFile(m.file)
	if err != nil {
		return 0, err
	}
	folder, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	changed := filepath.Join(folder, filepath.Base(m.file))
	if err := os.WriteFile(changed, m.apply(text), 0o600); err != nil {
		return 0, err
	}
	original, err := filepath.Abs(m.file)
	if err != nil {
		return 0, err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
	if err != nil {
		return 0, err
	}
	list := filepath.Join(folder, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return 0, err
	}
	for _, p := range packages { // one after another: most changes are noticed by the first
		out, err := exec.CommandContext(ctx, "go", arguments(o, []string{p}, "-overlay", list)...).Output()
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		exit := new(exec.ExitError)
		switch {
		case errors.As(err, &exit) && (bytes.Contains(out, []byte("[build failed]")) || len(out) == 0):
			return notCompiled, nil
		case errors.As(err, &exit):
			return failed, nil
		case err != nil:
			return 0, err
		}
	}
	return passedAll, nil
}

// arguments returns those of a test run.
func arguments(o options, packages []string, more ...string) []string {
	a := []string{"test", "-failfast", "-count=1", "-vet=off", "-ldflags=-s -w", "-timeout", o.timeout.String()}
	if o.short {
		a = append(a, "-short")
	}
	return append(append(a, more...), packages...)
}
