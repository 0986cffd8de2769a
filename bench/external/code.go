package external

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"detsample/bench/trainer"
	"detsample/internal/durable"
	"detsample/internal/regular"
)

// Code returns the files that the command names, as they are now, but for inputs,
// of which [Trainer.Numerics] tells.
func (t *Trainer) Code() (list []trainer.CodeFile) {
	for _, name := range t.program.Command.Files() {
		if !slices.Contains(t.program.Inputs, name) {
			list = append(list, trainer.CodeFile{Name: name, Digest: t.digests.of(name)})
		}
	}
	slices.SortFunc(list, byCode)
	return list
}

func byCode(a, b trainer.CodeFile) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Digest, b.Digest))
}

// mostCode is how much of a file is read before each start of the program: of a
// larger one, such as weights, its size tells the rest.
const mostCode = 64 << 20

// digests remembers those of files that have not been written to since, as an
// interpreter is large, and the same for every run.
type digests struct {
	mu    sync.Mutex
	known map[string]known
}

type known struct {
	size   int64
	at     time.Time
	digest string
}

// settled is how long after a file was written another write may have its time.
const settled = 2 * time.Second

// of stands for what is in a file, which a command may name and its program not
// read: one that cannot be read is no mishap.
func (d *digests) of(name string) string {
	const unreadable = "unreadable"
	f, err := regular.Open(name)
	if err != nil {
		return unreadable
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return unreadable
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if k, ok := d.known[name]; ok && k.size == info.Size() && k.at.Equal(info.ModTime()) {
		return k.digest
	}
	h := sha256.New()
	fmt.Fprintf(h, "%d\n", info.Size())
	if _, err := io.Copy(h, io.LimitReader(f, mostCode)); err != nil {
		return unreadable
	}
	digest := hex.EncodeToString(h.Sum(nil)[:8])
	if time.Since(info.ModTime()) > settled {
		if d.known == nil {
			d.known = map[string]known{}
		}
		d.known[name] = known{info.Size(), info.ModTime(), digest}
	}
	return digest
}

// codeName is the file in a run's folder that says by which files it was trained,
// all of them if they changed while it was interrupted.
const codeName = "code.json"

// mostListed is far above what [run.noteCode] writes.
const mostListed = 1 << 20

// code returns the files by which the run was trained so far.
func (r *run) code() (list []trainer.CodeFile) {
	text, err := regular.ReadFile(r.path(codeName), mostListed)
	if err != nil || json.Unmarshal(text, &list) != nil {
		return nil
	}
	return list
}

// noteCode notes by which files the run is about to be trained. Where an earlier
// start has left nothing to go on from, its files do not count.
func (r *run) noteCode() error {
	list := r.Code()
	if left, err := os.ReadDir(r.out()); err == nil && len(left) > 0 {
		list = append(list, r.code()...)
		slices.SortFunc(list, byCode)
		list = slices.Compact(list)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return durable.Replace(disk, r.path(codeName), text)
}
