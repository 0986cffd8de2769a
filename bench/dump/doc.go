// Package dump reads a detector's own numbers, written by any framework, and
// replays samplers and losses on that training state without training.
//
// A dump is a .npz, a safetensors file or a folder of .npy that holds the logits
// (or scores) of every candidate of some images, their boxes (or how they are
// laid out) and their labels (or the ground truth, for an assigner to label
// them). docs/dumps.md lists the tensors; [Load] reads and checks them, [Replay]
// asks what each loss and sampler would learn from them, [Write] writes one.
//
// Images are read one by one, from where they lie in the file, so that a dump
// may be larger than memory. What is inflated (a compressed .npz) is held.
package dump
