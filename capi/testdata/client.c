/* A program that uses every function of libdetsample, and prints what it got. */
#include "../detsample.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char error[512];

#define CHECK(call)                                                      \
  do {                                                                   \
    int result = call;                                                   \
    if (result != DETSAMPLE_OK) {                                        \
      printf("FAILED %d line %d: %s\n", result, __LINE__, error);        \
      exit(1);                                                           \
    }                                                                    \
  } while (0)

#define ERROR error, sizeof error

/* must expects a call to fail, and prints how. */
static void must(const char *what, int result) { printf("error %s: %d %s\n", what, result, error); }

enum { IMAGES = 2, ANCHORS = 64, CLASSES = 3 };

static float anchor[ANCHORS][4], logits[IMAGES * ANCHORS * CLASSES], deltas[IMAGES * ANCHORS * 4];

/* Gradients lie between guards. */
static float grad_logits[IMAGES * ANCHORS * CLASSES + 2], grad_deltas[IMAGES * ANCHORS * 4 + 2];

static const uint64_t ids[IMAGES] = {7, 9};
static const int64_t truths[IMAGES + 1] = {0, 2, 3};
static const float truth_box[3][4] = {{4, 4, 20, 22}, {30, 30, 60, 50}, {10, 34, 30, 60}};
static const int32_t truth_class[3] = {0, 2, 1};

static detsample_batch batch_of(void) {
  detsample_batch b;
  memset(&b, 0, sizeof b);
  b.size = sizeof b;
  b.images.images = IMAGES;
  b.images.image_id = ids;
  b.images.truths = truths;
  b.images.truth_box = &truth_box[0][0];
  b.images.truth_class = truth_class;
  b.anchors = ANCHORS;
  b.anchor = &anchor[0][0];
  b.width = b.height = 64;
  b.seed = 1;
  b.step = 5;
  b.logits = logits;
  b.deltas = deltas;
  b.grad_logits = grad_logits + 1;
  b.grad_deltas = grad_deltas + 1;
  return b;
}

static void fill(void) {
  for (int i = 0; i < ANCHORS; i++) {
    float x = (float)(i % 8 * 8 + 4), y = (float)(i / 8 * 8 + 4);
    anchor[i][0] = x - 8, anchor[i][1] = y - 8, anchor[i][2] = x + 8, anchor[i][3] = y + 8;
  }
  for (int i = 0; i < (int)(sizeof logits / sizeof *logits); i++) logits[i] = (float)(i * 37 % 101) / 25 - 2;
  for (int i = 0; i < (int)(sizeof deltas / sizeof *deltas); i++) deltas[i] = (float)(i * 53 % 97) / 97 - 0.5f;
  grad_logits[0] = grad_logits[IMAGES * ANCHORS * CLASSES + 1] = NAN;
  grad_deltas[0] = grad_deltas[IMAGES * ANCHORS * 4 + 1] = NAN;
}

static detsample_strategy parse(const char *yaml) {
  detsample_strategy s = 0;
  CHECK(detsample_strategy_parse("client.yaml", yaml, strlen(yaml), NULL, &s, ERROR));
  return s;
}

static detsample_work work_of(detsample_strategy s, int stage, int threads) {
  detsample_options o;
  detsample_work w = 0;
  memset(&o, 0, sizeof o);
  o.size = sizeof o;
  o.stage = stage;
  o.classes = CLASSES;
  o.threads = threads;
  o.per_class = -1;
  CHECK(detsample_work_new(s, &o, &w, ERROR));
  return w;
}

static double sum(const float *x, int n) {
  double s = 0;
  for (int i = 0; i < n; i++) s += (i % 7 + 1) * (double)x[i];
  return s;
}

static void *train(void *strategy) { /* a work of its own on each thread */
  detsample_work w = work_of((detsample_strategy)(uintptr_t)strategy, DETSAMPLE_DENSE, 1);
  static float scratch[4][IMAGES * ANCHORS * 7];
  static int taken = 0;
  float *grads = scratch[__atomic_fetch_add(&taken, 1, __ATOMIC_SEQ_CST)];
  detsample_batch b = batch_of();
  detsample_value v;
  v.size = sizeof v;
  b.grad_logits = grads;
  b.grad_deltas = grads + IMAGES * ANCHORS * CLASSES;
  for (int i = 0; i < 50; i++) CHECK(detsample_step(w, &b, &v, ERROR));
  CHECK(detsample_work_free(w, ERROR));
  double *result = malloc(sizeof *result);
  *result = v.cls + v.box + sum(grads, IMAGES * ANCHORS * 7);
  return result;
}

