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

// experimentsFile is the name, beside it, of the page of each experiment by itself.
const experimentsFile = "experiments.md"

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

// Own returns an error if a folder holds a file of the page's name, or of that beside
// it, which no study wrote.
func Own(dir string) error {
	for _, ours := range []struct{ name, text string }{{File, head}, {experimentsFile, experimentsText}} {
		title, _, _ := strings.Cut(ours.text, "\n")
		before, after, _ := strings.Cut(title, "{on}")
		err := study.WrittenBy(dir, ours.name, func(text []byte) bool {
			first, _, _ := strings.Cut(string(text), "\n")
			return strings.HasPrefix(first, before) && strings.HasSuffix(strings.TrimRight(first, "\r"), after)
		})
		if err != nil {
			return err
		}
	}
	return nil
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
	short, err := inShort(list)
	if err != nil {
		return nil, err
	}
	b.WriteString("## In short\n\n" + short.chief)
	sentences, err := readSentences(dir, verdicts)
	if err != nil {
		return nil, err
	}
	writeVerdicts(&b, verdicts, sentences, list)
	b.WriteString(short.rest)
	if short.tables != "" {
		b.WriteString("## Tables\n\n" + short.tables)
	}
	if err := writeAnswers(&b, list); err != nil {
		return nil, err
	}
	if err := writePrecision(&b, list); err != nil {
		return nil, err
	}
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
			b.WriteString("\n### Beside the paper's table\n\nMay be the best: of the settings of a table. What negatives are seen and used, and what they have of the loss and of the gradient, is [said of each experiment](" + experimentsFile + ").\n")
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
	writeMissing(&b, list)
	files[File] = []byte(b.String())
	if err := writeExperiments(list, on, files); err != nil {
		return nil, err
	}
	return files, nil
}

//go:embed head.md
var head string

//go:embed rules.md
var rules string

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
