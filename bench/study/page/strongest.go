package page

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
)

// strongest returns what a claim's contrasts came to at the end of the training that is
// the strongest of those of the same place that ask the same.
func strongest(v *claims.Verdict, list []evidence.Experiment) (ends []*claims.Judged) {
	for budgets := range v.ByContrast() {
		if last := &budgets[len(budgets)-1]; last.Estimate.Seeds > 0 && !outdone(v, last, list) {
			ends = append(ends, last)
		}
	}
	return ends
}

// writeStrongest writes that below the contrasts of the claim; nothing where nothing has runs.
func writeStrongest(b *strings.Builder, v *claims.Verdict, list []evidence.Experiment) {
	all := cameToAtEnd(strongest(v, list))
	if len(all) == 0 {
		return
	}
	b.WriteString("\nThe strongest evidence, at its end:\n\n")
	for _, says := range all {
		fmt.Fprintf(b, "- %s\n", upper(says))
	}
}

// cameToAtEnd says what contrasts came to, with the interval of each alone, together
// those of one place.
func cameToAtEnd(ends []*claims.Judged) []string {
	var places []string
	says := map[string][]string{}
	for _, j := range ends {
		where := fmt.Sprintf("(%s, %s, %s)", source(j), budget(j), seeds(j.Estimate.Seeds))
		if says[where] == nil {
			places = append(places, where)
		}
		says[where] = append(says[where], atItsEnd(j))
	}
	for i, where := range places {
		places[i] = strings.Join(says[where], "; ") + " " + where
	}
	return places
}

// atItsEnd says the same of one of them, without its place.
func atItsEnd(j *claims.Judged) string {
	says := found([]*claims.Judged{j}, func(j *claims.Judged) string {
		q := quantityOf(j.Contrast)
		if q.Correlation {
			return correlation(itself(j))
		}
		decimals := q.decimals
		if !q.itself() {
			decimals = toldDecimals(j.Estimate, decimals)
		}
		return number(size(j), decimals) + half(j.Estimate, decimals) + q.unit
	})
	says = strings.TrimSuffix(says, " "+after(j))
	if j.B != "" {
		says += unless(j)
	}
	if j.Aside() {
		says = "beside the claim, " + says
	}
	return says
}

// unless says that a difference is not told from none: by its own interval, or by the
// one that decides, beside all others of the claim.
func unless(j *claims.Judged) string {
	switch {
	case !told(j.Estimate):
		return ", not told apart"
	case j.Estimate.Seeds < stats.MinSeeds:
		return fmt.Sprintf(", of fewer than %d seeds", stats.MinSeeds)
	case j.All.Low <= 0 && j.All.High >= 0:
		return ", not told apart beside the claim's others"
	}
	return ""
}

// inDefaultRPN begins the names that the default comparison, of several parts of a
// detector, gives to what experiments of the region proposal network compare.
const inDefaultRPN = "rpn "

// placeOf returns the experiments of the part of a detector that a contrast is of;
// none where only its own asks for it.
func placeOf(x *claims.Contrast) []string {
	if strings.HasPrefix(x.A, inDefaultRPN) {
		return inRPN
	}
	for _, a := range asked {
		if slices.Contains(a.experiments, x.Experiment) {
			return a.experiments
		}
	}
	return nil
}

// outdone reports whether an experiment of the same place asks the same and has a
// stronger answer, by the seeds that the two compared have in common.
func outdone(v *claims.Verdict, j *claims.Judged, list []evidence.Experiment) bool {
	place := placeOf(j.Contrast)
	a, b := strings.TrimPrefix(j.A, inDefaultRPN), strings.TrimPrefix(j.B, inDefaultRPN)
	for i := range v.Judged {
		o := &v.Judged[i]
		same := o.A == a && o.B == b && o.By() == j.By() && o.Trained == j.Trained && o.Untrained == j.Untrained
		if same && slices.Contains(place, o.Experiment) && o.Estimate.Seeds > 0 && evidence.Stronger(evidence.Find(list, o.Experiment), o.Estimate.Seeds, evidence.Find(list, j.Experiment), j.Estimate.Seeds) > 0 {
			return true
		}
	}
	return false
}
