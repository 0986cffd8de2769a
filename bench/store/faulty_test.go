package store

import (
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"detsample/internal/durable"
)

// faulty is a disk in memory that can fail as disks do. It keeps apart what
// processes see and what would outlast the power: the content of a file does
// once the file is synced, its name once its folder is.
type faulty struct {
	root    *node
	pending []entries // changes of folders that are not synced, oldest first

	ops   int
	stop  int   // the operation at which the process is killed, 0 for never; a write is then done in part
	room  int   // bytes that fit until the disk is full, -1 for any number
	fail  error // what every write and sync from now on returns, if not nil
	rng   *rand.Rand
	dead  bool
	watch func() // is called at each operation, if not nil
	tears bool   // writes that fail have been done in part
	lies  int    // one of so many renames is done and said to have failed, as when a server's answer is lost; 0 for none
}

// node is a file or a folder.
type node struct {
	folder        bool
	files, synced map[string]*node // what a folder holds
	data, durable []byte           // what a file holds
}

// entries is a change of folders that happens whole or not at all, unless one
// of two folders is synced in between.
type entries []struct {
	in   *node
	name string
	to   *node // nil: removed
}

var errKilled = errors.New("killed")

func newFaulty(rng *rand.Rand) *faulty {
	return &faulty{root: newFolder(), room: -1, rng: rng}
}

func newFolder() *node {
	return &node{folder: true, files: map[string]*node{}, synced: map[string]*node{}}
}

// step counts an operation and kills the process when its time has come.
func (d *faulty) step() error {
	d.ops++
	if d.watch != nil {
		d.watch()
	}
	if d.ops == d.stop {
		d.dead = true
	}
	if d.dead {
		return errKilled
	}
	return nil
}

func (d *faulty) find(path string) *node {
	n := d.root
	for _, name := range strings.Split(filepath.ToSlash(filepath.Clean(path)), "/") {
		if name == "" || name == "." {
			continue
		}
		if n == nil || !n.folder {
			return nil
		}
		n = n.files[name]
	}
	return n
}

func (d *faulty) parent(path string) (*node, string) {
	return d.find(filepath.Dir(path)), filepath.Base(path)
}

func (d *faulty) change(e entries) {
	for _, c := range e {
		if c.to == nil {
			delete(c.in.files, c.name)
		} else {
			c.in.files[c.name] = c.to
		}
	}
	d.pending = append(d.pending, e)
}

func (e entries) harden() {
	for _, c := range e {
		if c.to == nil {
			delete(c.in.synced, c.name)
		} else {
			c.in.synced[c.name] = c.to
		}
	}
}

func pathError(op, path string, err error) error { return &fs.PathError{Op: op, Path: path, Err: err} }

func (d *faulty) Open(path string, flag int) (durable.File, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	n := d.find(path)
	switch {
	case n == nil && flag&os.O_CREATE == 0:
		return nil, pathError("open", path, syscall.ENOENT)
	case n == nil:
		if d.room == 0 {
			return nil, pathError("open", path, syscall.ENOSPC)
		}
		in, name := d.parent(path)
		if in == nil {
			return nil, pathError("open", path, syscall.ENOENT)
		}
		n = &node{}
		d.change(entries{{in, name, n}})
	case n.folder:
		return nil, pathError("open", path, syscall.EISDIR)
	case flag&os.O_TRUNC != 0:
		n.data = nil
	}
	return &handle{d, n, path}, nil
}

func (d *faulty) Stat(path string) (fs.FileInfo, error) {
	n := d.find(path)
	if n == nil {
		return nil, pathError("lstat", path, syscall.ENOENT)
	}
	return info{filepath.Base(path), n}, nil
}

func (d *faulty) List(path string) (list []fs.DirEntry, err error) {
	n := d.find(path)
	if n == nil {
		return nil, pathError("open", path, syscall.ENOENT)
	}
	for name, f := range n.files {
		list = append(list, fs.FileInfoToDirEntry(info{name, f}))
	}
	return list, nil
}

func (d *faulty) Mkdir(path string) error {
	if err := d.step(); err != nil {
		return err
	}
	if d.find(path) != nil {
		return nil
	}
	in, name := d.parent(path)
	if in == nil {
		return pathError("mkdir", path, syscall.ENOENT)
	}
	d.change(entries{{in, name, newFolder()}})
	return nil
}

func (d *faulty) Rename(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	n := d.find(from)
	if n == nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: syscall.ENOENT}
	}
	if there := d.find(to); there != nil && there.folder && len(there.files) > 0 {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: syscall.ENOTEMPTY}
	}
	in, name := d.parent(from)
	out, as := d.parent(to)
	d.change(entries{{in, name, nil}, {out, as, n}})
	if d.lies > 0 && d.rng.IntN(d.lies) == 0 {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: syscall.ENOENT}
	}
	return nil
}

