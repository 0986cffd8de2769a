package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"detsample/internal/durable"
)

// journal is the file of all runs. It is appended to a line at a time, each in
// one write and synced before it counts.
type journal struct {
	disk durable.Disk
	path string
	file durable.File
	size int64 // of what is known to be whole
	err  error // the first failure to write, after which nothing is known of the rest

	identity *Identity
	about    json.RawMessage  // see Store.Describe
	runs     map[string]place // by mark
	format   int              // of the newest line
}

// place is where a run's line lies.
type place struct {
	key            Key
	shards         int // see Store.SharedBy
	offset, length int64
}

// damage is a stretch of the journal that is no line.
type damage struct {
	offset, length int64
	key            *Key // of the run that it was, if that can still be read
	torn           bool // the last line, whose writing was cut short
}

// journalAt opens a journal, of which nothing is read yet.
func journalAt(d durable.Disk, path string, flag int) (*journal, error) {
	f, err := d.Open(path, flag)
	if err != nil {
		return nil, durable.Cannot("open", path, err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, durable.Cannot("read", path, err)
	}
	return &journal{disk: d, path: path, file: f, size: info.Size(), runs: map[string]place{}}, nil
}

// readJournal reads a journal from its start. One that is absent is empty. The
// damage is returned in the order of the file.
func readJournal(d durable.Disk, path string, flag int) (*journal, []damage, error) {
	j, err := journalAt(d, path, flag)
	if err != nil {
		return nil, nil, err
	}
	bad, err := j.scan()
	if err != nil {
		err = durable.Cannot("read", path, err)
	} else {
		err = j.readable()
	}
	if err != nil {
		j.file.Close()
		return nil, nil, err
	}
	return j, bad, nil
}

// readable returns an error if a newer program wrote what was read.
func (j *journal) readable() error {
	if j.format > format {
		return fmt.Errorf("%s is of format %d, this program reads %d: use the program that wrote it, or another folder", j.path, j.format, format)
	}
	return nil
}

// scan takes in the lines of the file.
func (j *journal) scan() (bad []damage, err error) {
	for p, err := range j.stretches() {
		switch {
		case err != nil:
			return nil, err
		case p.whole:
			j.note(p.line, p.offset, p.length)
		default:
			bad = append(bad, j.damaged(p))
		}
	}
	return bad, nil
}

// stretch is a part of the journal: a line, or bytes that are none.
type stretch struct {
	line           line
	offset, length int64
	whole          bool // it is a line
	torn           bool // it is none, and nothing follows that could end it
}

// stretches goes through the file. After bytes that are no line it goes on at the
// next line feed, so that damage costs the lines it hits.
func (j *journal) stretches() iter.Seq2[stretch, error] {
	return func(yield func(stretch, error) bool) {
		for at := int64(0); at < j.size; {
			p := stretch{offset: at, whole: true}
			var err error
			if p.line, p.length, err = j.line(at); err == nil && p.length == 0 {
				end, found, e := lineFeed(j.file, at, min(j.size, at+longestLine))
				p.length, p.whole, p.torn, err = end-at, false, !found, e
				if err == nil && !found && j.size > at+longestLine { // as in a sparse file, whose end may be hours away
					err = fmt.Errorf("it has no line feed in the %d MiB from byte %d on, and no line is so long: move it away, or cut it there to keep what is before", longestLine>>20, at)
				}
			}
			if !yield(p, err) || err != nil {
				return
			}
			at += p.length
		}
	}
}

// line reads the line at an offset; its length is 0 if none is there.
func (j *journal) line(at int64) (l line, length int64, err error) {
	return readLine(j.file, at, j.size, maxLine)
}

// note takes a line in. A run that is there twice is the same run.
func (j *journal) note(l line, at, length int64) {
	j.format = max(j.format, l.Format)
	switch {
	case l.Kind == kindComparison && l.Identity != nil:
		j.identity = l.Identity
		if l.Body != nil {
			j.about = l.Body
		}
	case l.Kind == kindRun && l.Key != nil && l.Mark != "":
		j.runs[l.Mark] = place{*l.Key, l.Shards, at, length}
	case l.Kind == kindAside:
		delete(j.runs, l.Mark)
	}
}

// damaged describes a stretch that is no line.
func (j *journal) damaged(p stretch) damage {
	d := damage{offset: p.offset, length: p.length, torn: p.torn}
	text := make([]byte, min(p.length, 4096))
	n, _ := j.file.ReadAt(text, p.offset)
	if k, ok := guess(text[:n]); ok {
		d.key = &k
	}
	return d
}

// append writes a line and syncs it. After a failure the file is cut to what
// was whole, and the journal takes nothing more: what a failed sync has left
// of earlier writes cannot be known.
func (j *journal) append(l line) error {
	if j.err != nil {
		return j.err
	}
	text, err := encode(l)
	if err != nil {
		return durable.Cannot("write", j.path, err)
	}
	if j.err = j.untouched(); j.err != nil {
		return j.err
	}
	if _, err = j.file.Write(text); err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		_ = j.file.Truncate(j.size)
		j.err = durable.Cannot("write", j.path, err)
		return j.err
	}
	j.note(l, j.size, int64(len(text)))
	j.size += int64(len(text))
	return nil
}

