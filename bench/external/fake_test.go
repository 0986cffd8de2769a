package external_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"detsample/bench/config"
)

// fake is set where the test binary is to be a training program.
const fake = "DETSAMPLE_TEST_FAKE"

func TestMain(m *testing.M) {
	if os.Getenv(fake) != "" {
		train()
		return
	}
	os.Exit(m.Run())
}

// program is the test binary's command line as a training program: what it is
// to do, and what it is given.
func program(t *testing.T, flags string) string {
	t.Helper()
	t.Setenv(fake, "1")
	exe, err := os.Executable()
	require.NoError(t, err)
	return exe + " " + flags + " {strategy} {seed} {data} {budget} {out}"
}

// configuration is a comparison of two strategies by a program on tiny scenes.
func configuration(t *testing.T, command, trainer string) *config.Config {
	t.Helper()
	text := fmt.Sprintf(`
scenes:
  {size: 48, train: fresh, test: 24, classes: 2, max_objects: 3, min_size: 12, max_size: 24,
   distractors: 0, contrast: 0.5, occlusion: 0, noise: 0.01, texture: 0.1}
training: {images: 24}
trainer: {command: %q, %s}
strategies:
  - {name: focal, lr: 0.125, dense: {}}
  - {name: Two stages, rpn: {}, roi: {}}
`, command, trainer)
	c, err := config.Parse("own.yaml", []byte(text))
	require.NoError(t, err)
	return c
}

