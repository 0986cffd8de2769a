package losses

// explain gives the registered losses and normalisers their formulas and uses.
// p = sigmoid(x) or softmax(x), y is 1 for the true column and else 0, p_t the
// probability of the truth and m its margin, p_t = sigmoid(m).
func explain() {
	explainSigmoid()
	explainSoftmax()
	explainBoxes()
	explainNorms()
}

func explainSigmoid() {
	is := clsLosses.Explain
	is("ce", "-log p_t, summed over the columns",
		"With a sampler that chooses (random, hard_negative, ohem). Over every anchor of a dense head, easy background outweighs the objects.")
	is("alpha_ce", "-a log p_t,  a = alpha in the true column, 1-alpha in the others",
		"The smallest step from cross entropy where background outweighs objects. It shifts the balance, and does not tell easy from hard.")
	is("focal", "-a (1-p_t)^gamma log p_t,  a = alpha in the true column, 1-alpha in the others; alpha < 0: a = 1",
		"Dense heads over every anchor (sampler all, norm positives), with the head's bias started at a small prior. After a sampler that has already dropped easy candidates it fades what is left, which is warned of.")
	is("ghm_c", "-w log p_t,  w = N/(n c): c elements of N have a gradient |p-y| in the same one of n bins that are not empty",
		"For data in which both the crowd of easy candidates and a tail of hopeless ones (wrong annotations) should count less. A row's weight depends on the batch, so samplers cannot mine by it. Divide by valid_bins for the authors' mean.")
	is("linear_focal", "-log p*/gamma,  p* = sigmoid(gamma m + beta)",
		"A focal loss whose gradient is bounded by 1 and has a simple form; the paper found it as good as focal loss.")
	is("quality_focal", "|p-q|^beta (-q log p - (1-q) log(1-p)),  q = quality in the true column, 0 in the others",
		"For scores that say how good the box is, for suppression to rank by. The quality is the IoU of the predicted box; without one it is 1, and the loss is focal without alpha.")
	is("varifocal", "q > 0: q (-q log p - (1-q) log(1-p));  q = 0: -alpha p^gamma log(1-p)",
		"Like quality_focal, but positives keep their full strength, and those with good boxes count most.")
	is("gaussian_focal", "q = 1: -(1-p)^alpha log p;  otherwise: -(1-q)^gamma p^alpha log(1-p)",
		"For heads that score a heat map of centres, as CornerNet and CenterNet do.")
	is("asymmetric", "true column: -(1-p)^gamma_pos log p;  others: -s^gamma_neg log(1-s),  s = max(p-clip, 0)",
		"For negatives that should fade faster than positives. Negatives below clip have no gradient at all.")
	is("class_balanced", "-w (1-p_t)^gamma log p_t,  w = (1-beta)/(1-beta^n) of the row's class with n examples, of mean 1 over classes",
		"For classes of very different frequency, whose counts are known. Set count: without it, it is cross entropy, as in the picture. It does not balance background against objects.")
	is("eqlv2", "-w log p_t,  others: w = f(r), true column: w = 1 + alpha (1-f(r)),  f(r) = 1/(1 + exp(-gamma (r-mu))),  r: positive over negative gradient of the column so far",
		"For many rare classes (LVIS). No counts are needed, as it learns them. It has a memory, which checkpoints must keep.")
	is("equalized_focal", "-a (g/gamma) (1-p_t)^g log p_t,  g = gamma + scale (1-r),  r: positive over negative gradient of the column so far, at most 1",
		"For many rare classes under a dense head. It has a memory, which checkpoints must keep.")
	is("average_precision", "per positive 1 - (rank among positives)/(rank among all), ranks by H(d) = clamp(d/(2 delta) + 1/2, 0, 1) of differences of logits; pushed by error",
		"To train the order of scores itself, without an alpha or gamma to tune. The whole batch is ranked at once, so samplers cannot mine by it.")
	is("rank_sort", "per positive: its ranking error (negatives above it/all above it) + its sorting error (mean 1-q above it that should be below)",
		"Like average_precision, with positives ordered by the IoU of their boxes. There is nothing to tune but the learning rate.")
}

func explainSoftmax() {
	is := clsLosses.Explain
	is("softmax_ce", "-w_t log p_t over the classes and the background",
		"For second stages, and SSD with hard_negative: a candidate is one class or background.")
	is("softmax_alpha_ce", "-a log p_t,  a = alpha for an object, 1-alpha for the background",
		"alpha_ce for heads with a softmax.")
	is("softmax_focal", "-a (1-p_t)^gamma log p_t,  a = alpha for an object, background_alpha for the background",
		"Focal loss for heads with a softmax, such as SSD without mining.")
	is("softmax_class_balanced", "-w (1-p_t)^gamma log p_t,  w = (1-beta)/(1-beta^n) of the class with n examples, of mean 1 over classes; background 1",
		"class_balanced for heads with a softmax. Set count: without it, it is cross entropy.")
	is("seesaw", "-log(e^x_t / (e^x_t + sum_j S_j e^x_j)),  S_j = min(1, N_j/N_t)^p max(1, s_j/max(s_t, epsilon))^q",
		"For second stages with many rare classes: frequent classes push rare ones down less. With one class, as in the picture, it is cross entropy. It has a memory, which checkpoints must keep.")
	is("label_smoothing", "-sum_j y_j log p_j,  y_j = (1-epsilon) [j = t] + epsilon/C over C columns",
		"For data with a few wrong labels, on which the head should not become too sure. Easy candidates keep a gradient, towards less certainty.")
	is("bootstrapped_ce", "-sum_j (beta y_j + (1-beta) z_j) log p_j,  z = p, or its largest alone if hard",
		"For labels of which some are wrong or missing: where the head is sure of the opposite, the label counts less.")
}

