package study

// The sources of published figures.
const (
	lin    = "Lin 2017 (RetinaNet)"
	report = "reported, without a paper"
)

// Claims returns the claims of the literature that the study judges.
func Claims() []Claim {
	return []Claim{
		{1, "Under cross entropy over all anchors, at about 1:1000, easy negatives contribute more loss than the positives.", []Contrast{
			{Experiment: "boosting", A: "ce", Figure: "easy less positive loss", Trained: "ce", Untrained: true, Expect: Above,
				Published: lin + ", section 3: easy negatives overwhelm; no figure", Says: "with the prior bias, easy negatives have more of the loss than positives"},
			{Experiment: "boosting", A: "ce", Figure: "easy less positive loss", Trained: "ce", Expect: Above,
				Published: lin + ", section 3", Says: "where cross entropy trains, easy negatives have more of its loss than positives"},
			{Experiment: "boosting", A: "ce", Figure: "easy less positive loss", Trained: "focal", Expect: Above,
				Published: lin + ", figure 4: a network that focal loss has trained", Says: "where focal loss trains, easy negatives have more of cross entropy's loss than positives"},
			{Experiment: "default", A: "ce", Constant: 50, Figure: "negative_loss", Expect: Above,
				Published: lin + ", section 3", Says: "over a training by cross entropy, negatives have more than half of the loss"},
			{Experiment: "dense", A: "ce", Constant: 50, Figure: "negative_loss", Expect: Above,
				Published: lin + ", section 3", Says: "over a long training by cross entropy, negatives have more than half of the loss"},
			{Experiment: "dense-long", A: "ce", Constant: 50, Figure: "negative_loss", Expect: Above,
				Published: lin + ", section 3", Says: "over a very long training by cross entropy, negatives have more than half of the loss"},
			{Experiment: "dense-tiny", A: "ce", Constant: 50, Figure: "negative_loss", Expect: Above,
				Published: lin + ", section 3", Says: "over a training by cross entropy whose last half gains half a point, with a normalised trunk, negatives have more than half of the loss"},
		}},
		{2, "Alpha-balanced cross entropy is best near alpha .75; with gamma 2 the best alpha is near .25.", []Contrast{
			{Experiment: "alpha", A: "alpha .75", B: "alpha .1", Expect: Above, Published: "+31.1 AP, " + lin + ", table 1a", Says: "without focusing, alpha .75 is better than .1"},
			{Experiment: "alpha", A: "alpha .75", B: "alpha .25", Expect: Above, Published: "+20.3 AP, " + lin + ", table 1a", Says: "without focusing, alpha .75 is better than .25"},
			{Experiment: "alpha", A: "alpha .75", B: "alpha .99", Expect: Above, Published: "+2.4 AP, " + lin + ", table 1a", Says: "without focusing, alpha .75 is better than .99"},
			{Experiment: "alpha", A: "alphas", Figure: orderFigure, Expect: Above, Published: lin + ", table 1a", Says: "without focusing, alphas come in the paper's order: a rank correlation above 0"},
			{Experiment: "gamma", A: "gamma 2, alpha .25", B: "gamma 2, alpha .75", Expect: Above, Published: "the best alpha for gamma 2 is .25, " + lin + ", table 1b", Says: "with gamma 2, alpha .25 is better than .75"},
		}},
		{3, "Focal loss (.25, 2) over all anchors beats 3:1 hard negative mining and OHEM.", []Contrast{
			{Experiment: "dense", A: "focal", B: "ssd 3:1", Expect: Above, Published: "+4.9 AP, " + lin + ", table 1d", Says: "focal loss is better than 3:1"},
			{Experiment: "dense", A: "focal", B: "ohem 64", Expect: Above, Published: "+3.2 AP, " + lin + ", table 1d", Says: "focal loss is better than OHEM"},
			{Experiment: "dense-long", A: "focal", B: "ssd 3:1", Expect: Above, Published: "+4.9 AP, " + lin + ", table 1d", Says: "focal loss is better than 3:1 in a long training"},
			{Experiment: "dense-long", A: "focal", B: "ohem 64", Expect: Above, Published: "+3.2 AP, " + lin + ", table 1d", Says: "focal loss is better than OHEM in a long training"},
			{Experiment: "dense-tiny", A: "focal", B: "ssd 3:1", Expect: Above, Published: "+4.9 AP, " + lin + ", table 1d", Says: "focal loss is better than 3:1 where the last half of the images gains half a point, with a normalised trunk"},
			{Experiment: "dense-tiny", A: "focal", B: "ohem 64", Expect: Above, Published: "+3.2 AP, " + lin + ", table 1d", Says: "focal loss is better than OHEM where the last half of the images gains half a point, with a normalised trunk"},
			{Experiment: "descent", A: "focal", B: "ssd 3:1", Expect: Above, Published: "+4.9 AP, " + lin + ", table 1d", Says: "focal loss is better than 3:1 by gradient descent"},
			{Experiment: "descent", A: "focal", B: "ohem 64", Expect: Above, Published: "+3.2 AP, " + lin + ", table 1d", Says: "focal loss is better than OHEM by gradient descent"},
			{Experiment: "decay", A: "focal", B: "ssd 3:1", Expect: Above, Published: "+4.9 AP, " + lin + ", table 1d", Says: "focal loss is better than 3:1 at a rate that falls to 0"},
			{Experiment: "decay", A: "focal", B: "ohem 64", Expect: Above, Published: "+3.2 AP, " + lin + ", table 1d", Says: "focal loss is better than OHEM at a rate that falls to 0"},
			{Experiment: "dense-norm", A: "focal", B: "ssd 3:1", Expect: Above, Published: "+4.9 AP, " + lin + ", table 1d", Says: "focal loss is better than 3:1 with a normalised trunk"},
			{Experiment: "dense-norm", A: "focal", B: "ohem 64", Expect: Above, Published: "+3.2 AP, " + lin + ", table 1d", Says: "focal loss is better than OHEM with a normalised trunk"},
			{Experiment: "focus", A: "focal", B: "ssd 3:1", Expect: Above, Published: "+4.9 AP, " + lin + ", table 1d", Says: "focal loss is better than 3:1, with losses matched anew", Beside: true},
			{Experiment: "focus", A: "focal, gamma 1", B: "ssd 3:1", Expect: Above, Published: "no figure", Says: "focal loss of gamma 1 is better than 3:1", Beside: true},
			{Experiment: "focus", A: "focal, gamma 1", B: "ohem 64", Expect: Above, Published: "no figure", Says: "focal loss of gamma 1 is better than OHEM", Beside: true},
			{Experiment: "focus", A: "focal, gamma 1", B: "focal", Expect: Above, Published: "-0.3 AP, " + lin + ", table 1b", Says: "focal loss is better with gamma 1 than with 2", Beside: true},
			{Experiment: "default", A: "focal", B: "ssd 3:1", Expect: Above, Published: "+4.9 AP, " + lin + ", table 1d", Says: "focal loss is better than 3:1 in a short training"},
		}},
		{4, "In the region proposal network, focal loss already gains on 512 sampled anchors; all anchors are what it was meant for.", []Contrast{
			{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: Above, Published: "about +1.5 AP, " + report, Says: "on 512 anchors, focal loss is better than cross entropy"},
			{Experiment: "rpn", A: "all + focal", B: "512 + ce", Expect: Above, Published: "no figure", Says: "focal loss on all anchors is better than cross entropy on 512"},
			{Experiment: "rpn", A: "all + focal", B: "512 + focal", Expect: Above, Published: "no figure", Says: "focal loss is better on all anchors than on 512"},
			{Experiment: "default", A: "rpn all + focal", B: "rpn 512 + ce", Expect: Above, Published: "no figure", Says: "focal loss on all anchors is better than cross entropy on 512 in a short training"},
			{Experiment: "rpn-long", A: "512 + focal", B: "512 + ce", Expect: Above, Published: "about +1.5 AP, " + report, Says: "on 512 anchors, focal loss is better than cross entropy in a long training"},
			{Experiment: "rpn-long", A: "all + focal", B: "512 + ce", Expect: Above, Published: "no figure", Says: "focal loss on all anchors is better than cross entropy on 512 in a long training"},
			{Experiment: "rpn-long", A: "all + focal", B: "512 + focal", Expect: Above, Published: "no figure", Says: "focal loss is better on all anchors than on 512 in a long training"},
			{Experiment: "rpn-tiny", A: "512 + focal", B: "512 + ce", Expect: Above, Published: "about +1.5 AP, " + report, Says: "on 512 anchors, focal loss is better than cross entropy with a faint object of 12 px and a normalised trunk"},
			{Experiment: "rpn-tiny", A: "all + focal", B: "512 + ce", Expect: Above, Published: "no figure", Says: "focal loss on all anchors is better than cross entropy on 512 with a faint object of 12 px and a normalised trunk"},
			{Experiment: "rpn-tiny", A: "all + focal", B: "512 + focal", Expect: Above, Published: "no figure", Says: "focal loss is better on all anchors than on 512 with a faint object of 12 px and a normalised trunk"},
			{Experiment: "rpn-tiny-small", A: "512 + focal", B: "512 + ce", Expect: Above, Published: "about +1.5 AP, " + report, Says: "on 512 anchors, focal loss is better than cross entropy with a faint object of 8 px and a normalised trunk"},
			{Experiment: "rpn-tiny-small", A: "all + focal", B: "512 + ce", Expect: Above, Published: "no figure", Says: "focal loss on all anchors is better than cross entropy on 512 with a faint object of 8 px and a normalised trunk"},
			{Experiment: "rpn-tiny-small", A: "all + focal", B: "512 + focal", Expect: Above, Published: "no figure", Says: "focal loss is better on all anchors than on 512 with a faint object of 8 px and a normalised trunk"},
		}},
		{5, "In the second stage focal loss brings little for ordinary objects.", []Contrast{
			{Experiment: "roi", A: "512 + focal", B: "512 + ce", Expect: Little, Published: "no figure", Says: "on 512 regions, focal loss is within 1 AP of cross entropy"},
			{Experiment: "roi", A: "128 + focal", B: "128 + ce", Expect: Little, Published: "no figure", Says: "on 128 regions, focal loss is within 1 AP of cross entropy"},
			{Experiment: "roi-long", A: "512 + focal", B: "512 + ce", Expect: Little, Published: "no figure", Says: "on 512 regions, focal loss is within 1 AP of cross entropy in a long training"},
			{Experiment: "roi-long", A: "128 + focal", B: "128 + ce", Expect: Little, Published: "no figure", Says: "on 128 regions, focal loss is within 1 AP of cross entropy in a long training"},
			{Experiment: "roi-norm", A: "512 + focal", B: "512 + ce", Expect: Little, Published: "no figure", Says: "on 512 regions, focal loss is within 1 AP of cross entropy with a normalised trunk"},
			{Experiment: "roi-norm", A: "128 + focal", B: "128 + ce", Expect: Little, Published: "no figure", Says: "on 128 regions, focal loss is within 1 AP of cross entropy with a normalised trunk"},
			{Experiment: "roi-rate", A: "512 + focal", B: "512 + ce", Expect: Little, Published: "no figure", Says: "on 512 regions, focal loss is within 1 AP of cross entropy at a rate of 0.004"},
		}},
		{6, "With small objects focal loss may help in the second stage, and 128 or 512 regions matters.", []Contrast{
			{Experiment: "roi-small", A: "512 + focal", B: "512 + ce", Expect: Above, Published: "no figure", Says: "on 512 regions of small objects, focal loss is better than cross entropy"},
			{Experiment: "roi-small", A: "128 + focal", B: "128 + ce", Expect: Above, Published: "no figure", Says: "on 128 regions of small objects, focal loss is better than cross entropy"},
			{Experiment: "roi-small", A: "512 + ce", B: "128 + ce", Expect: Differs, Published: "no figure", Says: "on small objects, 512 regions differ from 128"},
			{Experiment: "roi-tiny", A: "512 + focal", B: "512 + ce", Expect: Above, Published: "no figure", Says: "on 512 regions, focal loss is better than cross entropy with a faint object of 12 px and a normalised trunk"},
			{Experiment: "roi-tiny", A: "128 + focal", B: "128 + ce", Expect: Above, Published: "no figure", Says: "on 128 regions, focal loss is better than cross entropy with a faint object of 12 px and a normalised trunk"},
			{Experiment: "roi-tiny", A: "512 + ce", B: "128 + ce", Expect: Differs, Published: "no figure", Says: "with a faint object of 12 px and a normalised trunk, 512 regions differ from 128"},
			{Experiment: "roi-focus", A: "gamma 2, alpha .25", B: "gamma 0, alpha .25", Expect: Above, Published: "no figure", Says: "on 512 regions with a faint object of 12 px and a normalised trunk, gamma 2 is better than 0 at the same alpha", Beside: true},
			{Experiment: "roi-focus", A: "gamma 0, alpha .25", B: "ce", Expect: Above, Published: "no figure", Says: "on 512 regions with a faint object of 12 px and a normalised trunk, alpha .25 without focusing is better than cross entropy", Beside: true},
			{Experiment: "roi-gamma", A: "gamma 2, weight .177", B: "gamma 0, weight .177", Expect: Above, Published: "no figure", Says: "on 512 regions with a faint object of 12 px and a normalised trunk, gamma 2 is better than 0 where nothing else differs", Beside: true},
			{Experiment: "roi-gamma", A: "gamma 2, weight .122", B: "gamma 0, weight .177", Expect: Above, Published: "no figure", Says: "on 512 regions with a faint object of 12 px and a normalised trunk, gamma 2 is better than 0 where nothing else differs but the matched weight of their loss", Beside: true},
			{Experiment: "roi", A: "512 + ce", B: "128 + ce", Expect: Differs, Published: "no figure", Says: "on objects of every size, 512 regions differ from 128", Beside: true},
			{Experiment: "roi-long", A: "512 + ce", B: "128 + ce", Expect: Differs, Published: "no figure", Says: "on objects of every size, 512 regions differ from 128 in a long training", Beside: true},
			{Experiment: "roi-norm", A: "512 + ce", B: "128 + ce", Expect: Differs, Published: "no figure", Says: "on objects of every size, 512 regions differ from 128 with a normalised trunk", Beside: true},
		}},
		{7, "Focal loss resembles boosting.", []Contrast{
			{Experiment: "boosting", A: "focal", Constant: 0.9, Figure: "rank AdaBoost", Trained: "focal", Expect: Above, Published: "an open question", Says: "focal loss orders candidates as AdaBoost does: a rank correlation above .9"},
			{Experiment: "boosting", A: "ssd 3:1", Constant: 0.9, Figure: "rank AdaBoost", Trained: "focal", Expect: Above, Published: "an open question", Says: "3:1 mining orders candidates as AdaBoost does: a rank correlation above .9"},
			{Experiment: "boosting", A: "focal", B: "ce", Figure: "kl AdaBoost", Trained: "focal", Expect: Below, Published: "an open question", Says: "focal loss is nearer to AdaBoost's weights than cross entropy is, where focal loss trains"},
			{Experiment: "boosting", A: "focal", B: "ce", Figure: "kl AdaBoost", Trained: "ce", Expect: Below, Published: "an open question", Says: "focal loss is nearer to AdaBoost's weights than cross entropy is, where cross entropy trains"},
			{Experiment: "boosting", A: "focal", B: "ce", Figure: "kl LogitBoost", Trained: "focal", Expect: Below, Published: "an open question", Says: "focal loss is nearer to LogitBoost's weights than cross entropy is, where focal loss trains"},
			{Experiment: "boosting", A: adaBoost, B: "focal", Figure: "outlier", Trained: "focal", Expect: Above, Published: "AdaBoost raises outliers, Friedman 2000; no figure", Says: "AdaBoost gives outliers more of the weight than focal loss does"},
		}},
	}
}