static void dense(void) {
  detsample_strategy s = parse("dense: {sampler: {type: hard_negative, ratio: 3}, cls: ce}");
  detsample_work w = work_of(s, DETSAMPLE_DENSE, 2);
  detsample_batch b = batch_of();
  detsample_value v;
  v.size = sizeof v;
  CHECK(detsample_step(w, &b, &v, ERROR));
  printf("step %.17g %.17g %lld %lld %.17g %.17g\n", v.cls, v.box, (long long)v.used_positives, (long long)v.used_negatives,
         sum(grad_logits + 1, IMAGES * ANCHORS * CLASSES), sum(grad_deltas + 1, IMAGES * ANCHORS * 4));
  if (!isnan(grad_logits[0]) || !isnan(grad_logits[IMAGES * ANCHORS * CLASSES + 1]) || !isnan(grad_deltas[0]) ||
      !isnan(grad_deltas[IMAGES * ANCHORS * 4 + 1]))
    printf("FAILED: written beyond a buffer\n");

  static int32_t gt[IMAGES * ANCHORS], row[IMAGES * ANCHORS], row_class[IMAGES * ANCHORS], box_row[IMAGES * ANCHORS];
  static int32_t box_slot[IMAGES * ANCHORS];
  static float iou[IMAGES * ANCHORS], weight[IMAGES * ANCHORS], quality[IMAGES * ANCHORS], box_weight[IMAGES * ANCHORS];
  static float box_candidate[IMAGES * ANCHORS][4], box_truth[IMAGES * ANCHORS][4], grad[IMAGES * ANCHORS][4];
  int64_t weights = 0;
  CHECK(detsample_assign(w, &b, gt, iou, ERROR));
  b.gt = gt, b.iou = iou;
  detsample_counts c;
  c.size = sizeof c;
  detsample_lists l = {sizeof l, row, weight, row_class, quality, box_row, box_weight, box_slot, &box_candidate[0][0], &box_truth[0][0]};
  CHECK(detsample_sample(w, &b, &c, ERROR));
  CHECK(detsample_targets_read(w, &l, ERROR));
  for (int i = 0; i < c.rows; i++) weights += weight[i] == 1;
  printf("sample %lld of %lld, %lld with weight 1\n", (long long)c.rows, (long long)(c.positives + c.negatives), (long long)weights);
  b.grad_logits = b.grad_deltas = NULL;
  CHECK(detsample_targets(w, &b, &c, ERROR));
  CHECK(detsample_targets_read(w, &l, ERROR));
  double cls, box, pairs, by_hand = 0;
  CHECK(detsample_cls_loss(w, logits, IMAGES * ANCHORS, grad_logits + 1, &cls, ERROR));
  CHECK(detsample_box_loss(w, deltas, IMAGES * ANCHORS, grad_deltas + 1, &box, ERROR));
  for (int i = 0; i < c.rows; i++)
    for (int k = 0; k < CLASSES; k++) {
      double x = logits[row[i] * CLASSES + k], y = row_class[i] == k;
      by_hand += weight[i] * (fmax(x, 0) - x * y + log1p(exp(-fabs(x))));
    }
  printf("targets %.17g %.17g, by hand %.12g\n", cls, box, by_hand);
  CHECK(detsample_box_pairs(w, c.box_rows, &box_candidate[0][0], &box_truth[0][0], box_weight, &grad[0][0], &pairs, ERROR));
  printf("pairs %lld %.12g\n", (long long)c.box_rows, pairs);

  CHECK(detsample_work_free(w, ERROR));
  must("freed", detsample_step(w, &b, &v, ERROR));
  must("zero", detsample_step(0, &b, &v, ERROR));
  w = work_of(s, DETSAMPLE_DENSE, 0);
  must("null gradients", detsample_step(w, &b, &v, ERROR));
  static const int32_t wrong[3] = {0, 5, 1};
  b = batch_of(), b.images.truth_class = wrong;
  must("class", detsample_step(w, &b, &v, ERROR));
  b = batch_of(), b.size = 8;
  must("size", detsample_step(w, &b, &v, ERROR));
  float inverted[3][4] = {{4, 4, 20, 22}, {60, 30, 30, 50}, {10, 34, 30, 60}};
  b = batch_of(), b.images.truth_box = &inverted[0][0];
  must("box", detsample_step(w, &b, &v, ERROR));
  char small[12];
  int result = detsample_step(0, &b, &v, small, sizeof small);
  printf("error cut: %d %s\n", result, small);
  must("kind", detsample_roi_sample(w, 0, 0, NULL, NULL, NULL, ERROR));
  static const int32_t half[4] = {64, 32, 0, 0}, wider[4] = {65, 32, 0, 0};
  b = batch_of(), b.image_size = wider;
  must("image size", detsample_step(w, &b, &v, ERROR));
  b = batch_of();
  CHECK(detsample_step(w, &b, &v, ERROR));
  int64_t all = v.positives + v.negatives;
  b.image_size = half;
  CHECK(detsample_step(w, &b, &v, ERROR));
  printf("padding ignored %d\n", (int)(all - v.positives - v.negatives));
  b.size = offsetof(detsample_batch, image_size); /* of a caller that knows no such field */
  CHECK(detsample_step(w, &b, &v, ERROR));
  printf("padding unknown %d\n", (int)(all - v.positives - v.negatives));
  b = batch_of();
  CHECK(detsample_step(w, &b, &v, ERROR)); /* a work survives its errors */
  CHECK(detsample_work_free(w, ERROR));

  pthread_t thread[4];
  double first = 0;
  int same = 0;
  for (int i = 0; i < 4; i++) pthread_create(&thread[i], NULL, train, (void *)(uintptr_t)s);
  for (int i = 0; i < 4; i++) {
    double *r;
    pthread_join(thread[i], (void **)&r);
    if (i == 0) first = *r;
    same += *r == first;
    free(r);
  }
  printf("threads alike %d\n", same);
  CHECK(detsample_strategy_free(s, ERROR));
}

