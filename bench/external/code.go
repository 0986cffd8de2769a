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

	"detsample/bench/trainer"
	"detsample/internal/regular"
)

// Code returns the files that the command names, as they are now, but for inputs,
// of which [Trainer.Numerics] tells.
func (t *Trainer) Code() (list []trainer.CodeFile) {
	for _, name := range t.program.Command.Files() {
		if !slices.Contains(t.program.Inputs, name) {
			list = append(list, trainer.CodeFile{Name: name, Digest: codeDigest(name)})
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

// codeDigest stands for what is in a file, which a command may name and its
// program not read: one that cannot be read is no mishap.
func codeDigest(name string) string {
	f, err := regular.Open(name)
	if err != nil {
		return "unreadable"
	}
	defer f.Close()
	info, err := f.Stat()
	h := sha256.New()
	if err == nil {
		fmt.Fprintf(h, "%d\n", info.Size())
		_, err = io.Copy(h, io.LimitReader(f, mostCode))
	}
	if err != nil {
		return "unreadable"
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
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
	return replace(r.path(codeName), text)
}
