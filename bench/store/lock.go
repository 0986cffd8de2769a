package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
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
	l = &lock{path: filepath.Join(dir, "lock"), me: self(), stop: make(chan struct{})}
	for {
		f, err := l.open()
		if err != nil {
			return nil, "", cannot("write", l.path, err)
		}
		held, kernel, err := flock(f)
		if err != nil {
			f.Close()
			return nil, "", cannot("lock", l.path, err)
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
		return nil, errNotRegular(info.Mode())
	}
	return os.OpenFile(l.path, os.O_RDWR|os.O_CREATE, 0o644)
}

// current reports whether f is the file that is at the path.
func (l *lock) current(f *os.File) bool {
	a, errA := f.Stat()
	b, errB := os.Stat(l.path)
	return errA == nil && errB == nil && os.SameFile(a, b)
}

// judge decides whether the owner that the file names is gone. Where the
// kernel has given us the lock, none of this machine holds it.
func (l *lock) judge(kernel bool, watch time.Duration) (stale string, err error) {
	text := readOwner(l.path)
	var o owner
	switch {
	case len(text) == 0:
		return "", nil
	case json.Unmarshal(text, &o) != nil && kernel:
		return "a process that did not leave its name", nil
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
		if !bytes.Equal(text, readOwner(l.path)) {
			return "", &Locked{filepath.Dir(l.path), o.String()}
		}
	}
	return o.String(), nil
}

// readOwner returns what the file at path says, read anew, as another machine
// may have written it.
func readOwner(path string) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	text, _ := io.ReadAll(io.LimitReader(f, 4096))
	return bytes.TrimSpace(text)
}

// waitForName returns who holds the lock, waiting a moment for a process that
// has only just taken it.
func waitForName(f *os.File) string {
	for range 20 {
		var o owner
		text := make([]byte, 4096)
		n, _ := f.ReadAt(text, 0)
		if json.Unmarshal(text[:n], &o) == nil {
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
		return cannot("write", l.path, err)
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

// held returns an error if the folder has been taken over, or removed.
func (l *lock) held() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var o owner
	text := readOwner(l.path)
	switch err := json.Unmarshal(text, &o); {
	case len(text) == 0 || err != nil:
		return fmt.Errorf("%s is gone: nothing more is written to this folder, which may be another's now", l.path)
	case !o.same(l.me):
		return &Locked{filepath.Dir(l.path), o.String()}
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