func (d *faulty) Remove(path string) error {
	if err := d.step(); err != nil {
		return err
	}
	if n := d.find(path); n != nil && n.folder { // one by one, as os.RemoveAll does
		for _, name := range slices.Sorted(keysOf(n.files)) {
			if err := d.Remove(filepath.Join(path, name)); err != nil {
				return err
			}
		}
	}
	if in, name := d.parent(path); in != nil && in.files[name] != nil {
		d.change(entries{{in, name, nil}})
	}
	return nil
}

func keysOf(m map[string]*node) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (d *faulty) Holds(path string, f durable.File) bool { return d.find(path) == f.(*handle).n }

func (d *faulty) Sync(folder string) error {
	if err := d.step(); err != nil {
		return err
	}
	if d.fail != nil {
		return pathError("sync", folder, d.fail)
	}
	n := d.find(folder)
	for i, e := range d.pending {
		var rest entries
		for _, c := range e {
			if c.in == n {
				entries{c}.harden()
			} else {
				rest = append(rest, c)
			}
		}
		d.pending[i] = rest
	}
	d.pending = slices.DeleteFunc(d.pending, func(e entries) bool { return len(e) == 0 })
	return nil
}

// reboot starts a new process. Without power in between, it sees what the last
// one saw. With a loss of power, of what was not synced anything may have been
// lost: any changes of folders, and of a file's content all, or its end, or its
// end as zeros.
func (d *faulty) reboot(power bool) {
	d.dead, d.stop, d.ops, d.room, d.fail, d.watch, d.lies = false, 0, 0, -1, nil, nil, 0
	if power {
		return
	}
	for _, e := range d.pending {
		if d.rng.IntN(2) == 0 {
			e.harden()
		}
	}
	d.pending = nil
	d.root.lose(d.rng)
}

func (n *node) lose(rng *rand.Rand) {
	if n.folder {
		n.files = map[string]*node{}
		for name, f := range n.synced {
			n.files[name] = f
			f.lose(rng)
		}
		return
	}
	switch length := len(n.data); {
	case string(n.data) == string(n.durable) || rng.IntN(3) == 0: // it had got there
	case rng.IntN(2) == 0 || length <= len(n.durable):
		n.data = slices.Clone(n.durable)
	default:
		cut := len(n.durable) + rng.IntN(length-len(n.durable))
		if rng.IntN(2) == 0 {
			n.data = n.data[:cut]
		} else {
			clear(n.data[cut:])
		}
	}
	n.durable = slices.Clone(n.data)
}

// handle is an open file. Whatever way it was opened, it writes at the end,
// which is all that the store does.
type handle struct {
	d    *faulty
	n    *node
	path string
}

func (h *handle) ReadAt(p []byte, at int64) (int, error) {
	if at >= int64(len(h.n.data)) {
		return 0, io.EOF
	}
	n := copy(p, h.n.data[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (h *handle) Write(p []byte) (int, error) {
	err := h.d.step()
	n := len(p)
	switch {
	case err != nil && h.d.ops == h.d.stop:
		n = h.d.rng.IntN(len(p) + 1)
	case err != nil:
		n = 0
	case h.d.fail != nil:
		n, err = 0, pathError("write", h.path, h.d.fail)
		if h.d.tears {
			n = len(p) / 2
		}
	case h.d.room >= 0 && h.d.room < n:
		n, err = h.d.room, pathError("write", h.path, syscall.ENOSPC)
	}
	if h.d.room >= 0 {
		h.d.room -= n
	}
	h.n.data = append(slices.Clone(h.n.data), p[:n]...)
	return n, err
}

func (h *handle) Sync() error {
	if err := h.d.step(); err != nil {
		return err
	}
	if h.d.fail != nil {
		return pathError("sync", h.path, h.d.fail)
	}
	h.n.durable = slices.Clone(h.n.data)
	return nil
}

func (h *handle) Truncate(size int64) error {
	if err := h.d.step(); err != nil {
		return err
	}
	h.n.data = slices.Clone(h.n.data[:size])
	return nil
}

func (h *handle) Stat() (fs.FileInfo, error) { return info{filepath.Base(h.path), h.n}, nil }
func (h *handle) Close() error               { return nil }

type info struct {
	name string
	n    *node
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return int64(len(i.n.data)) }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) Sys() any           { return nil }
func (i info) IsDir() bool        { return i.n.folder }
func (i info) Mode() fs.FileMode {
	if i.n.folder {
		return fs.ModeDir | 0o755
	}
	return 0o644
}