func explainBoxes() {
	is := boxLosses.Explain
	is("l1", "|e| of each delta",
		"The second stage of Faster R-CNN in detectron2 and mmdetection. The slope does not fall as the box becomes right.")
	is("smooth_l1", "|e| < beta: e^2/(2 beta);  otherwise |e| - beta/2",
		"The default of most anchor-based heads. A smaller beta counts small errors more.")
	is("huber", "|e| < delta: e^2/2;  otherwise delta (|e| - delta/2)",
		"smooth_l1 times delta, for a curvature that stays 1, where smooth_l1 keeps the largest slope at 1.")
	is("balanced_l1", "e < beta: alpha/b (b e + beta) log(b e/beta + 1) - alpha e;  otherwise gamma e + gamma beta/b - alpha beta,  b = exp(gamma/alpha) - 1",
		"To refine nearly right boxes further, and hold outliers to the slope gamma.")
	is("ghm_r", "w (sqrt(e^2 + mu^2) - mu),  w = N/(n c): c elements of N have a gradient as large, in n bins that are not empty",
		"With ghm_c: easy boxes and outliers count less. The picture has w = 1, a row by itself.")
	is("iou", "log: -log v;  linear: 1 - v;  square: 1 - v^2,  v the IoU",
		"For boxes that overlap their ground truth already, as in anchor-free heads. Boxes that do not meet learn nothing.")
	is("giou", "1 - I/U + (C-U)/C,  C the area of the smallest box around both",
		"The usual loss of decoded boxes: like IoU, with a slope also where boxes do not meet.")
	is("diou", "1 - IoU + d^2/c^2,  d the distance of the centres, c the diagonal of the smallest box around both",
		"Like giou; it moves the centre straight to its place.")
	is("ciou", "1 - IoU + d^2/c^2 + a v,  v = 4/pi^2 (atan(wt/ht) - atan(w/h))^2,  a = v/(1 - IoU + v) held, 0 below from_iou",
		"Like diou, where the aspect ratio matters too.")
	is("eiou", "1 - IoU + d^2/c^2 + (w-wt)^2/cw^2 + (h-ht)^2/ch^2",
		"Like diou, with width and height pulled independently of each other. mmdetection's EIoULoss is extended_iou.")
	is("siou", "1 - IoU + (distance + shape)/2,  distance = sum 1 - exp(-(2-angle)(D/c)^2),  shape = sum (1 - exp(-|w-wt|/max(w, wt)))^theta",
		"Like diou; it pulls along the nearer axis first.")
	is("extended_iou", "e = 1 - I/U with I below 0 where boxes do not meet;  e < smooth: e^2/(2 smooth);  otherwise e - smooth/2",
		"Like giou, with a slope that falls as the box becomes right.")
	is("nwd", "1 - exp(-W/c),  W^2 = |D|^2 + ((w-wt)^2 + (h-ht)^2)/4",
		"For objects of a few pixels, whose IoU jumps with every pixel. Set c to the mean of sqrt(width height) of your objects, in pixels as trained.")
}

func explainNorms() {
	is := norms.Explain
	is("sampled", "max(1, sampled candidates)",
		"With samplers of a fixed number (random, ohem).")
	is("positives", "max(1, sampled positives)",
		"With sampler all, hard_negative, importance: the number of candidates says nothing about how much there is to learn.")
	is("valid", "max(1, candidates that are not ignored)",
		"A mean over all candidates. Under a thousand easy negatives for each positive the gradient of the objects is tiny.")
	is("fixed", "per_image times images",
		"The loss stays a sum of its candidates: images with many objects count more.")
	is("elements", "max(1, logits of the sampled, or deltas of the positives)",
		"A mean over numbers, as PyTorch's reduction mean gives it.")
	is("valid_bins", "max(1, logits of the sampled, or deltas of the positives)",
		"With ghm_c and ghm_r, whose weights hold the rest of their authors' normaliser.")
	is("moving_average", "mean = momentum mean + (1-momentum) max(1, sampled positives), from initial",
		"For small batches with few objects, in which the number of positives jumps. It has a memory, which checkpoints must keep.")
	is("per_image", "images times what the normaliser of says of the image",
		"For an image with one object to count as much as one with fifty.")
	is("caffe_full", "candidates, ignored ones too", "To reproduce Caffe's layers.")
	is("caffe_valid", "sampled candidates", "To reproduce Caffe's layers.")
	is("caffe_batch_size", "images", "To reproduce Caffe's layers.")
	is("caffe_none", "1", "To reproduce Caffe's layers: the sum of all, which needs a learning rate to match.")
}