static void second_stage(void) {
  detsample_strategy s = parse(
      "rpn: {}\nroi: {sampler: {type: ohem, num: 8}, cls: softmax_ce, norm: {type: moving_average, momentum: 0.5, initial: 10}}");
  detsample_work w = work_of(s, DETSAMPLE_ROI, 0);
  detsample_proposals p;
  memset(&p, 0, sizeof p);
  int64_t starts[IMAGES + 1] = {0, 40, ANCHORS}, candidates, regions, lengths[4];
  detsample_batch b = batch_of();
  p.size = sizeof p, p.images = b.images, p.proposals = starts, p.proposal_box = &anchor[0][0];
  must("no strategy", detsample_strategy_parse("x", "", 0, NULL, NULL, ERROR));
  must("early", detsample_roi_sample(w, 1, 5, NULL, NULL, &regions, ERROR));
  CHECK(detsample_roi_join(w, &p, &candidates, ERROR));
  static float box[200][4], score[200 * 4], move[200 * 4], grad_score[200 * 4], grad_move[200 * 4];
  static int32_t image[200], region_class[200], gt[200];
  must("room", detsample_roi_candidates(w, &box[0][0], image, 3, ERROR));
  CHECK(detsample_roi_candidates(w, &box[0][0], image, 200, ERROR));
  must("no head", detsample_roi_sample(w, 1, 5, NULL, NULL, &regions, ERROR));
  for (int i = 0; i < 200 * 4; i++) score[i] = (float)(i * 29 % 83) / 20, move[i] = 0.01f * (i % 13);
  CHECK(detsample_roi_sample(w, 1, 5, score, move, &regions, ERROR));
  CHECK(detsample_roi_regions(w, &box[0][0], image, region_class, gt, 200, ERROR));
  detsample_value v;
  v.size = sizeof v;
  CHECK(detsample_roi_loss(w, score, move, grad_score, grad_move, &v, ERROR));
  printf("roi %lld candidates, %lld regions, loss %.9g\n", (long long)candidates, (long long)regions, v.cls);
  double values[8];
  CHECK(detsample_memory_save(w, lengths, NULL, 0, ERROR));
  CHECK(detsample_memory_save(w, lengths, values, 8, ERROR));
  printf("memory %lld %lld %lld %lld\n", (long long)lengths[0], (long long)lengths[1], (long long)lengths[2], (long long)lengths[3]);
  static float hardness[200], iou[200];
  static int32_t label[200];
  int64_t own[IMAGES + 1] = {0, 2, 3};
  int32_t taken[3] = {4, 5, 6};
  CHECK(detsample_roi_labels(w, label, iou, 200, ERROR));
  CHECK(detsample_roi_hardness(w, score, hardness, 200, ERROR));
  CHECK(detsample_roi_take(w, 1, 6, own, taken, NULL, &regions, ERROR));
  printf("taken %lld, hardness %d\n", (long long)regions, hardness[0] > 0);
  taken[1] = 2;
  must("descending", detsample_roi_take(w, 1, 7, own, taken, NULL, &regions, ERROR));
  values[0] = 1000;
  CHECK(detsample_memory_restore(w, lengths, values, ERROR));
  CHECK(detsample_roi_sample(w, 1, 5, score, move, &regions, ERROR));
  detsample_counts c;
  c.size = sizeof c;
  CHECK(detsample_roi_targets(w, &c, ERROR));
  static float weight[200];
  detsample_lists l;
  memset(&l, 0, sizeof l), l.size = sizeof l, l.weight = weight;
  CHECK(detsample_targets_read(w, &l, ERROR));
  l.rows = 1;
  must("short", detsample_targets_read(w, &l, ERROR));
  printf("restored %d\n", c.box_rows > 0 && fabs(1 / weight[0] - (0.5 * 1000 + 0.5 * c.box_rows)) < 1e-3);
  CHECK(detsample_work_free(w, ERROR));
  CHECK(detsample_strategy_free(s, ERROR));
}

