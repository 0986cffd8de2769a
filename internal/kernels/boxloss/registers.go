package main

import (
	"slices"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// registers hands out vectors to the steps of a calculation. Where they do not suffice, the value that is needed last
// goes to the stack: 16 vectors do not hold what a pair of boxes has.
type registers struct {
	*machine
	free  []reg.VecPhysical
	held  []*value
	homes []Op // on the stack, of no value
	frame *frame
	taken int // places of the frame
}

// frame is a function's stack, which its kernels use one after the other.
type frame struct{ homes []Op }

// home returns the i-th place for a vector.
func (f *frame) home(i, bytes int) Op {
	for len(f.homes) <= i {
		f.homes = append(f.homes, AllocLocal(bytes))
	}
	return f.homes[i]
}

// write writes the instructions.
func (c *calculation) write(f *frame) {
	steps := c.needed()
	for i, s := range steps {
		for _, v := range s.of {
			v.uses = append(v.uses, i)
		}
	}
	r := &registers{machine: c.machine, free: slices.Clone(c.vectors), frame: f}
	for i, s := range steps {
		r.step(i, s)
	}
}

// needed returns the steps that act, and those whose values they need.
func (c *calculation) needed() (steps []*value) {
	need := map[*value]bool{}
	for _, s := range slices.Backward(c.steps) {
		if !s.acts && !need[s] {
			continue
		}
		for _, v := range s.of {
			need[v] = true
		}
		steps = append(steps, s)
	}
	slices.Reverse(steps)
	return steps
}

func (r *registers) step(i int, s *value) {
	of := make([]Op, len(s.of))
	for k, v := range s.of {
		if k > 0 {
			r.load(v, s.of)
		}
	}
	to := r.take(s.of)
	for k, v := range s.of {
		if of[k] = v.home; v.held != nil {
			of[k] = v.held
		}
	}
	s.write(to, of)
	s.held = to
	r.held = append(r.held, s)
	for _, v := range append([]*value{s}, s.of...) {
		if v.uses = slices.DeleteFunc(v.uses, func(use int) bool { return use == i }); len(v.uses) == 0 {
			r.drop(v)
		}
	}
}

// load brings a value into a vector.
func (r *registers) load(v *value, keep []*value) {
	if v.held != nil {
		return
	}
	v.held = r.take(keep)
	r.held = append(r.held, v)
	VMOVUPD(v.home, v.held)
}

// take returns a vector, if need be that of the value which is needed last, other than those to keep.
func (r *registers) take(keep []*value) reg.VecPhysical {
	if len(r.free) == 0 {
		var last *value
		for _, v := range r.held {
			if !slices.Contains(keep, v) && (last == nil || v.uses[0] > last.uses[0]) {
				last = v
			}
		}
		if last.home == nil {
			last.home = r.place()
			VMOVUPD(last.held, last.home)
		}
		r.leave(last)
	}
	v := r.free[0]
	r.free = r.free[1:]
	return v
}

// place returns memory for a vector.
func (r *registers) place() Op {
	if n := len(r.homes); n > 0 {
		home := r.homes[n-1]
		r.homes = r.homes[:n-1]
		return home
	}
	r.taken++
	return r.frame.home(r.taken-1, r.Bytes())
}

// leave frees a value's vector.
func (r *registers) leave(v *value) {
	r.free = append(r.free, v.held)
	v.held = nil
	r.held = slices.DeleteFunc(r.held, func(h *value) bool { return h == v })
}

// drop forgets a value that nothing needs any more.
func (r *registers) drop(v *value) {
	if v.held != nil {
		r.leave(v)
	}
	if v.home != nil && v.write != nil {
		r.homes = append(r.homes, v.home)
		v.home = nil
	}
}