// untouched returns an error if another program has changed the file or put
// another in its place: a line written now would not be found again.
func (j *journal) untouched() error {
	info, err := j.file.Stat()
	switch {
	case err != nil:
		return durable.Cannot("write", j.path, err)
	case !j.disk.Holds(j.path, j.file):
		return fmt.Errorf("%s was replaced or removed while this process wrote to it: the runs that end now are not kept; what is there can be gone on with", j.path)
	case info.Size() != j.size:
		return fmt.Errorf("%s was changed while this process wrote to it (it has %d bytes, of which %d are known): the runs that end now are not kept; what is there can be gone on with", j.path, info.Size(), j.size)
	}
	return nil
}

// opened calls do with the file open, where it is open only when it is read.
func (j *journal) opened(do func() error) error {
	if j.file != nil {
		return do()
	}
	f, err := j.disk.Open(j.path, os.O_RDONLY)
	if err != nil {
		return durable.Cannot("read", j.path, err)
	}
	j.file = f
	defer func() {
		f.Close()
		j.file = nil
	}()
	return do()
}

// body returns a run's JSON; ok is false if the line is no longer what it was.
func (j *journal) body(mark string) (key Key, body []byte, ok bool, err error) {
	p, known := j.runs[mark]
	if !known {
		return Key{}, nil, false, nil
	}
	err = j.opened(func() error {
		l, length, err := j.line(p.offset)
		body, ok = l.Body, length == p.length && l.Mark == mark
		if err != nil {
			return durable.Cannot("read", j.path, err)
		}
		return nil
	})
	return p.key, body, ok && err == nil, err
}

// rewrite replaces the file by its whole lines.
func (j *journal) rewrite() error {
	return j.replaceWith(func(f durable.File) (size int64, err error) {
		for p, err := range j.stretches() {
			if err == nil && p.whole {
				err = j.copyLine(f, p.offset, p.length)
				size += p.length
			}
			if err != nil {
				return 0, err
			}
		}
		return size, nil
	})
}

// replaceWith replaces the file by one that write fills, whole or not at all.
func (j *journal) replaceWith(write func(durable.File) (size int64, err error)) error {
	beside := durable.Beside(j.path)
	size, err := func() (size int64, err error) {
		f, err := j.disk.Open(beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
		if err != nil {
			return 0, err
		}
		if size, err = write(f); err == nil {
			err = f.Sync()
		}
		return size, errors.Join(err, f.Close())
	}()
	if err == nil {
		if err = j.disk.Rename(beside, j.path); err == nil {
			err = j.disk.Sync(filepath.Dir(j.path))
		}
	}
	if err != nil {
		_ = j.disk.Remove(beside)
		return durable.Cannot("write", j.path, err)
	}
	f, err := j.disk.Open(j.path, os.O_RDWR|os.O_APPEND)
	if err != nil {
		return durable.Cannot("open", j.path, err)
	}
	j.file.Close()
	j.file, j.size, j.runs = f, size, map[string]place{}
	_, err = j.scan()
	return err
}

// copyLine writes one line as it stands, ended by a line feed whatever ended
// it.
func (j *journal) copyLine(w io.Writer, at, length int64) error {
	text := make([]byte, length)
	if n, err := j.file.ReadAt(text[:length-1], at); n < len(text)-1 {
		return err
	}
	text[length-1] = '\n'
	_, err := w.Write(text)
	return err
}
