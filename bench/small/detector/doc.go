// Package detector holds the small detectors that the comparison trains: a
// one-stage detector (a dense head over a feature pyramid) and a two-stage one
// (the same trunk, a region proposal network, RoIAlign and a fully connected
// head).
//
// They are small so that a strategy can be judged in half a minute on one
// core, and real: every layer learns, and what is learned is decided by the
// strategy's rpn and roi configurations alone. Nothing here knows a sampler or
// a loss.
package detector
