// Command capi is libdetsample, detsample behind C functions, which detsample.h
// documents:
//
//	go build -buildmode=c-shared -o libdetsample.so ./capi
//
// All of it is in package abi; what is here only crosses from C to Go. Where
// there is no C compiler this package has no files, and ./... passes over it.
package main

/*
#define DETSAMPLE_TYPES_ALONE
#include "detsample.h"
*/
import "C"

import (
	"runtime/cgo"
	"strings"
	"unsafe"

	"detsample/bench/strategy"
	"detsample/capi/abi"
	"detsample/internal/program"
)

func main() {} // a library has none

// The structs of package abi have the size of those in detsample.h; a C test
// compares their fields' places.
var (
	_ = [1]struct{}{}[unsafe.Sizeof(abi.Options{})-C.sizeof_detsample_options]
	_ = [1]struct{}{}[unsafe.Sizeof(abi.Annotations{})-C.sizeof_detsample_annotations]
	_ = [1]struct{}{}[unsafe.Sizeof(abi.Batch{})-C.sizeof_detsample_batch]
	_ = [1]struct{}{}[unsafe.Sizeof(abi.Value{})-C.sizeof_detsample_value]
	_ = [1]struct{}{}[unsafe.Sizeof(abi.Counts{})-C.sizeof_detsample_counts]
	_ = [1]struct{}{}[unsafe.Sizeof(abi.Lists{})-C.sizeof_detsample_lists]
	_ = [1]struct{}{}[unsafe.Sizeof(abi.Proposals{})-C.sizeof_detsample_proposals]
)

// The result of a call, and where it says what was wrong.
type (
	result = C.int
	text   = *C.char
	room   = C.size_t
)

// none panics, as an error of the caller's, where a result has no room.
func none[T any](name string, to *T) {
	if to == nil {
		panic(name + " is NULL: the result is written there")
	}
}

func call(e text, n room, body func() error) result {
	return result(abi.Call((*byte)(unsafe.Pointer(e)), uintptr(n), body))
}

// write writes a text for the caller.
func write(to text, n room, length *room, from string) error {
	return abi.WriteText((*byte)(unsafe.Pointer(to)), uintptr(n), (*uintptr)(unsafe.Pointer(length)), from)
}

// at returns what a handle stands for; it panics, as an error of the caller's,
// on one that is none or of another kind.
func at[T any](kind string, handle C.uintptr_t) T {
	if handle == 0 {
		panic("the " + kind + " is 0, which is none")
	}
	defer func() {
		if recover() != nil {
			panic("the " + kind + " is none: was it freed?")
		}
	}()
	return cgo.Handle(handle).Value().(T)
}

func strategyAt(h C.detsample_strategy) *strategy.Strategy {
	return at[*strategy.Strategy]("strategy", C.uintptr_t(h))
}

func workAt(h C.detsample_work) *abi.Work { return at[*abi.Work]("work", C.uintptr_t(h)) }

// floats views floats of the caller's.
func floats(p *C.float) *float32 { return (*float32)(unsafe.Pointer(p)) }

func ints(p *C.int32_t) *int32 { return (*int32)(unsafe.Pointer(p)) }

func longs(p *C.int64_t) *int64 { return (*int64)(unsafe.Pointer(p)) }

func doubles(p *C.double) *float64 { return (*float64)(unsafe.Pointer(p)) }

//export detsample_abi_version
func detsample_abi_version() C.uint32_t { return C.DETSAMPLE_ABI_VERSION }

//export detsample_version
func detsample_version(to text, n room, length *room, e text, en room) result {
	return call(e, en, func() error { return write(to, n, length, program.Version()) })
}

//export detsample_presets
func detsample_presets(to text, n room, length *room, e text, en room) result {
	return call(e, en, func() error { return write(to, n, length, strings.Join(strategy.Peers(), "\n")) })
}

//export detsample_preset
func detsample_preset(name text, to text, n room, length *room, e text, en room) result {
	return call(e, en, func() error {
		yaml, err := strategy.PeerYAML(C.GoString(name))
		if err != nil {
			return err
		}
		return write(to, n, length, string(yaml))
	})
}

//export detsample_strategy_parse
func detsample_strategy_parse(file, yaml text, yamlLength room, name text, to *C.detsample_strategy, e text, en room) result {
	return call(e, en, func() error {
		none("strategy", to)
		if yamlLength > 1<<30 || yaml == nil && yamlLength > 0 {
			panic("yaml is NULL, or longer than 1 GiB")
		}
		s, err := abi.Parse(C.GoString(file), C.GoBytes(unsafe.Pointer(yaml), C.int(yamlLength)), C.GoString(name))
		if err != nil {
			return err
		}
		*to = C.detsample_strategy(cgo.NewHandle(s))
		return nil
	})
}

//export detsample_strategy_free
func detsample_strategy_free(h C.detsample_strategy, e text, en room) result {
	return call(e, en, func() error {
		strategyAt(h)
		cgo.Handle(h).Delete()
		return nil
	})
}

//export detsample_strategy_describe
func detsample_strategy_describe(h C.detsample_strategy, to text, n room, length *room, e text, en room) result {
	return call(e, en, func() error {
		json, err := abi.Describe(strategyAt(h))
		if err != nil {
			return err
		}
		return write(to, n, length, json)
	})
}

//export detsample_scarcity_warnings
func detsample_scarcity_warnings(scarcity *C.int64_t, to text, n room, length *room, e text, en room) result {
	return call(e, en, func() error {
		none("scarcity", scarcity)
		json, err := abi.ScarcityWarnings(unsafe.Slice(longs(scarcity), 16))
		if err != nil {
			return err
		}
		return write(to, n, length, json)
	})
}

//export detsample_work_new
func detsample_work_new(h C.detsample_strategy, options *C.detsample_options, to *C.detsample_work, e text, en room) result {
	return call(e, en, func() error {
		none("work", to)
		w, err := abi.NewWork(strategyAt(h), (*abi.Options)(unsafe.Pointer(options)))
		if err != nil {
			return err
		}
		*to = C.detsample_work(cgo.NewHandle(w))
		return nil
	})
}

//export detsample_work_free
func detsample_work_free(h C.detsample_work, e text, en room) result {
	return call(e, en, func() error {
		workAt(h)
		cgo.Handle(h).Delete()
		return nil
	})
}

//export detsample_memory_save
func detsample_memory_save(h C.detsample_work, lengths *C.int64_t, values *C.double, n C.int64_t, e text, en room) result {
	return call(e, en, func() error { return workAt(h).SaveMemory(longs(lengths), doubles(values), int64(n)) })
}

//export detsample_memory_restore
func detsample_memory_restore(h C.detsample_work, lengths *C.int64_t, values *C.double, e text, en room) result {
	return call(e, en, func() error { return workAt(h).RestoreMemory(longs(lengths), doubles(values)) })
}
