package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"detsample/internal/durable"
)

// lock makes one process the only writer of a folder. On one machine the
// kernel holds it (flock), which lets go when the process ends however it
// ends. The file also says who the owner is: for whoever is refused, and for
// other machines, to which a lock of the kernel may not reach. There the owner
// counts up while it lives, and one that has stopped counting is gone.
type lock struct {
	path string
	me   owner
	stop chan struct{} // closed to stop counting
	done sync.WaitGroup

	mu   sync.Mutex // of the file's content
	file *os.File
}

// owner is what the file says.
type owner struct {
	Process int    `json:"process"`
	Host    string `json:"host"`
	Boot    string `json:"boot,omitempty"`    // identity of the machine since its start
	Started string `json:"started,omitempty"` // of the process, in the machine's ticks
	Since   string `json:"since"`
	Beat    string `json:"beat"` // counts up while the owner lives; of one width, so that no other process reads half of it
}

// String names the owner.
func (o owner) String() string {
	return fmt.Sprintf("process %d on %s, since %s", o.Process, o.Host, o.Since)
}

// same reports whether two are one process.
func (o owner) same(p owner) bool {
	return o.Process == p.Process && o.Host == p.Host && o.Boot == p.Boot && o.Started == p.Started
}

const (
	beatEvery = 3 * time.Second
	beatWatch = 5 * beatEvery // how long the owner on another machine is watched for a beat
)

// Locked is the error for a folder that another process writes to.
type Locked struct {
	Dir   string
	Owner string // process, machine and time
}

// Error implements error.
func (l *Locked) Error() string {
	return fmt.Sprintf("%s is being written to by %s: wait until that ends, or give another folder", l.Dir, l.Owner)
}

// acquire takes the lock of a folder, or says who has it. If it was left by a
// process that is gone, stale says whose it was.
func acquire(dir string, watch time.Duration) (l *lock, stale string, err error) {
	l = &lock{path: filepath.Join(dir, lockName), me: self(), stop: make(chan struct{})}
	for {
		f, err := l.open()
		if err != nil {
			return nil, "", durable.Cannot("write", l.path, err)
		}
		held, kernel, err := flock(f)
		if err != nil {
			f.Close()
			return nil, "", durable.Cannot("lock", l.path, err)
		}
		if !held {
			who := waitForName(f)
			f.Close()
			return nil, "", &Locked{dir, who}
		}
		if !l.current(f) { // the owner before removed it between open and flock
			f.Close()
			continue
		}
		l.file = f
		left, err := l.judge(kernel, watch)
		if err == nil {
			err = l.write(0)
		}
		if err != nil {
			f.Close()
			return nil, "", err
		}
		l.done.Go(l.count)
		return l, left, nil
	}
}

func (l *lock) open() (*os.File, error) {
	if info, err := os.Lstat(l.path); err == nil && !info.Mode().IsRegular() {
		return nil, durable.NotRegular(info.Mode())
	}
	return os.OpenFile(l.path, os.O_RDWR|os.O_CREATE, 0o644)
}

// current reports whether f is the file that is at the path.
func (l *lock) current(f *os.File) bool { return durable.Local{}.Holds(l.path, f) }

// judge decides whether the owner that the file names is gone. Where the
// kernel has given us the lock, none of this machine holds it.
func (l *lock) judge(kernel bool, watch time.Duration) (stale string, err error) {
	text, err := readOwner(l.path)
	var o owner
	switch {
	case err != nil:
		return "", durable.Cannot("read", l.path, err)
	case len(text) == 0:
		return "", l.emptied()
	case !named(text, &o) && kernel:
		return "a process that did not leave its name", l.abandoned(text)
	case o.Boot == l.me.Boot && o.Boot != "" && kernel:
		return o.String(), nil
	case o.Boot == l.me.Boot && o.Host == l.me.Host && !kernel:
		if started, alive := processStart(o.Process); alive && started == o.Started {
			return "", &Locked{filepath.Dir(l.path), o.String()}
		}
		return o.String(), nil
	}
	for deadline := time.Now().Add(watch); time.Now().Before(deadline); {
		time.Sleep(watch / 20)
		if now, err := readOwner(l.path); err == nil && !bytes.Equal(text, now) {
			return "", &Locked{filepath.Dir(l.path), o.String()}
		}
	}
	if !named(text, &o) {
		return "a process that did not leave its name", l.abandoned(text)
	}
	return o.String(), nil
}

