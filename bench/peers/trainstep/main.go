// Command trainstep times a training step of the one-stage detector beside
// PyTorch's on the same network, weights, images and targets: one thread
// each, in turns, in one run. Before it times anything it checks that losses
// and gradients agree.
//
//	go run ./bench/peers/trainstep -write docs/performance.md
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"
)

func main() {
	python := flag.String("python", "", "Python with PyTorch; default python3 on PATH, else /usr/bin/python3")
	write := flag.String("write", "", "Markdown file whose trainstep section is replaced by the result")
	rounds := flag.Int("rounds", 6, "turns that each side gets at each batch size")
	turn := flag.Duration("turn", 1200*time.Millisecond, "about how long a turn lasts")
	flag.Parse()
	if err := run(*python, *write, max(*rounds, 1), *turn); err != nil {
		fmt.Fprintln(os.Stderr, "trainstep:", err)
		os.Exit(1)
	}
}

func run(python, write string, rounds int, turn time.Duration) error {
	runtime.GOMAXPROCS(1)
	runtime.LockOSThread()
	peer, err := startPeer(python)
	if err != nil {
		return err
	}
	defer peer.close()
	var measured []measurement
	for _, images := range []int{4, 8} {
		m, err := compare(peer, images, rounds, turn)
		if err != nil {
			return fmt.Errorf("batch of %d: %w", images, err)
		}
		measured = append(measured, m)
	}
	text := section(peer.hello, measured)
	fmt.Print("\n", text)
	if write == "" {
		return nil
	}
	return writeSection(write, text)
}

// compare checks a batch size and then measures it.
func compare(peer *peer, images, rounds int, turn time.Duration) (measurement, error) {
	o, err := newOurs(images)
	if err != nil {
		return measurement{}, err
	}
	agreement, err := check(peer, o)
	if err != nil {
		return measurement{}, err
	}
	fmt.Printf("batch of %d: %s\n", images, agreement)
	if err := agreement.err(); err != nil {
		return measurement{}, err
	}
	return measure(peer, o, agreement, rounds, turn)
}
