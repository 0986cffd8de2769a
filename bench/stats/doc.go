// Package stats compares strategies by numbers: one figure (AP, say) of each
// strategy and seed, and the same figure over resampled test images. It knows
// neither runs nor files.
//
// A figure varies with the seed and with the test images. Seeds are drawn, and
// so are images; every run is tested on the same images. So the layout is
// crossed (seeds × images), and both are treated as random: an interval speaks
// of seeds and images that were not tried. docs/statistics.md has the method in
// plain words, its sources, and how often its intervals hold.
package stats
