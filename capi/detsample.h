/*
 * libdetsample: which candidates a detector learns from, and how strongly.
 *
 * A strategy is read from YAML. A work is the memory of one stage of it over
 * one run; its calls take the caller's buffers as they lie, copy none of them,
 * and keep none after they return. There is no other state.
 *
 *   one stage (DETSAMPLE_DENSE, DETSAMPLE_RPN): detsample_step, or, for losses
 *     evaluated elsewhere, detsample_targets and detsample_targets_read
 *   second stage (DETSAMPLE_ROI): detsample_roi_join, detsample_roi_sample,
 *     detsample_roi_regions, the caller's head, detsample_roi_loss
 *
 * Every function returns DETSAMPLE_OK or says in error what was wrong: UTF-8,
 * ended by a zero byte, cut off where room ends; error may be NULL. Nothing
 * here aborts the program or writes to its streams.
 *
 * Label codes: from 0 the index of the image's ground truth (or a class, where
 * a field says so), -1 background, -2 ignored.
 *
 * Threads: calls on different works may run at the same time. A call on a work
 * that is in use is an error. The library starts threads of its own when it is
 * loaded: load it after fork, not before.
 */
#ifndef DETSAMPLE_H
#define DETSAMPLE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What this header describes. A library of another version is refused by
 * whoever compares detsample_abi_version() with it. Within a version structs
 * grow at their end, and size says how far the caller's reaches. */
#define DETSAMPLE_ABI_VERSION 1

/* Results. */
#define DETSAMPLE_OK 0
#define DETSAMPLE_INVALID 1 /* a configuration or data of the user's, with its place */
#define DETSAMPLE_MISUSE 2  /* the caller's mistake: lengths that disagree, a handle that is none */
#define DETSAMPLE_ROOM 3    /* a buffer is too small; the length needed was returned */

/* Stages. */
#define DETSAMPLE_DENSE 1 /* the only stage of a one-stage detector */
#define DETSAMPLE_RPN 2
#define DETSAMPLE_ROI 3

typedef uintptr_t detsample_strategy; /* 0 is none */
typedef uintptr_t detsample_work;

/* What a work is made for. */
typedef struct {
  size_t size;       /* sizeof(detsample_options) */
  int32_t stage;     /* DETSAMPLE_DENSE, _RPN or _ROI */
  int32_t classes;   /* of the head, without the background; 1 is objectness */
  int32_t threads;   /* most that a call uses; 0 and 1: the caller's alone, as DETSAMPLE_ROI's
                      * calls always do. Same bits for any number */
  int32_t exact;     /* 1: losses as float64 rounds them, the same bits on every machine */
  int32_t per_class; /* second stage: 1, 0: boxes are per class or not; -1: as the strategy says */
  int32_t reserved;  /* 0 */
  float coder[4];    /* weights of dx, dy, dw, dh of the head's boxes; all 0: as the strategy says */
  float max_scale;   /* largest log size ratio that decoding lets through; 0: as the strategy says */
} detsample_options;

/* Annotated images of a batch, one after another. */
typedef struct {
  int64_t images;
  const uint64_t *image_id;   /* (images), identities in the data set: part of the random key */
  const int64_t *truths;      /* (images + 1): those of image i are truths[i] up to truths[i+1] */
  const float *truth_box;     /* (ground truths, 4): x1, y1, x2, y2 in pixels */
  const int32_t *truth_class; /* (ground truths), from 0; not read where classes is 1 */
  const int64_t *ignores;     /* (images + 1), likewise of regions without negatives; NULL: none */
  const float *ignore_box;    /* (regions, 4) */
} detsample_annotations;

/* One step of a dense stage. Images follow one another, within an image the
 * candidates. columns is classes, and one more under a softmax loss, whose last
 * column is the background. */
typedef struct {
  size_t size; /* sizeof(detsample_batch) */
  detsample_annotations images;
  int64_t anchors;     /* candidates of an image, the same for all */
  const float *anchor; /* (anchors, 4) */
  int64_t levels;      /* 0 where the candidates are no pyramid's */
  const int32_t *grid; /* (levels, 4): stride, cells across, cells down, candidates a cell; in their order */
  float width, height; /* of the images, for assigners that need it */
  uint64_t seed, step; /* the rest of the random key: equal keys draw equal samples */
  const int32_t *gt;   /* (images, anchors): an assignment made before, or NULL */
  const float *iou;    /* likewise */
  const float *logits; /* (images, anchors, columns) */
  const float *deltas; /* (images, anchors, 4) */
  const float *hardness; /* (images, anchors): in place of logits for a sampler that mines by it; or NULL */
  float *grad_logits;  /* as logits; fully written by detsample_step */
  float *grad_deltas;  /* as deltas; likewise */
  const int32_t *image_size; /* (images, 2): width and height in pixels of images that the batch pads: anchors of
                                cells that begin beyond are ignored; 0, 0: fills the batch; NULL: all do.
                                Not read where size ends before it. */
  const int64_t *samples;     /* (images + 1): a sample of the caller's own in place of the strategy's: of image i
                                 entries samples[i] up to samples[i+1]; NULL: the strategy's. Likewise */
  const int32_t *sample;      /* (entries): candidates, ascending within an image and none of them ignored */
  const float *sample_weight; /* (entries), finite and at least 0; NULL: 1 */
} detsample_batch;

