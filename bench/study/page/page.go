package page

import (
	_ "embed"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"detsample/bench/study"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
	"detsample/internal/durable"
)

// File is the page's name in the study's folder.
const File = "README.md"

// Write writes the page of what a study's folder keeps, and its pictures.
// It follows from the stored results alone, to the byte.
func Write(dir string) error {
	if err := study.Apart(dir); err != nil {
		return err
	}
	if has, err := study.Begun(dir); err != nil {
		return err
	} else if !has {
		return fmt.Errorf("%s has no folder of an experiment, so that there is nothing to write a page of: name the folder that a study was told by --out", dir)
	}
	files, err := pageIn(dir)
	if err != nil {
		return err
	}
	if err := Own(dir); err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(files))
	names = append(slices.DeleteFunc(names, func(name string) bool { return name == File }), File) // once its pictures are there
	for _, name := range names {
		if err := durable.Replace(durable.Local{}, filepath.Join(dir, name), files[name]); err != nil {
			return err
		}
	}
	return nil
}

// Own returns an error if a folder holds a file of the page's name that no study
// wrote.
func Own(dir string) error {
	title, _, _ := strings.Cut(head, "\n")
	before, after, _ := strings.Cut(title, "{on}")
	return study.WrittenBy(dir, File, func(text []byte) bool {
		first, _, _ := strings.Cut(string(text), "\n")
		return strings.HasPrefix(first, before) && strings.HasSuffix(strings.TrimRight(first, "\r"), after)
	})
}

// pageIn returns the files of the page by name.
func pageIn(dir string) (map[string][]byte, error) {
	list, err := open(dir)
	if err != nil {
		return nil, err
	}
	return page(dir, list)
}

// page is the same of what was read of the folder.
func page(dir string, list []evidence.Experiment) (map[string][]byte, error) {
	files := map[string][]byte{}
	var verdicts []claims.Verdict
	predicted := claims.All()
	for i := range predicted {
		v, err := predicted[i].Judge(list)
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, v)
	}
	twice, err := sameRunsText(list)
	if err != nil {
		return nil, err
	}
	about, err := readAbout(dir)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	images, on := strings.Join(trainedOn(list), " and "), ""
	if images != generated {
		on = " on " + images
	}
	b.WriteString(strings.NewReplacer("{on}", on, "{about}", about+unfinished(list), "{images}", images).Replace(head))
	answer, err := inShort(list)
	if err != nil {
		return nil, err
	}
	if answer != "" {
		fmt.Fprintf(&b, "## In short\n\n%s\n%s\n\n", answer, shortNote)
	}
	if err := writeAnswers(&b, list); err != nil {
		return nil, err
	}
	if err := writePrecision(&b, list); err != nil {
		return nil, err
	}
	writeVerdicts(&b, verdicts, list)
	b.WriteString(strings.NewReplacer("{twice}", twice, "{enough}", fmt.Sprint(evidence.Enough)).Replace(rules))
	for i := range verdicts {
		v := &verdicts[i]
		picture, err := drawClaim(v)
		if err != nil {
			return nil, err
		}
		writeClaim(&b, v, picture != nil)
		writeStrongest(&b, v, list)
		if picture != nil {
			files[claimPicture(v)] = picture
		}
		states := evidence.Find(list, "boosting")
		asked := !evidence.LeftOut(list, states)
		switch {
		case v.Number == 1 && asked:
			err = writeMasses(&b, states, files)
		case v.Number == 2:
			b.WriteString("\n### Beside the paper's table\n\nMay be the best: of the settings of a table. What negatives are seen and used, and what they have of the loss and of the gradient, is as in [Experiments](#experiments).\n")
			for _, s := range claims.Sweeps() {
				if err = writeSweep(&b, &s, list); err != nil {
					break
				}
			}
		case v.Number == 7 && asked:
			err = writeBoosting(&b, states, files)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := writeAxes(&b, list, files); err != nil {
		return nil, err
	}
	again, err := openRepeats(dir)
	if err != nil {
		return nil, err
	}
	if err := writeRepeats(&b, list, again); err != nil {
		return nil, err
	}
	if err := writeExperiments(&b, list, files); err != nil {
		return nil, err
	}
	files[File] = []byte(b.String())
	return files, nil
}

//go:embed head.md
var head string

//go:embed rules.md
var rules string

// shortNote is how the answers in short are to be read.
const shortNote = "Who leads is ahead of all others of its experiment. Three kinds of statements hold jointly with 95%, each over everything said in short: who leads or may be the best, who are within 1 AP of each other, and what is bold. So less is said here than in a row or a table by itself. " +
	"A difference is the first named less the second, with its own interval; a dash means that it is largest at the first or the last budget. The entries of a row come from experiments that " +
	"differ in scenes, network and rates: they are not one training, and 9600 images of one are not those of another. " +
	"Below: who may be the best, with a single leader's lead over the next."

// generated is what experiments train on without a folder.
const generated = "generated scenes"

// trainedOn names the images that the stored runs are of.
func trainedOn(list []evidence.Experiment) (of []string) {
	for i := range list {
		name := generated
		if data := list[i].Origin.Data; data != "" {
			name = "the images of " + data
		}
		if list[i].HasRuns() && !slices.Contains(of, name) {
			of = append(of, name)
		}
	}
	if len(of) == 0 {
		return []string{generated}
	}
	return of
}

// upper begins a sentence.
func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