// train is the training program. It learns nothing, but detects as its flags
// say, and the worse the greater the seed.
func train() {
	flags := flag.NewFlagSet("fake", flag.ExitOnError)
	crashes := flags.Int("crashes", 0, "starts that end with status 1")
	only := flags.String("only", "", "strategy that the mishaps are of")
	diverges := flags.Bool("diverges", false, "end with status 3")
	hangs := flags.Bool("hangs", false, "never end, and be deaf to polite requests")
	child := flags.Bool("child", false, "leave something running")
	closed := flags.Bool("closed", false, "without the files of the program")
	alone := flags.Bool("alone", false, "fail unless no other program has its GPU")
	polite := flags.Duration("polite", 0, "never end, but take so long to end well when asked to")
	checkpoints := flags.Bool("checkpoints", false, "leave results along training")
	log := flags.Bool("log", false, "leave a log")
	truths := flags.String("truths", "", "a count of objects to log at the end, rightly or not")
	lines := flags.Int("lines", 1, "how often")
	step := flags.Duration("step", 0, "time for an image")
	results := flags.String("results", "", "what to leave as results: junk, none, foreign, empty, far, shares, corners, negative")
	_ = flags.Parse(os.Args[1:])
	strategy, err := os.ReadFile(flags.Arg(0))
	must(err)
	seed, data, out := number(flags.Arg(1)), flags.Arg(2), flags.Arg(4)
	budget := number(flags.Arg(3))
	mishap := *only == "" || strings.Contains(string(strategy), "name: "+*only+"\n")

	starts := filepath.Join(out, "starts")
	begun, _ := os.ReadFile(starts)
	must(os.WriteFile(starts, append(begun, 'x'), 0o666))
	fmt.Println("training", os.Getenv("DETSAMPLE_NAME"), "on", os.Getenv("CUDA_VISIBLE_DEVICES"))
	if *alone {
		mine := filepath.Join(data, "of-"+os.Getenv("CUDA_VISIBLE_DEVICES"))
		f, err := os.OpenFile(mine, os.O_CREATE|os.O_EXCL, 0o666)
		must(err)
		must(f.Close())
		defer os.Remove(mine)
	}
	if *child {
		c := exec.Command("sleep", "60")
		if *closed {
			syscall.CloseOnExec(3)
		} else {
			c.ExtraFiles = []*os.File{os.NewFile(3, "lock")} // as a worker that was forked has it
		}
		must(c.Start())
		must(os.WriteFile(filepath.Join(out, "child"), []byte(strconv.Itoa(c.Process.Pid)), 0o666))
	}
	if mishap && *hangs {
		signal.Ignore(syscall.SIGTERM)
		must(os.WriteFile(filepath.Join(out, "deaf"), []byte(strconv.Itoa(os.Getpid())), 0o666))
		time.Sleep(time.Minute)
	}
	if mishap && *polite > 0 {
		asked := make(chan os.Signal, 1)
		signal.Notify(asked, syscall.SIGTERM)
		must(os.WriteFile(filepath.Join(out, "waits"), nil, 0o666))
		<-asked
		time.Sleep(*polite)
		must(os.WriteFile(filepath.Join(out, "saved"), nil, 0o666))
		return
	}
	if mishap && len(begun) < *crashes {
		fmt.Fprintln(os.Stderr, "Traceback (most recent call last):\n  step 3\nRuntimeError: CUDA out of \x1b[1mmemory")
		os.Exit(1)
	}
	// Training itself, which goes on from its own checkpoint.
	state := filepath.Join(out, "state")
	text, _ := os.ReadFile(state)
	done, _ := strconv.Atoi(string(text))
	logged, err := os.OpenFile(filepath.Join(out, "balance.jsonl"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	must(err)
	for ; done < budget; done++ {
		time.Sleep(*step)
		if *log {
			fmt.Fprintf(logged, `{"seen": %d, "stage": "dense", "positives": 2, "negatives": 98, "used_positives": 2, "used_negatives": 6, `+
				`"loss_positives": 1, "loss_negatives": 3, "grad_positives": NaN, "grad_negatives": NaN, "images": 1, "truths": 2, "cls": 0.5}`+"\n", done+1)
		}
		if *step > 0 {
			fmt.Fprintf(logged, "{\"seen\": %d}\n", done+1)
			must(os.WriteFile(state+".part", []byte(strconv.Itoa(done+1)), 0o666))
			must(os.Rename(state+".part", state))
		}
		if *checkpoints && done+1 == budget/2 {
			detect(data, filepath.Join(out, fmt.Sprintf("results_%d.json", done+1)), 0.5, seed, 0)
		}
		if mishap && *diverges && done+1 == 3*budget/4 {
			fmt.Fprintf(logged, "{\"seen\": %d}\n", done+1)
			os.Exit(3)
		}
	}
	for i := range *lines {
		if mishap && *truths != "" {
			fmt.Fprintf(logged, `{"seen": %d, "stage": "dense", "truths": %s}`+"\n", budget+1+i, *truths)
		}
	}
	path := filepath.Join(out, "results.json")
	switch {
	case !mishap || *results == "":
		share := 0.5
		if strings.Contains(string(strategy), "name: focal\n") {
			share = 1
		}
		detect(data, path, share, seed, 0)
	case *results == "junk":
		must(os.WriteFile(path, []byte("{}"), 0o666))
	case *results == "empty":
		must(os.WriteFile(path, []byte("[]"), 0o666))
	case *results == "foreign":
		detect(data, path, 1, seed, 1000)
	case *results == "far":
		detect(data, path, 1, seed, 0)
		text, err := os.ReadFile(path)
		must(err)
		far := strings.Replace(string(text), `"bbox":[`, `"bbox":[1e60,-1e60,1e60,1e60],"nearer":[`, 1)
		must(os.WriteFile(path, []byte(far), 0o666))
	case *results == "shares":
		detect(data, path, 1, seed, 0)
		text, err := os.ReadFile(path)
		must(err)
		must(os.WriteFile(path, regexp.MustCompile(`"bbox":\[[^]]*\]`).ReplaceAll(text, []byte(`"bbox":[0.25,0.5,0.125,0.25]`)), 0o666))
	case *results == "corners":
		detect(data, path, 1, seed, 0)
		edit(path, func(b []float64) { b[2], b[3] = b[0]+b[2], b[1]+b[3] })
	case *results == "negative":
		detect(data, path, 1, seed, 0)
		edit(path, func(b []float64) { b[0], b[2] = b[0]+b[2], -b[2] })
	}
}

// edit changes all boxes of a file of detections.
func edit(path string, change func(box []float64)) {
	text, err := os.ReadFile(path)
	must(err)
	var found []map[string]any
	must(json.Unmarshal(text, &found))
	for _, d := range found {
		var box []float64
		for _, v := range d["bbox"].([]any) {
			box = append(box, v.(float64))
		}
		change(box)
		d["bbox"] = box
	}
	text, err = json.Marshal(found)
	must(err)
	must(os.WriteFile(path, text, 0o666))
}

// detect writes a share of the objects as detections, whose boxes are worse the
// greater the seed, with other ids of the images.
func detect(data, path string, share float64, seed, shift int) {
	text, err := os.ReadFile(filepath.Join(data, "annotations", "instances_test.json"))
	must(err)
	var coco struct {
		Annotations []struct {
			ID         int        `json:"id"`
			ImageID    int        `json:"image_id"`
			CategoryID int        `json:"category_id"`
			BBox       [4]float64 `json:"bbox"`
		} `json:"annotations"`
	}
	must(json.Unmarshal(text, &coco))
	found := []map[string]any{}
	for i, a := range coco.Annotations {
		if float64(i) >= share*float64(len(coco.Annotations)) {
			break
		}
		_, err := os.Stat(filepath.Join(data, "test", fmt.Sprintf("%06d.png", a.ImageID)))
		must(err)
		a.BBox[2] *= 1 - 0.01*float64(seed)
		found = append(found, map[string]any{"image_id": a.ImageID + shift, "category_id": a.CategoryID, "bbox": a.BBox, "score": 1 - float64(i)/1000})
	}
	text, err = json.Marshal(found)
	must(err)
	must(os.WriteFile(path+".part", text, 0o666))
	must(os.Rename(path+".part", path))
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	must(err)
	return n
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(9)
	}
}