/* A loss, already normalised, and what it came from. */
typedef struct {
  size_t size; /* sizeof(detsample_value) */
  double cls, box; /* their sum is the stage's loss */
  int64_t positives, negatives;           /* assigned */
  int64_t used_positives, used_negatives; /* kept by the sampler */
  double loss_positives, loss_negatives;  /* shares of cls */
  double grad_positives, grad_negatives;  /* sums of |d cls / d logit| */
  int64_t scarcity[16]; /* images, ground truths; of these unmatched, smaller, larger, narrower than all
                           candidates; images with few positives, positives asked for there, kept there,
                           negatives beside; images without negatives; images whose key was used already;
                           then 0 */
} detsample_value;

/* How much detsample_targets_read writes. */
typedef struct {
  size_t size; /* sizeof(detsample_counts) */
  int64_t rows, box_rows;
  int64_t has_quality; /* 1: targets are soft */
  int64_t positives, negatives;
  int64_t scarcity[16]; /* as in detsample_value */
} detsample_counts;

/* Targets: stage loss = sum over rows of weight * loss of a row, and likewise
 * over box_rows. A buffer that is NULL is not written. */
typedef struct {
  size_t size;           /* sizeof(detsample_lists) */
  int32_t *row;          /* (rows), ascending: image * anchors + candidate; in roi the region */
  float *weight;         /* (rows), normaliser included */
  int32_t *row_class;    /* (rows), a class, -1 background */
  float *quality;        /* (rows), soft target of that class, 1 where targets are hard */
  int32_t *box_row;      /* (box_rows), the positives */
  float *box_weight;     /* (box_rows), normaliser included */
  int32_t *box_slot;     /* (box_rows), the class whose four columns count, 0 where boxes are not per class */
  float *box_candidate;  /* (box_rows, 4) */
  float *box_truth;      /* (box_rows, 4) */
  int64_t rows, box_rows; /* how much the buffers have room for: DETSAMPLE_ROOM where a list is longer; 0: not
                             said. Not read where size ends before them */
} detsample_lists;

/* Proposals of a batch, for the second stage. */
typedef struct {
  size_t size; /* sizeof(detsample_proposals) */
  detsample_annotations images;
  const int64_t *proposals;  /* (images + 1): those of image i are proposals[i] up to proposals[i+1] */
  const float *proposal_box; /* (proposals, 4) */
} detsample_proposals;

#ifndef DETSAMPLE_TYPES_ALONE

uint32_t detsample_abi_version(void);

/* The build's version. Texts are written like errors; length is theirs without
 * the zero byte, and DETSAMPLE_ROOM where room is not enough. */
int detsample_version(char *text, size_t room, size_t *length, char *error, size_t error_room);

/* The names of the presets that reproduce other frameworks, one a line. */
int detsample_presets(char *text, size_t room, size_t *length, char *error, size_t error_room);

/* A preset's YAML. */
int detsample_preset(const char *name, char *text, size_t room, size_t *length, char *error, size_t error_room);

/* Reads the strategy called name out of YAML: one strategy, or a comparison
 * with a list of them. name may be NULL or empty where there is only one. file
 * is what messages call the text. */
int detsample_strategy_parse(const char *file, const char *yaml, size_t yaml_length, const char *name,
                             detsample_strategy *strategy, char *error, size_t error_room);
int detsample_strategy_free(detsample_strategy strategy, char *error, size_t error_room);

/* The strategy as JSON: name, its YAML with every default, the same as nested
 * objects, what each stage reads, and warnings of traps it is in. */
int detsample_strategy_describe(detsample_strategy strategy, char *text, size_t room, size_t *length,
                                char *error, size_t error_room);

/* The traps that a training was in, by the sum of its steps' scarcity, as JSON
 * like the warnings of detsample_strategy_describe. */
int detsample_scarcity_warnings(const int64_t scarcity[16], char *text, size_t room, size_t *length,
                                char *error, size_t error_room);

/* The memory of a stage over one run. The strategy may be freed before it. */
int detsample_work_new(detsample_strategy strategy, const detsample_options *options, detsample_work *work,
                       char *error, size_t error_room);
int detsample_work_free(detsample_work work, char *error, size_t error_room);

/* What losses and normalisers remember between steps, of a run that is saved:
 * numbers of the classification loss, the box loss, the normaliser and the
 * box's normaliser, one after another. lengths are their numbers; NULL values
 * asks for the lengths alone. */
int detsample_memory_save(detsample_work work, int64_t lengths[4], double *values, int64_t room,
                          char *error, size_t error_room);
int detsample_memory_restore(detsample_work work, const int64_t lengths[4], const double *values,
                             char *error, size_t error_room);

