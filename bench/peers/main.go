// Command peers runs this project's operations and the peers' implementations
// of them in turn on the same inputs, checks that the results agree before it
// times them, and writes what both take beside what the machine allows.
//
//	go run ./bench/peers                               # prints the tables
//	go run ./bench/peers -write docs/performance.md    # and puts them into the document
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"detsample/internal/marked"
)

// options are the command line.
type options struct {
	only               *regexp.Regexp
	plan               plan
	quick              bool
	write, growth      string
	keep               string
	sections           []string // none is all
	compile            bool
	python, cocoPython string
}

func main() {
	o := options{}
	only := flag.String("only", "", "regular expression of the operations to measure (\"name, size, peer\") and the pictures to draw (\"growth over classes\")")
	flag.IntVar(&o.plan.rounds, "rounds", 5, "turns that each side gets at each operation")
	flag.DurationVar(&o.plan.turn, "turn", 250*time.Millisecond, "about how long a turn lasts")
	flag.IntVar(&o.plan.threads, "threads", 2, "threads of the second measurement, which shows how a side scales; 1 leaves it out")
	flag.BoolVar(&o.quick, "quick", false, "a tenth of the sizes, short turns: to try the program out")
	flag.StringVar(&o.write, "write", "", "Markdown document whose marked section is replaced by the result")
	flag.StringVar(&o.growth, "growth", "", "folder to draw in how the cost grows with candidates, objects and classes")
	flag.BoolVar(&o.compile, "compile", true, "also measure what torch.compile makes, which takes minutes the first time")
	flag.StringVar(&o.keep, "keep", "", "folder to leave the inputs and results in, instead of a temporary one")
	named := flag.String("sections", "", "families of operations to measure, with commas between them: "+strings.Join(sectionNames(), ", ")+"; default all")
	flag.StringVar(&o.python, "python", "", "Python with PyTorch, torchvision, mmdet and ultralytics; default that which "+pythonVariable+" names, python3 on PATH, /usr/bin/python3, of these the first that has the module")
	flag.StringVar(&o.cocoPython, "coco-python", "", "Python with pycocotools and hotcoco; default as for -python")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := o.chooseSections(*named)
	if err == nil {
		o.only, err = regexp.Compile(*only)
	}
	if err == nil {
		err = run(ctx, o)
	}
	if err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

// pythonVariable names a Python to look at before those that machines have.
const pythonVariable = "PEERS_PYTHON"

// chooseSections reads a list of sections.
func (o *options) chooseSections(list string) error {
	if list == "" {
		return nil
	}
	o.sections = strings.Split(list, ",")
	for _, name := range o.sections {
		if !slices.Contains(sectionNames(), name) {
			return fmt.Errorf("-sections: there is no %q; there are %s", name, strings.Join(sectionNames(), ", "))
		}
	}
	return nil
}

func run(ctx context.Context, o options) error {
	if o.write != "" && (o.only.String() != "" || o.quick || o.sections != nil) {
		return errors.New("-write needs every operation at its full size: leave -only, -sections and -quick out")
	}
	if !slices.ContainsFunc(operations(o.sizes(), o.sections...), func(op operation) bool { return o.only.MatchString(op.String()) }) &&
		(o.growth == "" || !slices.ContainsFunc(panels(o.sizes()), func(p panel) bool { return o.only.MatchString(p.operation()) })) {
		return fmt.Errorf("-only %q matches no operation and no picture; without it all are measured, and each says its name", o.only)
	}
	if o.quick {
		o.plan.rounds, o.plan.turn = min(o.plan.rounds, 2), min(o.plan.turn, 50*time.Millisecond)
	}
	temporary, err := os.MkdirTemp("", "peers")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	folder := temporary
	if o.keep != "" {
		folder = o.keep
	}
	runtime.GOMAXPROCS(1)
	fmt.Fprintln(os.Stderr, "starting the peers")
	ps, err := startPeers(ctx, filepath.Join(temporary, "python"), o.pythons(), o.arguments()...)
	if err != nil {
		return interrupted(ctx, err)
	}
	defer ps.close()
	for _, line := range ps.missing() {
		fmt.Fprintln(os.Stderr, line)
	}
	results, err := measureAll(ctx, o, ps, folder)
	if len(results.measured) > 0 {
		fmt.Print("\n", results)
	}
	if err != nil {
		return err
	}
	if o.write != "" {
		if err := marked.Write(o.write, "peers", results.String()); err != nil {
			return err
		}
	}
	if o.growth == "" {
		return nil
	}
	return interrupted(ctx, grow(ctx, o, ps, temporary))
}

// interrupted is what there is to say of an error that may come of the end of
// ctx.
func interrupted(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return errors.New("interrupted")
	}
	return err
}

func (o options) sizes() sizes {
	if o.quick {
		return sizes{10}
	}
	return sizes{1}
}

// arguments are those of the peers' program.
func (o options) arguments() []string {
	if o.compile {
		return []string{"compile"}
	}
	return nil
}

// pythons returns where to look for each module.
func (o options) pythons() map[string][]string {
	usual := []string{"python3", "/usr/bin/python3"}
	if p := os.Getenv(pythonVariable); p != "" {
		usual = slices.Insert(usual, 0, p)
	}
	named := func(python string) []string {
		if python == "" {
			return usual
		}
		return []string{python}
	}
	return map[string][]string{
		"torchvision": named(o.python),
		"mmdet":       named(o.python),
		"ultralytics": named(o.python),
		"pycocotools": named(o.cocoPython),
		"hotcoco":     named(o.cocoPython),
	}
}

// measureAll measures every operation that is asked for. One that fails, or on
// which the sides disagree, does not keep the others from being measured.
func measureAll(ctx context.Context, o options, ps *peers, folder string) (*document, error) {
	d := &document{plan: o.plan, bandwidth: copyBandwidth()}
	for _, p := range ps.started {
		d.peers = append(d.peers, p.hello)
	}
	var failed error
	for _, op := range operations(o.sizes(), o.sections...) {
		if !o.only.MatchString(op.String()) {
			continue
		}
		m, err := measureIn(ctx, &op, ps, filepath.Join(folder, op.folder()), o)
		if ctx.Err() != nil {
			return d, interrupted(ctx, err)
		}
		if err != nil {
			err = fmt.Errorf("%v: %w", &op, err)
			fmt.Fprintln(os.Stderr, "peers:", err)
			failed = errors.Join(failed, err)
			continue
		}
		fmt.Fprintln(os.Stderr, m)
		d.measured = append(d.measured, m)
	}
	return d, failed
}

// measureIn measures in a folder that is removed unless it is to be kept.
func measureIn(ctx context.Context, op *operation, ps *peers, folder string, o options) (*measurement, error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, err
	}
	if o.keep == "" {
		defer os.RemoveAll(folder)
	}
	return measure(ctx, op, ps, folder, o.plan)
}