// named reports whether a lock names its owner, and reads it.
func named(text []byte, o *owner) bool {
	return json.Unmarshal(text, o) == nil && o.Process > 0 && o.Host != ""
}

// abandoned returns an error if a lock that names nobody is in no comparison's
// folder: then it is another program's, which may still have it. Where one of
// ours begins but was cut short, a full disk may have left nothing else.
func (l *lock) abandoned(text []byte) error {
	if bytes.HasPrefix(text, []byte(`{"process":`)) {
		return nil
	}
	dir := filepath.Dir(l.path)
	mine, err := ours(durable.Local{}, dir)
	if err == nil && !mine {
		err = foreign(dir, l.path)
	}
	return err
}

// emptied returns an error if a lock that says nothing is in a folder with other
// files, but not in a comparison's: then it may be another program's. One that
// has only just been made is of a process that begins as this one does.
func (l *lock) emptied() error {
	dir := filepath.Dir(l.path)
	if mine, err := ours(durable.Local{}, dir); mine || err != nil {
		return err
	}
	info, err := os.Stat(l.path)
	if err != nil {
		return durable.Cannot("read", l.path, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return durable.Cannot("read", dir, err)
	}
	if len(entries) > 1 && time.Since(info.ModTime()) > time.Second {
		return fmt.Errorf("%s is empty, and no comparison is in %s: it is another program's, or of one that was stopped as it began: remove it, or name another folder", l.path, dir)
	}
	return nil
}

// readOwner returns what the file at path says, read anew, as another machine
// may have written it.
func readOwner(path string) ([]byte, error) {
	f, err := durable.Local{}.Open(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text := make([]byte, 4096)
	n, err := f.ReadAt(text, 0)
	return bytes.TrimSpace(text[:n]), ending(err)
}

// waitForName returns who holds the lock, waiting a moment for a process that
// has only just taken it.
func waitForName(f *os.File) string {
	for range 20 {
		var o owner
		text := make([]byte, 4096)
		n, _ := f.ReadAt(text, 0)
		if named(text[:n], &o) {
			return o.String()
		}
		time.Sleep(25 * time.Millisecond)
	}
	return "a process that has not left its name"
}

// write makes the file name this process.
func (l *lock) write(beat int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	me := l.me
	me.Beat = fmt.Sprintf("%012d", beat)
	text, err := json.Marshal(me)
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if _, err = l.file.WriteAt(text, 0); err == nil {
		err = l.file.Truncate(int64(len(text)))
	}
	if err != nil {
		return durable.Cannot("write", l.path, err)
	}
	return nil
}

// count counts up until the lock is released.
func (l *lock) count() {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for beat := 1; ; beat++ {
		select {
		case <-l.stop:
			return
		case <-tick.C:
			if l.held() == nil {
				_ = l.write(beat)
				_ = l.file.Sync() // for other machines to see
			}
		}
	}
}

// held returns an error if the folder has been taken over, removed, or
// replaced by another: a copy of it names this process, too.
func (l *lock) held() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	const stopped = "nothing more is written to this folder, which may be another's now"
	text, err := readOwner(l.path)
	var o owner
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s is gone: %s", l.path, stopped)
	case err != nil:
		return fmt.Errorf("%w: %s", durable.Cannot("read", l.path, err), stopped)
	case json.Unmarshal(text, &o) != nil:
		return fmt.Errorf("%s no longer names who writes here: %s", l.path, stopped)
	case !o.same(l.me):
		return &Locked{filepath.Dir(l.path), o.String()}
	case !l.current(l.file):
		return fmt.Errorf("%s is no longer the file that this process has open: %s", l.path, stopped)
	}
	return nil
}

// release lets go.
func (l *lock) release() error {
	close(l.stop)
	l.done.Wait()
	err := l.held()
	if err == nil {
		err = os.Remove(l.path)
	}
	return errors.Join(err, l.file.Close())
}

// self describes this process.
func self() owner {
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "a machine without a name"
	}
	started, _ := processStart(os.Getpid())
	return owner{
		Process: os.Getpid(), Host: host, Boot: boot(), Started: started,
		Since: time.Now().Format(time.RFC3339),
	}
}
