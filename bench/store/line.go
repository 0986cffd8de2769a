package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// format is the version of the files; a higher one is refused.
const format = 1

// line is what a line of the journal and the head of a state say.
type line struct {
	Kind     string          `json:"kind"` // comparison, run, aside or state
	Format   int             `json:"format"`
	Program  string          `json:"program"` // version of who wrote it
	Identity *Identity       `json:"identity,omitempty"`
	Key      *Key            `json:"key,omitempty"`
	Mark     string          `json:"mark,omitempty"`
	Shards   int             `json:"shards,omitempty"`  // how many shared the round that a run was done in
	Payload  string          `json:"payload,omitempty"` // digest of the bytes that follow a state's head
	Size     int64           `json:"size,omitempty"`    // and how many these are
	Body     json.RawMessage `json:"body,omitempty"`
}

// The kinds of lines.
const (
	kindComparison = "comparison" // runs of this identity follow
	kindRun        = "run"        // a run that has ended
	kindAside      = "aside"      // the run of this mark is not to be trusted
	kindState      = "state"      // a run under way
)

// The lengths of a line's parts: "<sum> <length> <JSON>\n".
const (
	sumLength  = 32 // hexadecimal digits
	headLength = sumLength + 1 + 12 + 1
	maxLine    = 256 << 20 // bytes of JSON, far above any run's

	longestLine = headLength + maxLine + 1
)

// encode writes a line: the digest of its JSON, the length of that in bytes,
// and the JSON.
func encode(l line) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(l); err != nil {
		return nil, err
	}
	content := bytes.TrimSuffix(text.Bytes(), []byte("\n"))
	if len(content) > maxLine {
		return nil, fmt.Errorf("%d bytes for a run, more than the %d that are kept", len(content), maxLine)
	}
	out := make([]byte, 0, headLength+len(content)+1)
	out = append(out, digest(content)...)
	out = append(out, ' ')
	digits := strconv.Itoa(len(content))
	for range 12 - len(digits) {
		out = append(out, '0')
	}
	out = append(out, digits...)
	out = append(out, ' ')
	out = append(out, content...)
	return append(out, '\n'), nil
}

// head reads the first part of a line: the digest and the length of what
// follows it.
func head(text []byte) (sum string, length int64, ok bool) {
	if len(text) < headLength || text[sumLength] != ' ' || text[headLength-1] != ' ' {
		return "", 0, false
	}
	n, err := strconv.ParseUint(string(text[sumLength+1:headLength-1]), 10, 63)
	return string(text[:sumLength]), int64(n), err == nil
}

// decode reads a line's JSON, if its digest holds.
func decode(sum string, content []byte) (l line, ok bool) {
	if digest(content) != sum || json.Unmarshal(content, &l) != nil {
		return line{}, false
	}
	return l, true
}

// readLine reads the line at an offset of a file of a size, of at most so many
// bytes of JSON; its length is 0 if none is there. Whatever byte ends it is
// taken for the line feed.
func readLine(f io.ReaderAt, at, size, most int64) (l line, length int64, err error) {
	var start [headLength]byte
	if n, err := f.ReadAt(start[:], at); n < len(start) {
		return line{}, 0, ending(err)
	}
	sum, claimed, ok := head(start[:])
	if !ok || claimed > min(size-at-headLength, most) {
		return line{}, 0, nil
	}
	// A line has no line feed within: one that claims more than is there would
	// cost the rest of the file, and so would each after it.
	if _, within, err := lineFeed(f, at+headLength, at+headLength+claimed); within || err != nil {
		return line{}, 0, err
	}
	content := make([]byte, claimed)
	if n, err := f.ReadAt(content, at+headLength); n < len(content) {
		return line{}, 0, ending(err)
	}
	if l, ok = decode(sum, content); !ok {
		return line{}, 0, nil
	}
	return l, headLength + claimed + 1, nil
}

// lineFeed returns where the line after an offset begins, or the end.
func lineFeed(f io.ReaderAt, from, end int64) (next int64, found bool, err error) {
	chunk := make([]byte, min(1<<12, end-from))
	for from < end {
		n, err := f.ReadAt(chunk[:min(int64(len(chunk)), end-from)], from)
		if n == 0 { // nothing more is there: another process may have cut the file
			return end, false, ending(err)
		}
		if i := bytes.IndexByte(chunk[:n], '\n'); i >= 0 {
			return from + int64(i) + 1, true, nil
		}
		from += int64(n)
	}
	return end, false, nil
}

// ending drops the end of the file, which is no failure.
func ending(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// guess reads the key out of a line that is damaged, to name it.
func guess(text []byte) (k Key, ok bool) {
	_, after, found := bytes.Cut(text, []byte(`"key":`))
	if !found || json.NewDecoder(bytes.NewReader(after)).Decode(&k) != nil {
		return Key{}, false
	}
	return k, k.Strategy != ""
}

// digest returns half of a SHA-256, in hexadecimal.
func digest(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil)[:sumLength/2])
}
