// Package process runs a peer's implementation in a process of its own, which
// computes when asked and otherwise waits. A question is a line of JSON, and
// so is its answer.
package process

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// Process is a running peer.
type Process struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// environment tells glibc to keep its memory, up to 16 GB, without which PyTorch
// is several times slower on large tensors, and Python to leave no compiled
// files. What PyTorch compiles is compiled by the process itself, and not by
// others beside what is timed.
var environment = []string{
	"MALLOC_MMAP_THRESHOLD_=4294967296", "MALLOC_TRIM_THRESHOLD_=17179869184", "MALLOC_TOP_PAD_=4294967296",
	"OMP_NUM_THREADS=1", "RAYON_NUM_THREADS=1", "PYTHONDONTWRITEBYTECODE=1", "TORCHINDUCTOR_COMPILE_THREADS=1",
}

// Start starts a program, which begins by writing a line of JSON that is
// decoded into hello. The end of ctx kills it. It has one thread until it
// gives itself more, and what it writes to its standard error is passed on.
func Start(ctx context.Context, hello any, program string, arguments ...string) (*Process, error) {
	c := exec.CommandContext(ctx, program, arguments...)
	c.Stderr = os.Stderr
	c.Env = append(os.Environ(), environment...)
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
	p := &Process{command: c, in: in, out: bufio.NewReader(out)}
	if err := p.read(hello); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// Ask sends a question and decodes its answer.
func (p *Process) Ask(answer any, question ...any) error {
	line, err := json.Marshal(question)
	if err != nil {
		return err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("the peer has ended: %w", err)
	}
	return p.read(answer)
}

func (p *Process) read(answer any) error {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("the peer ended without an answer: %w", err)
	}
	return json.Unmarshal(line, answer)
}

// Close ends the process, which stops at the end of its input.
func (p *Process) Close() {
	p.in.Close()
	p.command.Wait()
}
