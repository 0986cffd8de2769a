package abi

import (
	"errors"
	"fmt"
	"unsafe"

	"detsample/internal/panics"
)

// The results of a call, as in detsample.h.
const (
	OK      = 0
	Invalid = 1
	Misuse  = 2
	NoRoom  = 3
)

// misuse is a mistake of the calling program's.
type misuse struct{ text string }

func (m misuse) Error() string { return m.text }

func misusef(format string, args ...any) error { return misuse{fmt.Sprintf(format, args...)} }

// roomError says that a buffer is too small.
type roomError struct{ has, needs int }

func (r roomError) Error() string {
	return fmt.Sprintf("room for %d of %d", r.has, r.needs)
}

// Call runs a call's body and returns its result; what went wrong, a panic
// included, is written to the caller's text.
func Call(text *byte, room uintptr, body func() error) (result int32) {
	defer func() {
		if r := recover(); r != nil {
			result = Misuse
			writeError(text, room, fmt.Sprint(panics.Value(r)))
		}
	}()
	err := body()
	if err == nil {
		return OK
	}
	writeError(text, room, err.Error())
	switch {
	case isA[misuse](err):
		return Misuse
	case isA[roomError](err):
		return NoRoom
	}
	return Invalid
}

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// writeError writes what fits of an error, and a zero byte.
func writeError(text *byte, room uintptr, message string) {
	if text == nil || room == 0 {
		return
	}
	dst := unsafe.Slice(text, room)
	n := copy(dst[:room-1], message)
	for n > 0 && n < len(message) && message[n]&0xC0 == 0x80 { // not within a character
		n--
	}
	dst[n] = 0
}

// WriteText writes a text and a zero byte, and its length; NoRoom where it does
// not fit.
func WriteText(text *byte, room uintptr, length *uintptr, from string) error {
	if length != nil {
		*length = uintptr(len(from))
	}
	if text == nil || room < uintptr(len(from))+1 {
		return roomError{int(room), len(from) + 1}
	}
	dst := unsafe.Slice(text, room)
	dst[copy(dst, from)] = 0
	return nil
}

// sized returns an error unless a struct of the caller's reaches as far as
// version 1's.
func sized(name string, has, wants uintptr) error {
	if has < wants {
		return misusef("%s.size is %d: expected sizeof(%s), at least %d", name, has, name, wants)
	}
	return nil
}
