// Package panics turns a panic into an error that says where it happened, and
// keeps its stack.
package panics

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// Panic is a panic that was caught.
type Panic struct {
	value any
	where where
	stack string
}

// Of returns the panic that a deferred function has recovered, with the stack as
// it was then; nil if there was none. Of one that was raised again, it is the first
// with the stack of both.
func Of(recovered any) *Panic {
	if recovered == nil {
		return nil
	}
	stack := strings.TrimSuffix(string(debug.Stack()), "\n")
	if again, ok := recovered.(raised); ok {
		return &Panic{again.value, again.where, again.stack + "\n\nIts work was of\n\n" + stack}
	}
	return &Panic{recovered, find(), stack}
}

// Get returns what f returns, or its panic as a [*Panic].
func Get[T any](f func() (T, error)) (value T, err error) {
	defer func() {
		if p := Of(recover()); p != nil {
			err = p
		}
	}()
	return f()
}

// Do is [Get] for work without a value.
func Do(f func() error) error {
	_, err := Get(func() (struct{}, error) { return struct{}{}, f() })
	return err
}

// mostValue is how many characters of what somebody panicked with are repeated.
const mostValue = 300

// Error says what panicked, with what, and at which line.
func (p *Panic) Error() string {
	text := fmt.Sprint(p.value)
	if runes := []rune(text); len(runes) > mostValue {
		text = string(runes[:mostValue]) + "..."
	}
	if p.where.part == "" {
		return "panicked: " + text + p.where.lines()
	}
	return p.where.part + " panicked: " + strings.TrimPrefix(text, p.where.part+": ") + p.where.lines()
}

// Unwrap returns what it panicked with, if that is an error.
func (p *Panic) Unwrap() error {
	err, _ := p.value.(error)
	return err
}

// Stack returns the stack of the goroutine, and of those that it worked for, for a
// person to read.
func (p *Panic) Stack() string { return p.stack }

// Value returns what it panicked with.
func (p *Panic) Value() any { return p.value }

// Raise panics on behalf of another goroutine, of whose work the caller's is made,
// with an error that prints the first stack as well where nobody catches it.
func (p *Panic) Raise() { panic(raised{p}) }

// Pass returns the error of work that [Do] has done on another goroutine, and raises it
// here if it is a panic.
func Pass(err error) error {
	if p, ok := err.(*Panic); ok {
		p.Raise()
	}
	return err
}

// raised is what [Panic.Raise] panics with.
type raised struct{ *Panic }

func (r raised) Error() string { return fmt.Sprint(r.value) + "\n\n" + r.stack }

// Value returns what was panicked with at first, of what a deferred function has
// recovered.
func Value(recovered any) any {
	if again, ok := recovered.(raised); ok {
		return again.value
	}
	return recovered
}