static void texts(void) {
  char text[40000];
  size_t length;
  printf("abi %u\n", (unsigned)detsample_abi_version());
  CHECK(detsample_version(text, sizeof text, &length, ERROR));
  CHECK(detsample_presets(text, sizeof text, &length, ERROR));
  printf("presets %d\n", strstr(text, "torchvision-ssd") != NULL);
  CHECK(detsample_preset("ssd", text, sizeof text, &length, ERROR));
  must("room for text", detsample_preset("ssd", text, 5, &length, ERROR));
  printf("length %d\n", strlen(text) == length);
  must("preset", detsample_preset("sdd", text, sizeof text, &length, ERROR));
  detsample_strategy s = 0;
  const char *yaml = "dense:\n  cls: {type: focal, gama: 2}\n";
  must("yaml", detsample_strategy_parse("my.yaml", yaml, strlen(yaml), NULL, &s, ERROR));
  yaml = "strategies:\n- {name: a, dense: {}}\n- {name: b, rpn: {}, roi: {}}\n";
  must("which", detsample_strategy_parse("my.yaml", yaml, strlen(yaml), "", &s, ERROR));
  must("none such", detsample_strategy_parse("my.yaml", yaml, strlen(yaml), "c", &s, ERROR));
  CHECK(detsample_strategy_parse("my.yaml", yaml, strlen(yaml), "b", &s, ERROR));
  CHECK(detsample_strategy_describe(s, text, sizeof text, &length, ERROR));
  printf("describe %d %d\n", strstr(text, "\"name\":\"b\"") != NULL, strstr(text, "\"link\":\"softmax\"") != NULL);
  detsample_options o = {sizeof o, DETSAMPLE_DENSE, 3, 0, 0, -1, 0, {0, 0, 0, 0}, 0};
  detsample_work w;
  must("stage", detsample_work_new(s, &o, &w, ERROR));
  CHECK(detsample_strategy_free(s, ERROR));
  must("twice", detsample_strategy_free(s, ERROR));
  int64_t scarcity[16] = {100, 200, 50};
  CHECK(detsample_scarcity_warnings(scarcity, text, sizeof text, &length, ERROR));
  printf("warnings %d\n", strstr(text, "unmatched_truth") != NULL);
}

#define PLACE(type, field) printf("offset %s %s %d\n", #type, #field, (int)offsetof(detsample_##type, field))

int main(void) {
  PLACE(options, coder);
  PLACE(options, max_scale);
  PLACE(batch, anchors);
  PLACE(batch, grid);
  PLACE(batch, seed);
  PLACE(batch, hardness);
  PLACE(batch, grad_deltas);
  PLACE(batch, image_size);
  PLACE(annotations, ignore_box);
  PLACE(value, grad_negatives);
  PLACE(value, scarcity);
  PLACE(counts, scarcity);
  PLACE(lists, box_truth);
  PLACE(lists, box_rows);
  PLACE(proposals, proposal_box);
  fill();
  texts();
  dense();
  second_stage();
  return 0;
}
