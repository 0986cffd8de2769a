// Package command is the command line of detsample, for any program to be: one
// that registers samplers and losses of its own and then calls [Main] has every
// subcommand with them.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"detsample/internal/interrupt"
	"detsample/internal/panics"
	"detsample/internal/program"
)

// Main executes a command line, given without the program's name, and returns
// the exit status:
//
//	0    all went well
//	1    it failed, or its output could not be written
//	2    the command line is wrong
//	3    some runs of a comparison stopped early, and the others have results; or some
//	     are missing in what merge has joined
//	130  it was interrupted
//
// Every error is a line on stderr, and a panic, as of a sampler of one's own, is one
// with its stack beneath; results go to stdout. Control characters in
// what is printed are made visible. A file named - is stdin, which may be nil.
// The first SIGINT or SIGTERM ends the command in order, within a second or, where
// it was SIGTERM and a program of the user's own trains, once that has had its time
// to save; the second kills such a program, and then the process.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := interrupt.Context(context.Background())
	defer stop()
	return execute(ctx, args, stdin, stdout, stderr)
}

// commandLine is what kong parses.
type commandLine struct {
	Compare compareCommand `cmd:"" help:"Train detectors with different strategies on the same data and rank them by AP."`
	Merge   mergeCommand   `cmd:"" help:"Join what several machines have trained of a comparison, and say what is missing or comes next."`
	Plan    planCommand    `cmd:"" help:"List the runs that come next in a comparison that several machines share."`
	List    listCommand    `cmd:"" help:"List every sampler, loss and assigner that a strategy may name, and the presets."`
	Check   checkCommand   `cmd:"" help:"Check files of comparisons or of single strategies."`
	Curves  curvesCommand  `cmd:"" help:"Draw losses, their gradients and effective weights by the margin, as a table or into the file of --out."`
	Inspect inspectCommand `cmd:"" help:"Say what annotations and anchors give a detector to learn from, and what to change."`
	Replay  replayCommand  `cmd:"" help:"Say what samplers and losses would learn from a detector's own numbers, and which are alike."`
	Import  importCommand  `cmd:"" help:"Make a strategy from a configuration of mmdetection, detectron2, torchvision or Ultralytics."`
	Export  exportCommand  `cmd:"" help:"Write a strategy as a fragment of a configuration of mmdetection, detectron2 or torchvision."`
	Preset  presetCommand  `cmd:"" help:"Print the YAML of a preset or a peer, to start your own from."`
	Eval    evalCommand    `cmd:"" help:"Evaluate detections: COCO's figures, LVIS's groups, TIDE's split of errors."`
	Convert convertCommand `cmd:"" help:"Convert annotations between COCO, YOLO and Pascal VOC, and detections to COCO results."`
	Study   studyCommand   `cmd:"" help:"Run the experiments that judge the field's claims about sampling, and write the page."`
	Scenes  scenesCommand  `cmd:"" help:"Write a comparison's generated scenes as a COCO folder, for other programs to train on."`

	Version kong.VersionFlag `help:"Print the version and exit."`
}

// session is what a subcommand runs in.
type session struct {
	ctx            context.Context
	args           []string // the command line, to be repeated in advice
	flags          []string // the names of those that it has
	stdin          io.Reader
	stdout, stderr io.Writer
}

const description = "Compares what object detectors learn from: which candidates (samplers) and how strongly (losses)."

// execute is Main with the interrupt as a context.
func execute(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	out, errs := newStream(stdout), newStream(stderr)
	status := 0
	if err := panics.Do(func() error { return dispatch(ctx, args, stdin, out, errs) }); !errors.Is(err, out.err) || out.err == nil {
		status = complain(errs, err, args)
	}
	if err := out.close(); err != nil {
		complain(errs, fmt.Errorf("the output is not complete: %w", err), args)
		if status == 0 || status == statusPartial {
			status = statusFailure
		}
	}
	errs.close()
	return status
}

// dispatch parses a command line and runs what it names.
func dispatch(ctx context.Context, args []string, stdin io.Reader, stdout, stderr *stream) error {
	var cli commandLine
	ended := false
	parser, err := kong.New(&cli,
		kong.Name(called), kong.Description(description),
		kong.Vars{"version": called + " " + program.Version()},
		kong.Writers(stdout, stderr),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.WithHyphenPrefixedParameters(true), // so that --seeds -1 is a number out of range
		kong.Exit(func(int) { ended = true }),
	)
	if err != nil {
		return err
	}
	rename(parser.Model.Node, called)
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if ended { // --help or --version, whatever else the line has
		return nil
	}
	if err != nil {
		if advice := noCommand(parser.Model.Node, err, args); advice != nil {
			return advice
		}
		return usage(err, parsed)
	}
	if err := emptyValue(parsed); err != nil {
		return err
	}
	return parsed.Run(&session{ctx: ctx, args: args, flags: givenFlags(parsed), stdin: stdin, stdout: stdout, stderr: stderr})
}