/* Labels every candidate of every image: gt (images, anchors) and, unless NULL,
 * iou with the best-overlapping ground truth. An assigner that looks at
 * predictions needs logits and deltas. Of a second stage the candidates are
 * proposals, as many of each image. */
int detsample_assign(detsample_work work, const detsample_batch *batch, int32_t *gt, float *iou,
                     char *error, size_t error_room);

/* The classification loss of every candidate by the labels gt (images, anchors),
 * as a sampler of the caller's own may want it: 0 of ignored ones. Needs logits,
 * and a loss that looks at one candidate at a time. */
int detsample_hardness(detsample_work work, const detsample_batch *batch, float *hardness, char *error, size_t error_room);

/* Assigns and samples: what counts, by the sampler's own weights, for
 * detsample_targets_read. */
int detsample_sample(detsample_work work, const detsample_batch *batch, detsample_counts *counts,
                     char *error, size_t error_room);

/* Assigns, samples and normalises, for losses evaluated elsewhere. Running
 * normalisers take their step. logits, deltas and gradients may be NULL as far
 * as the strategy does not look at them (see "reads" in its description). */
int detsample_targets(detsample_work work, const detsample_batch *batch, detsample_counts *counts,
                      char *error, size_t error_room);

/* Writes the lists of the last detsample_sample, detsample_targets or
 * detsample_roi_targets. */
int detsample_targets_read(detsample_work work, const detsample_lists *lists, char *error, size_t error_room);

/* The classification loss of the last targets for all rows' logits, and, unless
 * NULL, its gradient, fully written. */
int detsample_cls_loss(detsample_work work, const float *logits, int64_t rows, float *grad_logits, double *loss,
                       char *error, size_t error_room);

/* The box loss of the last targets, likewise. */
int detsample_box_loss(detsample_work work, const float *deltas, int64_t rows, float *grad_deltas, double *loss,
                       char *error, size_t error_room);

/* The strategy's box loss of n boxes against n ground truths (n, 4), weighted:
 * in pixels for a loss of decoded boxes, else in the caller's own codes. */
int detsample_box_pairs(detsample_work work, int64_t n, const float *box, const float *truth, const float *weight,
                        float *grad_box, double *loss, char *error, size_t error_room);

/* A whole step of a dense stage: assignment, sample, losses, gradients. */
int detsample_step(detsample_work work, const detsample_batch *batch, detsample_value *value,
                   char *error, size_t error_room);

/* Begins a batch of the second stage: ground truth joins the proposals if
 * configured, and the candidates are assigned. */
int detsample_roi_join(detsample_work work, const detsample_proposals *proposals, int64_t *candidates,
                       char *error, size_t error_room);

/* All candidates: box (candidates, 4), image (candidates), its place in the
 * batch. What a strategy that mines must be given the head's output for. */
int detsample_roi_candidates(detsample_work work, float *box, int32_t *image, int64_t room,
                             char *error, size_t error_room);

/* How the candidates are labelled: gt (candidates), the ground truth of its
 * image or the label code, and iou with the best-overlapping one. Either may be
 * NULL. */
int detsample_roi_labels(detsample_work work, int32_t *gt, float *iou, int64_t room, char *error, size_t error_room);

/* The classification loss of every candidate by its label, as a sampler of the
 * caller's own may want it: of the head's logits (candidates, columns), by a loss
 * that looks at one candidate at a time. 0 of ignored ones. */
int detsample_roi_hardness(detsample_work work, const float *logits, float *hardness, int64_t room,
                           char *error, size_t error_room);

/* In place of detsample_roi_sample, a sample of the caller's own, as in
 * detsample_batch: of image i entries samples[i] up to samples[i+1] (images + 1),
 * candidates of the image from 0, ascending and none of them ignored. */
int detsample_roi_take(detsample_work work, uint64_t seed, uint64_t step, const int64_t *samples, const int32_t *sample,
                       const float *sample_weight, int64_t *regions, char *error, size_t error_room);

/* Draws the regions. logits (candidates, columns) and deltas (candidates, box
 * columns) are NULL unless the strategy mines. */
int detsample_roi_sample(detsample_work work, uint64_t seed, uint64_t step, const float *logits, const float *deltas,
                         int64_t *regions, char *error, size_t error_room);

/* The sampled regions, image by image: box (regions, 4), image, class (-1
 * background) and ground truth of its image (or label code). Each but box may
 * be NULL. */
int detsample_roi_regions(detsample_work work, float *box, int32_t *image, int32_t *region_class, int32_t *gt,
                          int64_t room, char *error, size_t error_room);

/* The loss of the sampled regions and its gradients: logits (regions, columns),
 * deltas (regions, 4, or 4 for each class). */
int detsample_roi_loss(detsample_work work, const float *logits, const float *deltas, float *grad_logits,
                       float *grad_deltas, detsample_value *value, char *error, size_t error_room);

/* In place of detsample_roi_loss, for losses evaluated elsewhere. */
int detsample_roi_targets(detsample_work work, detsample_counts *counts, char *error, size_t error_room);

#endif

#ifdef __cplusplus
}
#endif
#endif
