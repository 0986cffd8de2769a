package external

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strings"

	"detsample/internal/visible"
)

// said is what a program says in an attempt, in files.
type said struct{ out, err *os.File }

// listen gives the program files to speak to.
func (r *run) listen(cmd *exec.Cmd) (*said, error) {
	for n := 1; ; n++ {
		out, err := os.OpenFile(r.path(fmt.Sprintf("stdout-%d.txt", n)), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if errors.Is(err, fs.ErrExist) {
			continue
		} else if err != nil {
			return nil, err
		}
		s := &said{out: out}
		if s.err, err = os.Create(r.path(fmt.Sprintf("stderr-%d.txt", n))); err != nil {
			return nil, errors.Join(err, out.Close())
		}
		cmd.Stdout, cmd.Stderr = s.out, s.err
		return s, nil
	}
}

func (s *said) close() { _ = errors.Join(s.out.Close(), s.err.Close()) }

const (
	quotedLines = 3
	quotedRunes = 300
)

// last quotes the last lines that the program said, of standard error if there
// are any, and says where all are; it begins with a colon.
func (s *said) last() string {
	for _, f := range []*os.File{s.err, s.out} {
		if lines := lastLines(f); len(lines) > 0 {
			text := []rune(visible.Text(strings.Join(lines, " / ")))
			if n := len(text); n > quotedRunes {
				text = append([]rune("..."), text[n-quotedRunes:]...)
			}
			return fmt.Sprintf(": %s (%s)", string(text), f.Name())
		}
	}
	return fmt.Sprintf(", and said nothing (%s)", s.err.Name())
}

// lastLines returns the last lines of a file that are not empty. A carriage
// return ends a line too, as progress bars have it.
func lastLines(f *os.File) []string {
	const most = 4096
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	at := max(0, info.Size()-most)
	text, err := io.ReadAll(io.NewSectionReader(f, at, info.Size()-at))
	if err != nil {
		return nil
	}
	lines := strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' || r == '\r' })
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	lines = slices.DeleteFunc(lines, func(line string) bool { return line == "" })
	return lines[max(0, len(lines)-quotedLines):]
}
