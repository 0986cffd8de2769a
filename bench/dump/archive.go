package dump

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"detsample/internal/regular"
)

// Archive is a file or folder of named tensors: a .npz, a .safetensors, a .npy
// or a folder of .npy. It is safe for concurrent use.
//
// Opening one costs time and memory in proportion to its directory: the central
// directory of a .npz, the header of a .safetensors (at most 100 MB), the names
// in a folder. A tensor that nobody asks for is never read, and a compressed one
// is inflated when its numbers are first read.
type Archive struct {
	Path string

	entries  map[string]*entry
	names    []string          // in the order of the archive
	metadata map[string]string // of safetensors

	mu    sync.Mutex
	files []io.Closer
	left  int64 // bytes that may yet be inflated
}

// entry is a tensor that is opened when it is asked for.
type entry struct {
	once   sync.Once
	open   func() (*Tensor, error)
	tensor *Tensor
	err    error
}

// DefaultLimit is the most that a .npz may inflate to unless a caller of [Open]
// says otherwise, 4 GiB.
const DefaultLimit = 4 << 30

// Open reads the directory of an archive. What a .npz holds compressed is
// inflated into memory, at most limit bytes of it in all; 0 is 256 MiB and 16
// bytes for each byte of the file, at most [DefaultLimit]. All else stays in the
// file. Only regular files are read, and in a folder no link is followed out of
// it.
func Open(path string, limit int64) (*Archive, error) {
	a := &Archive{Path: path}
	if err := a.open(limit); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *Archive) open(limit int64) error {
	info, err := os.Stat(a.Path)
	switch {
	case err != nil:
		return &Problem{File: a.Path, Byte: -1, Detail: cause(err), Remedy: give}
	case info.IsDir():
		return a.openFolder()
	case !info.Mode().IsRegular():
		return irregular(a.Path, info)
	}
	f, err := os.Open(a.Path)
	if err != nil {
		return &Problem{File: a.Path, Byte: -1, Detail: cause(err), Remedy: "make it readable"}
	}
	a.keep(f)
	if limit == 0 {
		limit = limitOf(info.Size())
	}
	return a.read(a.Path, f, info.Size(), limit)
}

const give = "give a .npz, a .safetensors or a folder of .npy"

// irregular is said of what is neither a file nor a folder: reading a pipe could
// wait for ever, and a device has no end.
func irregular(path string, info fs.FileInfo) error {
	return &Problem{File: path, Byte: -1, Detail: "is " + regular.Kind(info.Mode()) + ", not a regular file", Remedy: give}
}

// cause returns what went wrong without the path, which a Problem names.
func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// read adds the tensors of a file's contents, which its first bytes tell.
func (a *Archive) read(path string, data io.ReaderAt, size, limit int64) error {
	a.left = limit
	magic := make([]byte, 6)
	n, _ := data.ReadAt(magic[:min(6, size)], 0)
	switch magic = magic[:n]; {
	case strings.HasPrefix(string(magic), "PK"):
		return a.readNPZ(path, data, size)
	case string(magic) == npyMagic:
		return a.add(path, strings.TrimSuffix(filepath.Base(path), ".npy"), 0, func(name string) (*Tensor, error) {
			return readNPY(path, name, data, size)
		})
	case strings.HasSuffix(path, ".safetensors"):
		return a.readSafetensors(path, data, size)
	}
	return &Problem{File: path, Byte: 0, Detail: fmt.Sprintf("starts with %q: neither a .npz, a .npy nor named .safetensors", magic),
		Remedy: "write it with numpy.savez, numpy.save or safetensors"}
}

// openFolder adds every .npy of the folder, in the order of their names.
func (a *Archive) openFolder() error {
	root, err := os.OpenRoot(a.Path)
	if err != nil {
		return &Problem{File: a.Path, Byte: -1, Detail: cause(err), Remedy: "make it readable"}
	}
	a.keep(root)
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return &Problem{File: a.Path, Byte: -1, Detail: cause(err), Remedy: "make it readable"}
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".npy")
		if !ok || strings.HasPrefix(name, ".") {
			continue
		}
		path := filepath.Join(a.Path, e.Name())
		if err := a.add(path, name, 0, func(name string) (*Tensor, error) { return a.openIn(root, path, name) }); err != nil {
			return err
		}
	}
	if len(a.names) == 0 {
		return &Problem{File: a.Path, Byte: -1, Detail: "holds no .npy", Remedy: "write one .npy for each tensor, or give a .npz or .safetensors"}
	}
	return nil
}

// openIn opens a .npy of a folder.
func (a *Archive) openIn(root *os.Root, path, name string) (*Tensor, error) {
	fail := func(err error) error {
		return &Problem{File: path, Tensor: name, Byte: -1, Detail: cause(err), Remedy: "make it a readable file, or a link to one in this folder"}
	}
	info, err := root.Stat(name + ".npy")
	switch {
	case err != nil:
		return nil, fail(err)
	case !info.Mode().IsRegular():
		return nil, irregular(path, info)
	}
	f, err := root.Open(name + ".npy")
	if err != nil {
		return nil, fail(err)
	}
	t, err := readNPY(path, name, f, info.Size())
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	a.keep(f)
	return t, nil
}

// add adds an entry; at is where the file has it.
func (a *Archive) add(file, name string, at int64, open func(name string) (*Tensor, error)) error {
	if a.entries[name] != nil {
		return &Problem{File: file, Tensor: name, Byte: at, Detail: "is there twice", Remedy: "write each tensor once"}
	}
	if a.entries == nil {
		a.entries = map[string]*entry{}
	}
	a.entries[name] = &entry{open: func() (*Tensor, error) { return open(name) }}
	a.names = append(a.names, name)
	return nil
}

// Names returns the tensors' names, sorted.
func (a *Archive) Names() []string { return slices.Sorted(slices.Values(a.names)) }

// Tensor returns the tensor of a name, nil if there is none. The error says what
// is wrong with it.
func (a *Archive) Tensor(name string) (*Tensor, error) {
	e := a.entries[name]
	if e == nil {
		return nil, nil
	}
	e.once.Do(func() { e.tensor, e.err = e.open() })
	return e.tensor, e.err
}

// Attribute returns a text of the archive: an entry of safetensors' metadata,
// or a text tensor. It is empty if there is none.
func (a *Archive) Attribute(name string) (string, error) {
	if s, ok := a.metadata[name]; ok {
		return s, nil
	}
	t, err := a.Tensor(name)
	if t == nil || err != nil {
		return "", err
	}
	return t.Text()
}

// keep keeps a file to be closed with the archive.
func (a *Archive) keep(f io.Closer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.files = append(a.files, f)
}

// take takes bytes off what may yet be inflated, or says how many are left.
func (a *Archive) take(bytes int64) (left int64, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if bytes > a.left {
		return a.left, false
	}
	a.left -= bytes
	return a.left, true
}

// Close closes the files. Tensors cannot be read any more.
func (a *Archive) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var errs []error
	for _, f := range a.files {
		errs = append(errs, f.Close())
	}
	a.files = nil
	return errors.Join(errs...)
}
